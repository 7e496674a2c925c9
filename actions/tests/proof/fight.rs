//! Two processes fight for the leases of one database: their clocks differ by up to three seconds, and now and then one is
//! held still for longer than its lease, in mid-batch, while the other takes its buckets; then it goes on, and believes that
//! it holds them.

use std::sync::Arc;
use std::time::Duration;

use actions::reactors::Keeping;
use record::Fencing;
use record::clock::Wall;
use testkit::postgres::database::connect;
use testkit::seed::Seed;

use super::house::{House, On};
use super::marker::{each_has, is_done, people};
use super::process::{Follower, How};
use super::{Found, all_hold, one_fails, report, runs};

/// People of one round.
const PEOPLE: usize = 48;
/// How often a process is held still in a run.
const ROUNDS: usize = 3;
const LEASE: Duration = Duration::from_millis(200);

/// One run; gives how often a bucket was taken.
async fn run(seed: u64, fencing: Fencing) -> Found {
    let house = House::new(On::Postgresql).await;
    let (_, record) = house.open(0, Arc::new(Wall), Fencing::On).await;
    let mut seed = Seed::new(seed);
    let mut how = How {
        keeping: Keeping::Together,
        fencing,
        lease: LEASE,
        pace: Duration::from_millis(8),
        skew: 0,
        until_done: false,
    };
    let mut fighters = vec![Follower::start(&house, 1, how)];
    how.skew = seed.below(6000).cast_signed() - 3000;
    fighters.push(Follower::start(&house, 2, how));
    for fighter in &mut fighters {
        fighter.begun();
    }
    for _ in 0..ROUNDS {
        let more = people(&record, PEOPLE);
        let still = async {
            tokio::time::sleep(Duration::from_millis(30 + seed.below(120))).await;
            let time = LEASE + Duration::from_millis(50 + seed.below(250));
            seed.one_of(&fighters).hold_still(time).await;
        };
        tokio::join!(more, still);
    }
    let mut done = false;
    for _ in 0..1500 {
        done = is_done(&record).await;
        if done {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for fighter in fighters {
        fighter.end().await;
    }
    let mut found = each_has(&record, ROUNDS * PEOPLE, 1).await;
    if !done {
        found = Err(format!("not done; {found:?}"));
    }
    record.close().await;
    let takings = takings(&house).await;
    house.remove().await;
    (takings, found)
}

/// How often a bucket was taken: each taking raises its fence by one.
async fn takings(house: &House) -> u64 {
    let client = connect(house.url().expect("a server")).await.expect("connected");
    let row = client
        .query_one("SELECT sum(fence)::bigint FROM follower", &[])
        .await
        .expect("asked");
    row.get::<_, i64>(0).unsigned_abs()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_that_fight_for_leases_skip_nothing_and_repeat_nothing() {
    let asked = runs(2);
    let takings = all_hold(asked, |seed| run(seed, Fencing::On)).await;
    let people = ROUNDS * PEOPLE;
    report(&format!(
        "| two processes fight for leases, held still beyond them, clocks apart | PostgreSQL | {asked} | {takings} takings of a bucket, {ROUNDS} halts and {people} changes each run | none skipped, none repeated |"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_fences_the_proof_of_fights_fails() {
    let (runs, words) = one_fails(|seed| run(seed, Fencing::Off)).await;
    report(&format!(
        "| the same, without fences | PostgreSQL | {runs} | | caught: {words} |"
    ));
}
