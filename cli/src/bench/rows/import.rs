//! Row "import": one command from NDJSON to durable and indexed; beside it, the bytes parsed, compressed and written.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use serde::de::IgnoredAny;
use zstd::bulk::Compressor;

use crate::bench::figures::{Figure, median};
use crate::bench::process::{Finished, own_cpu_ms};
use crate::bench::run::Bench;
use crate::bench::targets::{Targets, write_people};

/// Resources of each of the short runs, into an empty record.
const SIZE: u64 = 30_000;
/// The compression level of the record's bodies.
const LEVEL: i32 = 3;
const LIMIT: &str = "parse, compress, write";

pub(super) async fn measure(bench: &mut Bench) -> anyhow::Result<()> {
    let resources = SIZE.min(bench.size);
    let path = bench.place.scratch.join("import.ndjson");
    write_people(&path, resources, &mut Targets::default())?;
    let data = bench.place.scratch.join("imported");
    let packed = bench.place.scratch.join("packed");
    let (mut rates, mut limits, mut peaks) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.runs {
        let finished = super::import(&bench.place, &data, &path).await?;
        rates.push(per_core(resources, finished.cpu_ms));
        peaks.push(finished.peak_mb);
        std::fs::remove_dir_all(&data)?;
        limits.push(per_core(resources, limit(&path, &packed)?));
    }
    std::fs::remove_file(&path)?;
    std::fs::remove_file(&packed)?;
    bench.note(vec![
        Figure::new("import", resources, median(rates), "resources/s per core")
            .at_least(10_000.0)
            .beside(LIMIT, median(limits)),
        Figure::new("import", resources, median(peaks), "MB peak"),
    ]);
    Ok(())
}

/// What the import from one size to the next took: one run, no median.
pub(super) fn of_a_stage(from: u64, to: u64, finished: &Finished) -> Vec<Figure> {
    vec![
        Figure::new(
            "import onto it",
            from,
            per_core(to - from, finished.cpu_ms),
            "resources/s per core",
        ),
        Figure::new("import onto it", from, finished.peak_mb, "MB peak"),
    ]
}

fn per_core(resources: u64, cpu_ms: f64) -> f64 {
    resources as f64 * 1000.0 / cpu_ms.max(1.0)
}

/// Reads every line as JSON, compresses it by itself, writes it and syncs; the CPU time in milliseconds.
fn limit(path: &Path, packed: &Path) -> anyhow::Result<f64> {
    let before = own_cpu_ms()?;
    let mut compressor = Compressor::new(LEVEL)?;
    let mut out = BufWriter::with_capacity(1 << 20, File::create(packed)?);
    for line in BufReader::with_capacity(1 << 18, File::open(path)?).split(b'\n') {
        let line = line?;
        serde_json::from_slice::<IgnoredAny>(&line).context("a line of the bench's own is not JSON")?;
        out.write_all(&compressor.compress(&line)?)?;
    }
    out.into_inner()
        .map_err(|error| anyhow::anyhow!("{error}"))?
        .sync_all()?;
    Ok(own_cpu_ms()? - before)
}
