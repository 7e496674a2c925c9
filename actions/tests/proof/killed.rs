//! A follower in a process of its own is killed in mid-batch, again and again, until everything is done.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use actions::reactors::{Engine, Keeping, Settings};
use record::clock::Wall;
use record::{Fencing, Options, Record};

use super::house::{Marker, marks, open, people, settings};
use super::{report, runs};

const PEOPLE: usize = 120;
const FOLDER: &str = "SARSEN_PROOF_FOLDER";
const APART: &str = "SARSEN_PROOF_APART";

/// Not a test of its own: what the killed process does, when it is asked to by its parent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_process_that_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let keeping = if std::env::var(APART).is_ok() {
        Keeping::Apart
    } else {
        Keeping::Together
    };
    let (actions, record) = open(Path::new(&folder), Arc::new(Wall), Fencing::On).await;
    let settings = Settings {
        // Whoever comes after a kill need not wait long.
        lease: Duration::from_millis(100),
        ..settings(keeping)
    };
    let running = Engine::new(actions, settings).with(Marker).run();
    loop {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let all = record.followers().await.expect("status");
        if all.iter().any(|one| one.follower == "marker" && one.behind == 0) {
            break;
        }
    }
    running.stop(Duration::from_secs(5)).await;
    record.close().await;
}

/// A small generator of our own: the runs are the same each time.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// One run; gives how often it was killed, and whether each person has one mark.
async fn run(seed: u64, keeping: Keeping) -> (usize, Result<(), String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, record) = open(folder.path(), Arc::new(Wall), Fencing::On).await;
    people(&record, PEOPLE).await;
    drop(actions);
    record.close().await;
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut kills = 0;
    // The first milliseconds are the start of the process; the work itself takes about as long again.
    let mut longest = 60;
    loop {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command
            .args([
                "--exact",
                "proof::killed::the_process_that_is_killed",
                "--nocapture",
            ])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if keeping == Keeping::Apart {
            command.env(APART, "1");
        }
        let mut child = command.spawn().expect("a child");
        let wait = Duration::from_millis(10 + next(&mut state) % longest);
        tokio::time::sleep(wait).await;
        if let Some(status) = child.try_wait().expect("a child") {
            assert!(status.success(), "the follower ended by itself: {status}");
            break;
        }
        child.kill().expect("killed");
        child.wait().expect("gone");
        kills += 1;
        longest += 10;
    }
    let record = Record::open(Options::new(folder.path()), Arc::new(Wall))
        .await
        .expect("it opens again");
    let counts = marks(&record).await;
    let dead = record.dead(1).await.expect("the dead");
    let checked = record.verify().await.expect("verify runs");
    record.close().await;
    let held =
        counts.len() == 1 && counts.get(&1) == Some(&PEOPLE) && dead.is_empty() && checked.faults.is_empty();
    let found = if held {
        Ok(())
    } else {
        Err(format!(
            "people by number of marks: {counts:?}; {dead:?}; {:?}",
            checked.faults
        ))
    };
    (kills, found)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_killed_in_mid_batch_skips_nothing_and_repeats_nothing() {
    let (asked, mut kills) = (runs(3), 0);
    for seed in 1..=asked as u64 {
        let (killed, found) = run(seed, Keeping::Together).await;
        kills += killed;
        assert_eq!(found, Ok(()), "run {seed}, killed {killed} times");
    }
    assert!(kills > 0, "nobody was killed");
    report(&format!(
        "| a follower killed in mid-batch | {asked} | {kills} kills of a process, {PEOPLE} changes each run | none skipped, none repeated |"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_effect_and_cursor_in_one_commit_the_proof_of_kills_fails() {
    for seed in 1..=40 {
        let (killed, found) = run(seed, Keeping::Apart).await;
        if let Err(words) = found {
            report(&format!(
                "| the same, effect and cursor apart | {seed} | {killed} kills in the last run | caught: {words} |"
            ));
            return;
        }
    }
    panic!("effects and cursors apart, and the proof found nothing");
}
