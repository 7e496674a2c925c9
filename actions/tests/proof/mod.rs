//! Proofs that followers neither skip nor repeat an effect: one killed in mid-batch (a real process, `kill -9`), two
//! that fight for their leases, clocks that jump. Each is also run with its guarantee taken away, and must then fail.
//!
//! A few runs in every test; `SARSEN_PROOF_RUNS=200` and `SARSEN_PROOF_REPORT=<file>` make the whole proof (`make proof`).

mod clocks;
mod house;
mod killed;

use std::io::Write;

/// How many runs are asked for.
fn runs(usual: usize) -> usize {
    let asked = std::env::var("SARSEN_PROOF_RUNS")
        .ok()
        .and_then(|text| text.parse().ok());
    asked.unwrap_or(usual)
}

/// One line for the report, when one is asked for.
#[expect(clippy::print_stdout, reason = "a proof says what it found")]
fn report(line: &str) {
    println!("{line}");
    if let Ok(path) = std::env::var("SARSEN_PROOF_REPORT") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        writeln!(file.expect("the report opens"), "{line}").expect("the report is written");
    }
}
