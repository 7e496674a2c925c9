//! The held writer proof, short: `cargo run -p testkit --bin held` is the full form.

use std::time::Duration;

use record::Order;
use testkit::held::runs::{Outcome, Series};

async fn prove(order: Order) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    let series = Series {
        folder: folder.path().join("data"),
        order,
        hold: Duration::from_millis(1200),
        runs: 4,
    };
    series.run().await.expect("the server runs and commits are kept")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_follower_skips_a_commit_that_takes_long_from_its_position_to_its_end() {
    let outcome = prove(Order::Locked).await;
    assert_eq!(outcome.failures, Vec::<String>::new());
    assert!(outcome.commits > 8, "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_skips_it_when_positions_are_taken_without_a_lock() {
    let outcome = prove(Order::Unlocked).await;
    assert!(!outcome.failures.is_empty(), "{outcome:?}");
}
