//! Proofs that followers neither skip nor repeat an effect, on both engines: one killed in mid-batch (a real process,
//! `kill -9`), two processes that fight for their leases, clocks that jump, a network that is cut. Each is also run with its
//! guarantee taken away, and must then fail.
//!
//! A few runs in every test; `SARSEN_PROOF_RUNS=200` and `SARSEN_PROOF_REPORT=<file>` make the whole proof (`make proof`).
//!
//! - [`house`]: a record on either engine, for several processes
//! - [`marker`]: people, a reactor whose effects can be counted, and the count
//! - [`process`]: a follower in a process of its own
//! - [`killed`], [`fight`], [`clocks`], [`cut`]: the proofs

mod clocks;
mod cut;
mod fight;
mod house;
mod killed;
mod marker;
mod process;

use std::io::Write;

use tokio::task::JoinSet;

/// Runs beside each other in the whole proof: most of a run is waiting.
const LANES: usize = 4;
/// After so many runs without a guarantee the proof should have failed.
const TRIES: u64 = 40;

/// How many runs are asked for.
fn runs(usual: usize) -> usize {
    let asked = std::env::var("SARSEN_PROOF_RUNS")
        .ok()
        .and_then(|text| text.parse().ok());
    asked.unwrap_or(usual)
}

/// What a run did to the follower, in numbers, and whether each person has the marks that they must have.
type Found = (u64, Result<(), String>);

/// Runs that must hold, a few at a time; gives the sum of what they did.
async fn all_hold<F: Future<Output = Found> + Send + 'static>(
    asked: usize,
    run: impl Fn(u64) -> F + Copy,
) -> u64 {
    let (mut lanes, mut done) = (JoinSet::new(), 0);
    for seed in 1..=asked as u64 {
        let one = run(seed);
        lanes.spawn(async move { (seed, one.await) });
        while lanes.len() >= LANES || (seed == asked as u64 && !lanes.is_empty()) {
            let (seed, (did, found)) = lanes.join_next().await.expect("a run").expect("it ran");
            assert_eq!(found, Ok(()), "run {seed}");
            done += did;
        }
    }
    done
}

/// Runs without a guarantee, until one finds something; gives its number and what it found.
async fn one_fails<F: Future<Output = Found>>(run: impl Fn(u64) -> F) -> (u64, String) {
    let mut caught = None;
    for seed in 1..=TRIES {
        if let (_, Err(words)) = run(seed).await {
            caught = Some((seed, words));
            break;
        }
    }
    caught.expect("the guarantee is gone, and the proof must find something")
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
