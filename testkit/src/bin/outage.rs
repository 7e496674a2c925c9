//! `outage --runs 200 --report FILE`: the outage proof in full; `--runs 6` is quick.

use std::process::ExitCode;

use testkit::outage::report::{Reported, markdown};
use testkit::outage::runs::{Outcome, Series};
use testkit::outage::trouble::{Removed, Trouble};
use testkit::proof::{ended, option, path, write_report};
use tokio::task::JoinSet;

/// Series that run beside each other, each on a server of its own: most of a run is waiting.
const LANES: u64 = 4;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    ended(prove(&arguments).await)
}

async fn prove(arguments: &[String]) -> Result<(), String> {
    let runs = option(arguments, "--runs", 200)?;
    let seed = option(arguments, "--seed", 1)?;
    let report = path(arguments, "--report");
    let folder = std::env::temp_dir().join(format!("sarsen-outage-{}", std::process::id()));
    let mut series = Vec::new();
    for (trouble, removed) in [
        (Trouble::Network, Removed::Nothing),
        (Trouble::Kill, Removed::Nothing),
        (Trouble::Network, Removed::Look),
        (Trouble::Kill, Removed::Look),
    ] {
        let mut lanes = JoinSet::new();
        for lane in 0..LANES.min(runs) {
            let one = Series {
                folder: folder.join(format!("{}-{lane}", series.len())),
                trouble,
                removed,
                runs: runs / LANES + u64::from(lane < runs % LANES),
                seed: seed * LANES + lane,
            };
            lanes.spawn(async move { one.run().await });
        }
        let mut outcome = Outcome::default();
        while let Some(done) = lanes.join_next().await {
            let done = done.map_err(|error| error.to_string())?;
            outcome.add(done.map_err(|error| error.to_string())?);
        }
        println!(
            "{}, without {}: {} runs, {} commits kept, {} not kept, {} unknown, {} failures",
            trouble.word(),
            removed.word(),
            outcome.runs,
            outcome.kept,
            outcome.not_kept,
            outcome.unknown,
            outcome.failures.len()
        );
        series.push(Reported {
            trouble,
            removed,
            outcome,
        });
    }
    let _ = std::fs::remove_dir_all(&folder);
    if let Some(path) = report {
        write_report(&path, |date, commit| markdown(date, commit, &series))?;
    }
    if series.iter().all(Reported::is_as_it_must_be) {
        Ok(())
    } else {
        Err("the proof did not hold".to_owned())
    }
}
