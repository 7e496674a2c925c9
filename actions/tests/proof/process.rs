//! A follower in a process of its own, which its parent kills, or holds still and lets go on.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actions::reactors::{Engine, Keeping};
use jiff::{SignedDuration, Timestamp};
use record::clock::{SystemClock, Wall};
use record::{Fencing, Options};
use testkit::postgres::processes;

use super::house::{House, open};
use super::marker::{Marker, is_done, settings};

const DIRECTORY: &str = "SARSEN_PROOF_DIRECTORY";
const URL: &str = "SARSEN_PROOF_URL";
const APART: &str = "SARSEN_PROOF_APART";
const UNFENCED: &str = "SARSEN_PROOF_UNFENCED";
const LEASE: &str = "SARSEN_PROOF_LEASE";
const PACE: &str = "SARSEN_PROOF_PACE";
const SKEW: &str = "SARSEN_PROOF_SKEW";
const UNTIL_DONE: &str = "SARSEN_PROOF_UNTIL_DONE";
/// What it says when its reactor runs.
const BEGUN: &str = "the follower has begun";

/// A wall clock that is wrong by always the same.
struct Skewed(SignedDuration);

impl SystemClock for Skewed {
    fn now(&self) -> Timestamp {
        Wall.now() + self.0
    }
}

/// How a follower's process runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    pub(super) keeping: Keeping,
    pub(super) fencing: Fencing,
    pub(super) lease: Duration,
    /// How long it thinks about each entry.
    pub(super) pace: Duration,
    /// By how many milliseconds its clock is wrong.
    pub(super) skew: i64,
    /// Whether it ends by itself when nothing is left to do; else it ends when its parent lets it.
    pub(super) until_done: bool,
}

/// Not a test of its own: what the process does, when it is asked to by its parent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_process_that_follows() {
    let Ok(directory) = std::env::var(DIRECTORY) else {
        return;
    };
    let said = |name: &str| std::env::var(name).ok();
    let number = |name: &str| -> i64 { said(name).and_then(|text| text.parse().ok()).expect("a number") };
    let keeping = if said(APART).is_some() {
        Keeping::Apart
    } else {
        Keeping::Together
    };
    let fencing = if said(UNFENCED).is_some() {
        Fencing::Off
    } else {
        Fencing::On
    };
    let until_done = said(UNTIL_DONE).is_some();
    let clock = Arc::new(Skewed(SignedDuration::from_millis(number(SKEW))));
    let fenced = |options: &mut Options| options.fencing = fencing;
    let (actions, record) = open(Path::new(&directory), said(URL).as_deref(), clock, fenced).await;
    let lease = Duration::from_millis(number(LEASE).unsigned_abs());
    let pace = Duration::from_millis(number(PACE).unsigned_abs());
    let running = Engine::new(actions, settings(keeping, lease))
        .with(Marker { pace })
        .run();
    println!("\n{BEGUN}");
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        told.store(true, Ordering::Release);
    });
    while !(stop.load(Ordering::Acquire) || until_done && is_done(&record).await) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    running.stop(Duration::from_secs(10)).await;
    record.close().await;
}

/// A running follower; dropping it kills it.
pub(super) struct Follower(Child);

impl Follower {
    /// Starts the process of this number.
    pub(super) fn start(house: &House, process: usize, how: How) -> Follower {
        house.give_keys(process);
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command
            .args([
                "--exact",
                "proof::process::the_process_that_follows",
                "--nocapture",
            ])
            .env(DIRECTORY, house.directory(process))
            .env(LEASE, how.lease.as_millis().to_string())
            .env(PACE, how.pace.as_millis().to_string())
            .env(SKEW, how.skew.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(url) = house.url() {
            command.env(URL, url);
        }
        for (name, wanted) in [
            (APART, how.keeping == Keeping::Apart),
            (UNFENCED, how.fencing == Fencing::Off),
            (UNTIL_DONE, how.until_done),
        ] {
            if wanted {
                command.env(name, "1");
            }
        }
        Follower(command.spawn().expect("a process"))
    }

    /// Waits until its reactor runs.
    pub(super) fn begun(&mut self) {
        let said = BufReader::new(self.0.stdout.as_mut().expect("its words"));
        let begun = said.lines().map_while(Result::ok).any(|line| line == BEGUN);
        assert!(begun, "the follower ended before it began");
    }

    /// Kills it; says whether it was still there, and how it ended when it was not.
    pub(super) fn kill(&mut self) -> Option<ExitStatus> {
        if let Some(status) = self.0.try_wait().expect("a process") {
            return Some(status);
        }
        self.0.kill().expect("killed");
        self.0.wait().expect("gone");
        None
    }

    /// Holds it still, wherever it stands, for so long; then it goes on as if nothing had been.
    pub(super) async fn hold_still(&self, time: Duration) {
        processes::hold_still(self.0.id()).expect("it holds still");
        tokio::time::sleep(time).await;
        processes::go_on(self.0.id());
    }

    /// Lets it finish and end.
    pub(super) async fn end(mut self) {
        drop(self.0.stdin.take());
        let status = loop {
            if let Some(status) = self.0.try_wait().expect("a process") {
                break status;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        assert!(status.success(), "the follower did not end well: {status}");
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
