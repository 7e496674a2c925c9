//! Clocks that jump, and two engines that fight for their leases: each believes the other gone whenever the clock jumps
//! forward, so that a bucket changes hands in the middle of its work.

use std::sync::Arc;
use std::time::Duration;

use actions::reactors::{Engine, Keeping};
use jiff::{SignedDuration, Timestamp};
use record::Fencing;
use record::clock::FixedClock;

use super::house::{Marker, marks, open, people, settings};
use super::{report, runs};

const PEOPLE: usize = 60;

fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// One run; gives how often a lease was taken, and whether each person has the two marks.
async fn run(seed: u64, fencing: Fencing) -> (u64, Result<(), String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let begin: Timestamp = "2026-01-10T08:00:00Z".parse().expect("a time");
    let clock = FixedClock::new(begin);
    let (actions, record) = open(folder.path(), Arc::new(clock.clone()), fencing).await;
    let one = Engine::new(actions.clone(), settings(Keeping::Together))
        .with(Marker)
        .run();
    let two = Engine::new(actions.clone(), settings(Keeping::Together))
        .with(Marker)
        .run();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for _ in 0..6 {
        people(&record, PEOPLE / 6).await;
        // Forward by up to an hour, back by up to an hour: leases end, begin again, and end in the past.
        let seconds = (next(&mut state) % 7200).cast_signed() - 3600;
        clock.advance(SignedDuration::from_secs(seconds));
        tokio::time::sleep(Duration::from_millis(next(&mut state) % 25)).await;
    }
    // In the end it is late enough for every timer, and nobody jumps any more.
    clock.set(begin + SignedDuration::from_hours(48));
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
        clock.advance(SignedDuration::from_secs(2));
    }
    one.stop(Duration::from_secs(5)).await;
    two.stop(Duration::from_secs(5)).await;
    let counts = marks(&record).await;
    let dead = record.dead(1).await.expect("the dead");
    let holder = record.new_holder();
    let round = record
        .lease_round("marker", holder, Duration::from_secs(5))
        .await
        .expect("a round");
    let takings = round.taken.iter().map(|lease| lease.fence).sum();
    record.close().await;
    let held = done && counts.len() == 1 && counts.get(&2) == Some(&PEOPLE) && dead.is_empty();
    (
        takings,
        if held {
            Ok(())
        } else {
            Err(format!(
                "done: {done}; people by number of marks: {counts:?}; {dead:?}"
            ))
        },
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_engines_and_clocks_that_jump_skip_nothing_and_repeat_nothing() {
    let (asked, mut takings) = (runs(5), 0);
    for seed in 1..=asked as u64 {
        let (taken, found) = run(seed, Fencing::On).await;
        takings += taken;
        assert_eq!(found, Ok(()), "run {seed}");
    }
    report(&format!(
        "| two engines fight for leases while both clocks jump | {asked} | {takings} takings of a bucket, {PEOPLE} changes and timers each run | none skipped, none repeated |"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_fences_the_proof_of_clocks_fails() {
    for seed in 1..=40 {
        let (_, found) = run(seed, Fencing::Off).await;
        if let Err(words) = found {
            report(&format!(
                "| the same, without fences | {seed} | | caught: {words} |"
            ));
            return;
        }
    }
    panic!("no fences, and the proof found nothing");
}
