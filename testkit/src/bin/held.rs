//! `held --runs 200 --report FILE`: the held writer proof in full, each commit held for five seconds.

use std::process::ExitCode;
use std::time::Duration;

use record::Order;
use testkit::held::report::{Reported, markdown};
use testkit::held::runs::Series;
use testkit::proof::{ended, option, path, write_report};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    ended(prove(&arguments).await)
}

async fn prove(arguments: &[String]) -> Result<(), String> {
    let runs = option(arguments, "--runs", 200)?;
    let hold = option(arguments, "--seconds", 5)?;
    let report = path(arguments, "--report");
    let folder = std::env::temp_dir().join(format!("sarsen-held-{}", std::process::id()));
    let mut series = Vec::new();
    for order in [Order::Locked, Order::Unlocked] {
        let one = Series {
            folder: folder.clone(),
            order,
            hold: Duration::from_secs(hold),
            runs,
        };
        let outcome = one.run().await.map_err(|error| error.to_string())?;
        println!(
            "{order:?}: {} commits held for {hold} s among {}, {} failures",
            outcome.runs,
            outcome.commits,
            outcome.failures.len()
        );
        series.push(Reported { order, hold, outcome });
    }
    if let Some(path) = report {
        write_report(&path, |date, commit| markdown(date, commit, &series))?;
    }
    if series.iter().all(Reported::is_as_it_must_be) {
        Ok(())
    } else {
        Err("the proof did not hold".to_owned())
    }
}
