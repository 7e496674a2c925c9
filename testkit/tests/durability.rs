//! The durability proof, short: `cargo run -p testkit --bin durability` is the full form.

use testkit::durability::parent::{Outcome, Proof};
use testkit::durability::work::{Death, Removed};

async fn prove(death: Death, removed: Removed, runs: u64, seed: u64) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    let program = env!("CARGO_BIN_EXE_durability").into();
    let proof = Proof {
        program,
        folder: folder.path().join("data"),
        death,
        removed,
        runs,
        seed,
    };
    proof.run().await.expect("children start")
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill_and_nothing_is_half_there() {
    let outcome = prove(Death::Kill, Removed::Nothing, 10, 11).await;
    assert_eq!(outcome.failures, Vec::<String>::new());
    assert!(outcome.commits > 20 && outcome.reads > 0, "{outcome:?}");
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_power_failure_and_nothing_is_half_there() {
    let outcome = prove(Death::Power, Removed::Nothing, 10, 12).await;
    assert_eq!(outcome.failures, Vec::<String>::new());
    assert!(outcome.commits > 20 && outcome.reads > 0, "{outcome:?}");
}

#[tokio::test]
async fn the_kill_proof_fails_when_commits_are_acknowledged_too_early() {
    assert!(
        !prove(Death::Kill, Removed::Order, 20, 13)
            .await
            .failures
            .is_empty()
    );
}

#[tokio::test]
async fn the_power_proof_fails_when_nothing_waits_for_the_disk() {
    assert!(
        !prove(Death::Power, Removed::Sync, 20, 14)
            .await
            .failures
            .is_empty()
    );
}
