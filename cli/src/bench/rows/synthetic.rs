//! Rows "synthetic" and "demo": whole lives a second, as columns and as FHIR; 5,000 people into the record; how soon one
//! can sign in.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::bench::figures::{Figure, median};
use crate::bench::process::{self, Finished, Started};
use crate::bench::run::Bench;

/// People whose lives are made as columns.
const COLUMNS: u64 = 20_000;
/// People whose lives are written as FHIR.
const FHIR: u64 = 1_000;
/// People of the demo.
const DEMO: u64 = 5_000;
/// The day of the region, so that a run measures what the one before did.
const TODAY: &str = "2026-11-01";
/// What Synthea's maintainer tells of a laptop, FHIR and CSV: github.com/synthetichealth/synthea/issues/776.
const SYNTHEA: f64 = 1000.0 / 60.0;

pub(super) async fn measure(bench: &mut Bench) -> anyhow::Result<()> {
    let mut columns = Vec::new();
    let mut fhir = Vec::new();
    for _ in 0..bench.runs {
        let out = bench.place.scratch.join("synth");
        let done = run(bench, &["report", "--threads", "1", "--out"], &out, COLUMNS).await?;
        columns.push(COLUMNS as f64 / (done.cpu_ms / 1000.0));
        std::fs::remove_dir_all(&out)?;
        let done = run(bench, &["write", "--threads", "1", "--to"], &out, FHIR).await?;
        fhir.push(FHIR as f64 / (done.cpu_ms / 1000.0));
        std::fs::remove_dir_all(&out)?;
    }
    bench.note(vec![
        Figure::new(
            "synthetic",
            COLUMNS,
            median(columns),
            "whole lives/s per core, grown, made and counted",
        )
        .at_least(2000.0),
        Figure::new(
            "synthetic",
            FHIR,
            median(fhir),
            "lives/s per core as FHIR, written",
        )
        .at_least(100.0)
        .beside("Synthea, published", SYNTHEA),
    ]);
    let data = bench.place.scratch.join("synthetic-record");
    let began = Instant::now();
    let done = run(bench, &["load", "--data"], &data, DEMO).await?;
    let seconds = began.elapsed().as_secs_f64();
    let bytes = process::disk_bytes(&data)?;
    std::fs::remove_dir_all(&data)?;
    bench.note(vec![
        Figure::new("synthetic", DEMO, seconds, "s until all are in the record").at_most(180.0),
        Figure::new(
            "synthetic",
            DEMO,
            done.cpu_ms / 1000.0,
            "CPU-s until all are in the record",
        ),
        Figure::new("synthetic", DEMO, done.peak_mb, "MB peak"),
        Figure::new("synthetic", DEMO, bytes as f64 / 1e6, "MB on disk"),
    ]);
    Ok(())
}

/// How soon a demo over a new folder says that it listens.
pub(super) async fn demo(bench: &mut Bench) -> anyhow::Result<()> {
    let mut seconds = Vec::new();
    for _ in 0..bench.runs {
        let data = bench.place.scratch.join("demo");
        let mut command = bench.place.command("demo.log")?;
        command
            .args(["demo", "--address", "127.0.0.1:0", "--data"])
            .arg(&data)
            .stdout(Stdio::piped());
        let began = Instant::now();
        let mut started = Started::spawn("sarsen demo", &mut command)?;
        let Some(out) = started.child().stdout.take() else {
            bail!("the demo has no words");
        };
        let mut lines = BufReader::new(out).lines();
        if !lines.any(|line| line.is_ok_and(|line| line.starts_with("listening on"))) {
            bail!("the demo ended before it listened");
        }
        seconds.push(began.elapsed().as_secs_f64());
        started.stop().await?;
        std::fs::remove_dir_all(&data)?;
    }
    bench.note(vec![
        Figure::new("demo", DEMO, median(seconds), "s until one can sign in").at_most(30.0),
    ]);
    Ok(())
}

async fn run(
    bench: &Bench,
    words: &[&str],
    folder: &std::path::Path,
    people: u64,
) -> anyhow::Result<Finished> {
    let mut command = bench.place.command("synth.log")?;
    command
        .arg("synth")
        .args(words)
        .arg(folder)
        .args(["--people", &people.to_string(), "--today", TODAY])
        .stdout(Stdio::null());
    let finished = Started::spawn("sarsen synth", &mut command)?
        .finish(Duration::from_secs(1800))
        .await?;
    if !finished.success {
        bail!("sarsen synth failed; synth.log in the scratch folder says why");
    }
    Ok(finished)
}
