//! Microseconds per document: `cargo run --release -p fhir --example scan_speed [FILE…]`.
//!
//! With files it also says how each was refused. Without, it times a typical Observation.

#![expect(clippy::print_stdout, reason = "a command-line tool")]

use fhir::{Document, Limits, index};
use std::time::Instant;

const OBSERVATION: &str = r#"{
  "resourceType": "Observation",
  "id": "3c0a2bb3-9a53-4a3c-8f29-1f0d2f6c1c11",
  "meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/vitalsigns"]},
  "status": "final",
  "category": [{
    "coding": [{
      "system": "http://terminology.hl7.org/CodeSystem/observation-category",
      "code": "vital-signs", "display": "Vital Signs"
    }]
  }],
  "code": {
    "coding": [{"system": "http://loinc.org", "code": "8302-2", "display": "Body Height"}],
    "text": "Body Height"
  },
  "subject": {"reference": "Patient/5f6cbd49-4e3c-46a3-8ed5-a9f5d3a1f77a"},
  "encounter": {"reference": "Encounter/0d7b9d5c-2f37-4b63-a2b8-3f3b37ad2d1e"},
  "effectiveDateTime": "2011-07-28T15:02:18-04:00",
  "issued": "2011-07-28T15:02:18.131-04:00",
  "valueQuantity": {
    "value": 172.47913129894698, "unit": "cm", "system": "http://unitsofmeasure.org", "code": "cm"
  },
  "note": [{"text": "Measured standing, without shoes, by the practice nurse at the annual review."}]
}"#;

fn main() {
    let started = Instant::now();
    let limits = Limits::default();
    let first =
        Document::scan(OBSERVATION.as_bytes(), &limits).map(|document| document.root().prepare(&|_| None));
    println!(
        "first document, tables included: {:.1} ms",
        started.elapsed().as_secs_f64() * 1000.0
    );
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        time_observation(&limits);
        if let Ok(prepared) = first {
            println!(
                "{} index values, {} bytes packed",
                prepared.index.len(),
                index::pack(&prepared.index).len()
            );
            let rows = fhir::value_rows(prepared.resource_type, &prepared.index);
            println!("{} value-first rows", rows.len());
        }
        return;
    }
    for file in files {
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let started = Instant::now();
        match Document::scan(&bytes, &limits) {
            Ok(document) => {
                let scanned = started.elapsed();
                let prepared = document.root().prepare(&|_| None);
                let micros = scanned.as_secs_f64() * 1e6;
                println!(
                    "ok {file} {} bytes {micros:.0} µs {} values",
                    bytes.len(),
                    prepared.index.len()
                );
            }
            Err(issues) => {
                for issue in issues {
                    let place = issue.expression.unwrap_or_default();
                    println!(
                        "refused {file} {} {place}: {}",
                        issue.code.code(),
                        issue.diagnostics
                    );
                }
            }
        }
    }
}

fn time_observation(limits: &Limits) {
    const ROUNDS: u32 = 20_000;
    let bytes = OBSERVATION.as_bytes();
    let mut length = 0;
    let started = Instant::now();
    for _ in 0..ROUNDS {
        length += Document::scan(bytes, limits).map_or(0, |document| document.root().source().len());
    }
    let scan = started.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS);
    let started = Instant::now();
    for _ in 0..ROUNDS {
        if let Ok(document) = Document::scan(bytes, limits) {
            let prepared = document.root().prepare(&|_| None);
            length += index::pack(&prepared.index).len() + prepared.body.text.len();
        }
    }
    let whole = started.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS);
    println!(
        "{} bytes: scan {scan:.1} µs; scan, prepare and pack {whole:.1} µs ({length})",
        bytes.len()
    );
}
