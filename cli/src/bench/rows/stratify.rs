//! Row "stratify": the frailty index of a synthetic region, from its record and from its Parquet files. What the columns
//! themselves cost at the size of a whole region is measured by `cargo bench -p population`.

use std::ffi::OsStr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::bench::figures::{Figure, median};
use crate::bench::process::{self, Finished, Started};
use crate::bench::run::Bench;

/// People of the region.
const PEOPLE: u64 = 5_000;
/// The day of the region, so that a run measures what the one before did.
const TODAY: &str = "2026-11-01";

pub(super) async fn measure(bench: &mut Bench) -> anyhow::Result<()> {
    let record = bench.place.scratch.join("stratify-record");
    let files = bench.place.scratch.join("stratify-files");
    let people = PEOPLE.to_string();
    let load = ["synth", "load", "--people", &people, "--today", TODAY, "--data"];
    run(bench, load.map(OsStr::new).as_slice(), record.as_os_str()).await?;
    let stated = [
        "stratify",
        "--purpose",
        "invented-people",
        "--legal-basis",
        "invented people",
        "--controller",
        "the bench",
        "--on",
        TODAY,
    ]
    .map(OsStr::new);
    let began = Instant::now();
    let write = [OsStr::new("--write"), files.as_os_str(), OsStr::new("--data")];
    let built = run(bench, &[&stated[..], &write[..]].concat(), record.as_os_str()).await?;
    let built_seconds = began.elapsed().as_secs_f64();
    let mut restarted = Vec::new();
    let mut cold = Vec::new();
    let mut peak = Vec::new();
    for _ in 0..bench.runs {
        let began = Instant::now();
        run(
            bench,
            &[&stated[..], &[OsStr::new("--data")][..]].concat(),
            record.as_os_str(),
        )
        .await?;
        restarted.push(began.elapsed().as_secs_f64());
        let done = run(
            bench,
            &[&stated[..], &[OsStr::new("--parquet")][..]].concat(),
            files.as_os_str(),
        )
        .await?;
        cold.push(done.cpu_ms / 1000.0);
        peak.push(done.peak_mb);
    }
    let megabytes = process::disk_bytes(&files)? as f64 / 1e6;
    std::fs::remove_dir_all(&record)?;
    std::fs::remove_dir_all(&files)?;
    let figure = |value: f64, unit: &'static str| Figure::new("stratify", PEOPLE, value, unit);
    bench.note(vec![
        figure(built_seconds, "s from a record, columns built and written"),
        figure(built.peak_mb, "MB peak, columns built and written"),
        figure(median(restarted), "s from a record, columns from their snapshot"),
        figure(median(cold), "CPU-s from Parquet, process start included"),
        figure(median(peak), "MB peak from Parquet"),
        figure(megabytes, "MB of Parquet on disk"),
    ]);
    Ok(())
}

async fn run(bench: &Bench, words: &[&OsStr], last: &OsStr) -> anyhow::Result<Finished> {
    let mut command = bench.place.command("stratify.log")?;
    command.args(words).arg(last).stdout(Stdio::null());
    let finished = Started::spawn("sarsen stratify", &mut command)?
        .finish(Duration::from_secs(1800))
        .await?;
    if !finished.success {
        bail!("sarsen failed; stratify.log in the scratch folder says why");
    }
    Ok(finished)
}
