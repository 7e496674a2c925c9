//! The load: tasks that commit through one record, and what each was told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::everything;
use fhir::ResourceType;
use record::{
    Actor, Change, Commit, CommitError, Idempotency, Purpose, ReadError, Record, RecordError, Role,
};
use tokio::task::JoinHandle;

use crate::durability::work;

/// Tasks that commit at once. Those with an odd number promise that a repeated commit is the same, and repeat it until
/// they are told what became of it; the others never repeat anything.
pub const TASKS: u64 = 6;
/// Tasks that update one resource each.
pub const UPDATERS: u64 = 2;
/// What follows an answer that names no version and no fault of the caller.
const PAUSE: Duration = Duration::from_millis(5);

/// What a task was told of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It is kept.
    Kept,
    /// Nothing of it was kept.
    NotKept,
    /// Nobody knows.
    Unknown,
}

/// What all tasks of a run were told.
#[derive(Debug, Default)]
pub struct Heard {
    /// Of each task, of its first, second … commit.
    pub commits: BTreeMap<u64, Vec<Told>>,
    /// Of each updating task, the version that its resource must have.
    pub updates: BTreeMap<u64, u64>,
    /// What must never be told.
    pub faults: Vec<String>,
}

/// A load that runs.
pub struct Load {
    stop: Arc<AtomicBool>,
    kept: Arc<AtomicU64>,
    commits: Vec<JoinHandle<Result<Vec<Told>, String>>>,
    updates: Vec<JoinHandle<Result<u64, String>>>,
}

impl Load {
    /// Starts it.
    #[must_use]
    pub fn start(record: &Record, run: u64, patience: Duration) -> Load {
        let stop = Arc::new(AtomicBool::new(false));
        let kept = Arc::new(AtomicU64::new(0));
        let task = |task| Task {
            record: record.clone(),
            run,
            task,
            patience,
            stop: Arc::clone(&stop),
            kept: Arc::clone(&kept),
        };
        Load {
            commits: (0..TASKS)
                .map(|number| tokio::spawn(task(number).commits()))
                .collect(),
            updates: (0..UPDATERS)
                .map(|number| tokio::spawn(task(number).updates()))
                .collect(),
            stop,
            kept,
        }
    }

    /// How many commits were acknowledged so far.
    #[must_use]
    pub fn kept(&self) -> u64 {
        self.kept.load(Ordering::Relaxed)
    }

    /// Lets every task finish what it is at, and gives what they were told.
    pub async fn stop(self) -> Heard {
        self.stop.store(true, Ordering::Relaxed);
        let mut heard = Heard::default();
        for (task, handle) in (0..).zip(self.commits) {
            match handle.await.map_err(|error| error.to_string()).flatten() {
                Ok(told) => drop(heard.commits.insert(task, told)),
                Err(fault) => heard.faults.push(fault),
            }
        }
        for (task, handle) in (0..).zip(self.updates) {
            match handle.await.map_err(|error| error.to_string()).flatten() {
                Ok(version) => drop(heard.updates.insert(task, version)),
                Err(fault) => heard.faults.push(fault),
            }
        }
        heard
    }
}

struct Task {
    record: Record,
    run: u64,
    task: u64,
    /// How long a promise is repeated.
    patience: Duration,
    stop: Arc<AtomicBool>,
    kept: Arc<AtomicU64>,
}

impl Task {
    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    async fn commits(self) -> Result<Vec<Told>, String> {
        let promises = self.task % 2 == 1;
        let mut told = Vec::new();
        while self.goes_on() {
            let number = told.len() as u64;
            let key = promises.then(|| Idempotency {
                client: format!("proof-{}", self.task),
                key: format!("{}-{number}", self.run),
                digest: [7; 32],
                note: Vec::new(),
            });
            let mut last = self
                .keep(work::changes(self.run, self.task, number)?, &key)
                .await?;
            let promised = Instant::now();
            while promises && last != Told::Kept {
                if promised.elapsed() > self.patience {
                    return Err(format!(
                        "run {} task {}: commit {number} is never kept",
                        self.run, self.task
                    ));
                }
                last = self
                    .keep(work::changes(self.run, self.task, number)?, &key)
                    .await?;
            }
            told.push(last);
        }
        Ok(told)
    }

    /// Updates one resource again and again, each time on the version that must be there.
    async fn updates(self) -> Result<u64, String> {
        let mut version = 0;
        while self.goes_on() {
            match self
                .keep(vec![work::update(self.run, self.task, version + 1)?], &None)
                .await?
            {
                Told::Kept => version += 1,
                Told::NotKept => {}
                Told::Unknown => version = self.version_there(version).await?,
            }
        }
        Ok(version)
    }

    async fn keep(&self, changes: Vec<Change>, key: &Option<Idempotency>) -> Result<Told, String> {
        let (actor, purpose) = (actor(), Purpose::DirectCare);
        let commit = Commit {
            idempotency: key.clone(),
            ..Commit::new("proof", changes)
        };
        let lens = everything();
        let told = match self.record.commit(&lens, &actor, purpose, commit).await {
            Ok(_) => {
                self.kept.fetch_add(1, Ordering::Relaxed);
                return Ok(Told::Kept);
            }
            Err(CommitError::Storage(RecordError::Unknown { .. })) => Told::Unknown,
            Err(CommitError::Storage(_)) => Told::NotKept,
            // Nobody else writes these: what is in the way was said not to be kept.
            Err(error) => return Err(format!("run {} task {}: {error}", self.run, self.task)),
        };
        tokio::time::sleep(PAUSE).await;
        Ok(told)
    }

    /// Looks until the database answers: the update that nobody knows of was kept or was not.
    async fn version_there(&self, before: u64) -> Result<u64, String> {
        let observation = ResourceType::from_name("Observation").ok_or("no type Observation")?;
        let id = work::updated_id(self.run, self.task);
        loop {
            let (actor, purpose) = (actor(), Purpose::DirectCare);
            let lens = everything();
            let mut ask = self.record.ask(&lens, &actor, purpose, self.record.new_request());
            let held = ask.read(observation, &id).await;
            let disclosed = ask.disclose().await.map_err(|error| error.to_string())?;
            let found = match held.map(|held| held.open(&disclosed).version) {
                Ok(version) => version,
                Err(ReadError::NotFound) => 0,
                Err(_) => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            return if found == before || found == before + 1 {
                Ok(found)
            } else {
                Err(format!(
                    "{id} is at version {found} after {before} updates and one more"
                ))
            };
        }
    }
}

pub(super) fn actor() -> Actor {
    Actor::new("proof", Role::Development, None)
}
