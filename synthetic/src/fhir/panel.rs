//! Specimen and DiagnosticReport: measurements that were reported together.

use codes::system::SNOMED_CT;
use serde_json::{Value, json};

use super::datatype::{concept, pointer};
use super::id::Kind;
use super::instant::date_time;
use super::observation::{is_laboratory, pointer_to};
use super::rendering::Rendering;
use crate::life::Panel;

const DIAGNOSTIC_SERVICE: &str = "http://terminology.hl7.org/CodeSystem/v2-0074";

/// Whether any of its measurements is of a sample.
fn has_sample(rendering: &Rendering<'_>, panel: &Panel) -> bool {
    let mut measured = panel.measurements.iter();
    measured.any(|at| {
        let measurement = rendering.life.measurements.get(*at as usize);
        let test = measurement.and_then(|one| rendering.parameters.tests.get(usize::from(one.test)));
        test.is_some_and(is_laboratory)
    })
}

/// The panel whose sample each measurement is of.
pub(super) fn samples(rendering: &Rendering<'_>) -> Vec<Option<u32>> {
    let mut samples = vec![None; rendering.life.measurements.len()];
    for (at, panel) in rendering.life.panels.iter().enumerate() {
        if !has_sample(rendering, panel) || rendering.is_lost(panel.contact) {
            continue;
        }
        for measurement in &panel.measurements {
            if let Some(slot) = samples.get_mut(*measurement as usize) {
                *slot = Some(at as u32);
            }
        }
    }
    samples
}

/// A reference to the sample of a panel.
pub(super) fn specimen(rendering: &Rendering<'_>, at: u32) -> Value {
    let taken = rendering.life.panels[at as usize].taken.day;
    pointer(&format!("Specimen/{}", rendering.id(Kind::Specimen, at, taken)))
}

pub(super) fn specimens(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, panel) in life.panels.iter().enumerate() {
        if !has_sample(rendering, panel) || rendering.is_lost(panel.contact) {
            continue;
        }
        let mut draft = rendering.open("Specimen", "Specimen", Kind::Specimen, at, panel.taken.day);
        draft.put("status", "available");
        draft.put("type", kind(panel));
        draft.put("subject", rendering.person());
        // The courier comes within four hours.
        let received = panel.taken.plus(240).min(panel.reported);
        draft.put("receivedTime", date_time(received));
        draft.put(
            "collection",
            json!({ "collectedDateTime": date_time(panel.taken) }),
        );
        rendering.keep(draft);
    }
}

fn kind(panel: &Panel) -> Value {
    if panel.name.to_lowercase().contains("urine") {
        concept(SNOMED_CT, "122575003", "Urine specimen")
    } else {
        concept(SNOMED_CT, "119297000", "Blood specimen")
    }
}

pub(super) fn reports(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, panel) in life.panels.iter().enumerate() {
        let results: Vec<Value> = panel
            .measurements
            .iter()
            .filter_map(|at| pointer_to(rendering, *at))
            .collect();
        if results.is_empty() || rendering.is_lost(panel.contact) {
            continue;
        }
        let has_sample = has_sample(rendering, panel);
        let profile = if has_sample {
            "DiagnosticReport-Lab"
        } else {
            "DiagnosticReport"
        };
        let day = panel.taken.day;
        let mut draft = rendering.open("DiagnosticReport", profile, Kind::DiagnosticReport, at, day);
        draft.put("status", "final");
        let category = if has_sample {
            concept(DIAGNOSTIC_SERVICE, "LAB", "Laboratory")
        } else {
            concept(DIAGNOSTIC_SERVICE, "OTH", "Other")
        };
        draft.put("category", vec![category]);
        draft.put("code", json!({ "text": panel.name }));
        draft.put("subject", rendering.person());
        draft.put_some("encounter", rendering.encounter(panel.contact));
        draft.put("effectiveDateTime", date_time(panel.taken));
        draft.put("issued", date_time(panel.reported));
        let by = rendering.contact(panel.contact);
        let by = by.map(|(_, contact)| rendering.organisation(contact.organisation));
        draft.put_some("performer", by.map(|by| vec![by]));
        if has_sample {
            draft.put("specimen", vec![specimen(rendering, at as u32)]);
        }
        draft.put("result", results);
        rendering.keep(draft);
    }
}
