//! A follower in a process of its own is killed in mid-batch, again and again, until everything is done.

use std::sync::Arc;
use std::time::Duration;

use actions::reactors::Keeping;
use record::Fencing;
use record::clock::Wall;
use testkit::seed::Seed;

use super::house::{House, On};
use super::marker::{each_has, people};
use super::process::{Follower, How};
use super::{Found, all_hold, one_fails, report, runs};

const PEOPLE: usize = 60;

/// One run; gives how often it was killed.
async fn run(on: On, seed: u64, keeping: Keeping) -> Found {
    let house = House::new(on).await;
    let (_, record) = house.open(0, Arc::new(Wall), Fencing::On).await;
    people(&record, PEOPLE).await;
    record.close().await;
    let how = How {
        keeping,
        fencing: Fencing::On,
        // Whoever comes after a kill need not wait long.
        lease: Duration::from_millis(100),
        pace: Duration::from_millis(1),
        skew: 0,
        until_done: true,
    };
    let mut seed = Seed::new(seed);
    let mut kills = 0;
    loop {
        let mut follower = Follower::start(&house, 1, how);
        // Most kills fall into its work, some into its start; later ones come later, so that it gets done.
        if seed.chance(80) {
            follower.begun();
        }
        tokio::time::sleep(Duration::from_millis(seed.below(100 + 10 * kills))).await;
        if let Some(status) = follower.kill() {
            assert!(status.success(), "the follower ended by itself: {status}");
            break;
        }
        kills += 1;
    }
    let (_, record) = house.open(0, Arc::new(Wall), Fencing::On).await;
    let found = each_has(&record, PEOPLE, 1).await;
    record.close().await;
    house.remove().await;
    (kills, found)
}

async fn holds(on: On, usual: usize) {
    let asked = runs(usual);
    let kills = all_hold(asked, |seed| run(on, seed, Keeping::Together)).await;
    assert!(kills > 0, "nobody was killed");
    report(&format!(
        "| a follower killed in mid-batch | {} | {asked} | {kills} kills of a process, {PEOPLE} changes each run | none skipped, none repeated |",
        on.word()
    ));
}

async fn fails(on: On) {
    let (runs, words) = one_fails(|seed| run(on, seed, Keeping::Apart)).await;
    report(&format!(
        "| the same, effect and cursor apart | {} | {runs} | | caught: {words} |",
        on.word()
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_killed_in_mid_batch_skips_nothing_and_repeats_nothing_on_sqlite() {
    holds(On::Sqlite, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_killed_in_mid_batch_skips_nothing_and_repeats_nothing_on_postgresql() {
    holds(On::Postgresql, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_effect_and_cursor_in_one_commit_the_proof_of_kills_fails_on_sqlite() {
    fails(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_effect_and_cursor_in_one_commit_the_proof_of_kills_fails_on_postgresql() {
    fails(On::Postgresql).await;
}
