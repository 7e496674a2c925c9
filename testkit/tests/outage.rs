//! The outage proof, short: `cargo run -p testkit --bin outage` is the full form.

use testkit::outage::runs::{Outcome, Series};
use testkit::outage::trouble::{Removed, Trouble};

async fn prove(trouble: Trouble, removed: Removed, runs: u64, seed: u64) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    let series = Series {
        folder: folder.path().to_owned(),
        trouble,
        removed,
        runs,
        seed,
    };
    series.run().await.expect("the server runs and the record opens")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_cuts_of_the_network_and_nothing_is_repeated() {
    let outcome = prove(Trouble::Network, Removed::Nothing, 6, 21).await;
    assert_eq!(outcome.failures, Vec::<String>::new());
    assert!(outcome.kept > 20, "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_kill_of_the_database() {
    let outcome = prove(Trouble::Kill, Removed::Nothing, 3, 22).await;
    assert_eq!(outcome.failures, Vec::<String>::new());
    assert!(outcome.kept > 20, "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_network_proof_fails_when_nobody_looks_what_became_of_a_commit() {
    let outcome = prove(Trouble::Network, Removed::Look, 100, 23).await;
    assert!(!outcome.failures.is_empty(), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kill_proof_fails_when_nobody_looks_what_became_of_a_commit() {
    let outcome = prove(Trouble::Kill, Removed::Look, 100, 24).await;
    assert!(!outcome.failures.is_empty(), "{outcome:?}");
}
