//! `sarsen synth report`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use synthetic::report::Report;

use super::RegionArguments;
use super::options::write_whole;
use crate::house::{say, say_error};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    region: RegionArguments,
    /// Where report.html and report.csv are written; made when it is not there.
    #[arg(long, default_value = "synth-report", value_name = "FOLDER")]
    out: PathBuf,
    /// Threads. [default: one a core]
    #[arg(long, value_name = "NUMBER")]
    threads: Option<usize>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let options = arguments.region.options(None)?;
    let began = Instant::now();
    let region = synthetic::Region::grow(options)?;
    let grown = began.elapsed();
    let threads = arguments
        .threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let report = Report::of(&region, threads)?;
    let took = began.elapsed();
    std::fs::create_dir_all(&arguments.out)
        .with_context(|| format!("{} cannot be made", arguments.out.display()))?;
    write_whole(&arguments.out.join("report.html"), report.html().as_bytes())?;
    write_whole(&arguments.out.join("report.csv"), report.csv().as_bytes())?;
    let out: Vec<_> = report.breaches().collect();
    for figure in &out {
        say_error(&format!(
            "out of tolerance: {} ({}): published {:.3} {}, generated {:.3}; {}",
            figure.label, figure.key, figure.published, figure.unit, figure.generated, figure.tolerance
        ));
    }
    let of = |is: fn(&synthetic::summary::Figure) -> bool| {
        report.summary.figures.iter().filter(|figure| is(figure)).count()
    };
    say(&format!(
        "{} people alive and {} who died, grown in {:.1} s, whole lives in {:.1} s ({:.0} a second); {} figures, {} held out, {} joint, {} out of tolerance; {}",
        region.options.people,
        region.lives() as u64 - region.options.people,
        grown.as_secs_f64(),
        (took - grown).as_secs_f64(),
        region.lives() as f64 / (took - grown).as_secs_f64().max(1e-6),
        report.summary.figures.len(),
        of(|figure| figure.held_out),
        of(|figure| figure.joint),
        out.len(),
        arguments.out.display(),
    ));
    Ok(if out.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}
