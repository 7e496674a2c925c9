//! Clocks that jump, and two engines that fight for their leases: each believes the other gone whenever a clock jumps
//! forward, so that a bucket changes hands in the middle of its work. On SQLite both share one record and one clock; on
//! PostgreSQL each has a record, as two processes have, and a clock that jumps by itself.

use std::sync::Arc;
use std::time::Duration;

use actions::reactors::{Engine, Keeping};
use jiff::{SignedDuration, Timestamp};
use record::Fencing;
use record::clock::FixedClock;
use testkit::seed::Seed;

use super::house::{House, On};
use super::marker::{Marker, each_has, people, settings};
use super::{Found, all_hold, one_fails, report, runs};

const PEOPLE: usize = 60;
const LEASE: Duration = Duration::from_secs(5);

/// One run; gives how often a lease was taken.
async fn run(on: On, seed: u64, fencing: Fencing) -> Found {
    let house = House::new(on).await;
    let begin: Timestamp = "2026-01-10T08:00:00Z".parse().expect("a time");
    let mut clocks = vec![FixedClock::new(begin)];
    let mut opened = vec![house.open(0, Arc::new(clocks[0].clone()), fencing).await];
    if on == On::Postgresql {
        clocks.push(FixedClock::new(begin));
        opened.push(house.open(1, Arc::new(clocks[1].clone()), fencing).await);
    }
    let record = opened[0].1.clone();
    let pace = Duration::ZERO;
    let engines: Vec<_> = [opened.first(), opened.last()]
        .into_iter()
        .flatten()
        .map(|(actions, _)| {
            Engine::new(actions.clone(), settings(Keeping::Together, LEASE))
                .with(Marker { pace })
                .run()
        })
        .collect();
    let mut seed = Seed::new(seed);
    for _ in 0..6 {
        people(&record, PEOPLE / 6).await;
        // Forward by up to an hour, back by up to an hour: leases end, begin again, and end in the past.
        for clock in &clocks {
            let seconds = seed.below(7200).cast_signed() - 3600;
            clock.advance(SignedDuration::from_secs(seconds));
        }
        tokio::time::sleep(Duration::from_millis(seed.below(25))).await;
    }
    // In the end it is late enough for every timer, and nobody jumps any more.
    for clock in &clocks {
        clock.set(begin + SignedDuration::from_hours(48));
    }
    let mut done = false;
    for _ in 0..1500 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let all = record.followers().await.expect("status");
        let marker = all.iter().find(|one| one.follower == "marker");
        if marker.is_some_and(|one| one.behind == 0 && one.timers == 0) {
            done = true;
            break;
        }
        // Those who think they hold what they do not find out at their next round.
        for clock in &clocks {
            clock.advance(SignedDuration::from_secs(2));
        }
    }
    for engine in engines {
        engine.stop(Duration::from_secs(5)).await;
    }
    let mut found = each_has(&record, PEOPLE, 2).await;
    if !done {
        found = Err(format!("not done; {found:?}"));
    }
    let round = record
        .lease_round("marker", record.new_holder(), LEASE)
        .await
        .expect("a round");
    let takings = round.taken.iter().map(|lease| lease.fence).sum();
    for (actions, record) in opened {
        drop(actions);
        record.close().await;
    }
    house.remove().await;
    (takings, found)
}

async fn holds(on: On, usual: usize) {
    let asked = runs(usual);
    let takings = all_hold(asked, |seed| run(on, seed, Fencing::On)).await;
    report(&format!(
        "| two engines fight for leases while clocks jump | {} | {asked} | {takings} takings of a bucket, {PEOPLE} changes and timers each run | none skipped, none repeated |",
        on.word()
    ));
}

async fn fails(on: On) {
    let (runs, words) = one_fails(|seed| run(on, seed, Fencing::Off)).await;
    report(&format!(
        "| the same, without fences | {} | {runs} | | caught: {words} |",
        on.word()
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_engines_and_clocks_that_jump_skip_nothing_and_repeat_nothing_on_sqlite() {
    holds(On::Sqlite, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_engines_and_clocks_that_jump_skip_nothing_and_repeat_nothing_on_postgresql() {
    holds(On::Postgresql, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_fences_the_proof_of_clocks_fails_on_sqlite() {
    fails(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_fences_the_proof_of_clocks_fails_on_postgresql() {
    fails(On::Postgresql).await;
}
