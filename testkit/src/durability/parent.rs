//! The parent: starts a child, lets it die, opens what is left and checks it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use crate::everything;
use fhir::ResourceType;
use record::clock::Wall;
use record::{Actor, Held, Options, Purpose, ReadError, Record, Role, Stored};

use crate::durability::child::TASKS;
use crate::durability::work::{self, Death, Removed};
use crate::seed::Seed;

/// Runs on one directory before a new one is begun: recovery upon recovery is part of the proof.
const RUNS_ON_ONE: u64 = 10;

/// A series of runs.
pub struct Proof {
    /// The program that becomes a child when called with `--child`.
    pub program: PathBuf,
    /// Where the data directories are made.
    pub folder: PathBuf,
    /// How the children die.
    pub death: Death,
    /// Which guarantee is removed.
    pub removed: Removed,
    /// How many runs.
    pub runs: u64,
    /// When the children die.
    pub seed: u64,
}

/// What a series found.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Runs done.
    pub runs: u64,
    /// Children that were acknowledged at least one commit.
    pub runs_with_commits: u64,
    /// Commits and updates acknowledged.
    pub commits: u64,
    /// Reads acknowledged.
    pub reads: u64,
    /// Commits found whole although their acknowledgement was never heard.
    pub unheard: u64,
    /// Everything that did not hold.
    pub failures: Vec<String>,
}

/// What one child was acknowledged.
#[derive(Debug, Default)]
struct Heard {
    /// Number of commits of each task: they are 0, 1, 2 …
    commits: BTreeMap<u64, u64>,
    /// Newest version of each updated resource.
    updates: BTreeMap<u64, u64>,
    reads: BTreeSet<u128>,
}

impl Proof {
    /// Does the runs; stops early at a failure when a guarantee is removed, because one is what is looked for.
    ///
    /// # Errors
    /// When a child cannot be started.
    pub async fn run(&self) -> std::io::Result<Outcome> {
        let mut outcome = Outcome::default();
        let mut seed = Seed::new(self.seed);
        let mut heard_on_this = BTreeMap::new();
        let mut directory = self.folder.join("0");
        for run in 0..self.runs {
            if run.is_multiple_of(RUNS_ON_ONE) {
                let _ = std::fs::remove_dir_all(&directory);
                directory = self.folder.join(run.to_string());
                heard_on_this.clear();
            }
            let heard = self.live_and_die(&directory, run, &mut seed, &mut outcome)?;
            outcome.runs += 1;
            outcome.commits += heard.commits.values().sum::<u64>() + heard.updates.values().sum::<u64>();
            outcome.runs_with_commits += u64::from(!heard.commits.is_empty());
            outcome.reads += heard.reads.len() as u64;
            heard_on_this.insert(run, heard);
            for failure in check(&directory, &heard_on_this, run, &mut outcome).await {
                outcome.failures.push(format!("run {run}: {failure}"));
            }
            if !outcome.failures.is_empty() {
                if self.removed != Removed::Nothing {
                    break;
                }
                // Keep looking on a sound directory.
                heard_on_this.clear();
                directory = self.folder.join(format!("after-{run}"));
            }
        }
        let _ = std::fs::remove_dir_all(&directory);
        Ok(outcome)
    }

    fn live_and_die(
        &self,
        directory: &Path,
        run: u64,
        seed: &mut Seed,
        outcome: &mut Outcome,
    ) -> std::io::Result<Heard> {
        let mut child = Command::new(&self.program)
            .arg("--child")
            .args([self.death.word(), self.removed.word()])
            .args([run.to_string(), seed.next_u64().to_string()])
            .arg(directory)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let pipe = child.stdout.take();
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            if let Some(mut pipe) = pipe {
                // A line cut by the death ends the text; nothing is lost by it but that line.
                let _ = pipe.read_to_string(&mut text);
            }
            text
        });
        if self.death == Death::Kill {
            std::thread::sleep(Duration::from_millis(20 + seed.below(260)));
            child.kill()?;
        }
        let status = child.wait()?;
        if status.code().is_some() {
            outcome
                .failures
                .push(format!("run {run}: the child ended by itself ({status})"));
        }
        Ok(hear(&reader.join().unwrap_or_default()))
    }
}

fn hear(text: &str) -> Heard {
    let mut heard = Heard::default();
    // Only whole lines count.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    for line in whole.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["c", task, number] => {
                if let (Ok(task), Ok(number)) = (task.parse(), number.parse::<u64>()) {
                    heard.commits.insert(task, number + 1);
                }
            }
            ["u", task, version] => {
                if let (Ok(task), Ok(version)) = (task.parse(), version.parse()) {
                    heard.updates.insert(task, version);
                }
            }
            ["r", request] => heard.reads.extend(request.parse::<u128>()),
            _ => {}
        }
    }
    heard
}

/// Opens what is left, and says what does not hold.
async fn check(
    directory: &Path,
    heard: &BTreeMap<u64, Heard>,
    last: u64,
    outcome: &mut Outcome,
) -> Vec<String> {
    let mut failures = Vec::new();
    if !directory.exists() {
        return failures;
    }
    let mut options = Options::new(directory);
    options.seal_every = None;
    options.audit_segment_bytes = 32 << 10;
    let record = match Record::open(options, Arc::new(Wall)).await {
        Ok(record) => record,
        Err(error) => return vec![format!("it does not open: {error}")],
    };
    for (&run, heard) in heard {
        commits_are_whole(&record, run, heard, run == last, outcome, &mut failures).await;
        updates_are_there(&record, run, heard, &mut failures).await;
    }
    match record.verify().await {
        Ok(report) => failures.extend(
            report
                .faults
                .iter()
                .map(|fault| format!("{}: {}", fault.place, fault.words)),
        ),
        Err(error) => failures.push(format!("verify: {error}")),
    }
    record.close().await;
    match record::audit::entries(directory) {
        Ok(entries) => {
            let kept: BTreeSet<u128> = entries.iter().map(|entry| entry.request.0).collect();
            let lost = heard
                .values()
                .flat_map(|heard| &heard.reads)
                .filter(|read| !kept.contains(read))
                .count();
            if lost > 0 {
                failures.push(format!("{lost} acknowledged reads are not in the audit"));
            }
        }
        Err(error) => failures.push(format!("audit: {error}")),
    }
    failures
}

async fn commits_are_whole(
    record: &Record,
    run: u64,
    heard: &Heard,
    count: bool,
    outcome: &mut Outcome,
    failures: &mut Vec<String>,
) {
    for task in 0..TASKS {
        let acknowledged = heard.commits.get(&task).copied().unwrap_or(0);
        // One commit of a task at most was under way when it died.
        let numbers = 0..acknowledged + 2;
        let ids = numbers.clone().flat_map(|number| {
            (0..work::resources(task, number)).map(move |part| work::id(run, task, number, part))
        });
        let mut said = says(record, ids.collect()).await.into_iter();
        for number in numbers {
            let mut found = 0;
            for (id, said) in said.by_ref().take(work::resources(task, number) as usize) {
                match said {
                    Ok(Some(json)) if json.contains(&format!("\"{}\"", work::content(&id, 1))) => found += 1,
                    Ok(Some(_)) => failures.push(format!("{id} says something else")),
                    Ok(None) => {}
                    Err(error) => failures.push(format!("{id}: {error}")),
                }
            }
            let whole = found == work::resources(task, number);
            let name = format!("commit {number} of task {task} of run {run}");
            if number < acknowledged && !whole {
                failures.push(format!(
                    "{name} was acknowledged; {found} of its resources are there"
                ));
            } else if found > 0 && !whole {
                failures.push(format!("{name} is half there"));
            }
            outcome.unheard += u64::from(count && number >= acknowledged && whole);
        }
    }
}

async fn updates_are_there(record: &Record, run: u64, heard: &Heard, failures: &mut Vec<String>) {
    let ids = heard
        .updates
        .keys()
        .map(|task| work::updated_id(run, *task))
        .collect();
    for ((id, said), version) in says(record, ids).await.into_iter().zip(heard.updates.values()) {
        // The next update may have been kept without its acknowledgement being heard.
        let at = |json: &str| {
            [*version, version + 1]
                .iter()
                .any(|at| json.contains(&format!("\"{}\"", work::content(&id, *at))))
        };
        match said {
            Ok(Some(json)) if at(&json) => {}
            Ok(_) => failures.push(format!(
                "{id} is not at version {version}, which was acknowledged"
            )),
            Err(error) => failures.push(format!("{id}: {error}")),
        }
    }
}

/// The current JSON of each resource, nothing for those that are not there; one ask for all.
async fn says(record: &Record, ids: Vec<String>) -> Vec<(String, Result<Option<String>, String>)> {
    let Some(observation) = ResourceType::from_name("Observation") else {
        return Vec::new();
    };
    let actor = Actor::new("proof-check", Role::Development, None);
    let purpose = Purpose::DirectCare;
    let mut ask = record.ask(&everything(), &actor, purpose, record.new_request());
    let mut held = Vec::with_capacity(ids.len());
    for id in ids {
        let read = ask.read(observation, &id).await;
        held.push((id, read));
    }
    let disclosed = match ask.disclose().await {
        Ok(disclosed) => disclosed,
        Err(error) => return vec![("audit".to_owned(), Err(error.to_string()))],
    };
    let open = |held: Result<Held<Stored>, ReadError>| match held {
        Ok(held) => Ok(Some(
            String::from_utf8_lossy(&held.open(&disclosed).json).into_owned(),
        )),
        Err(ReadError::NotFound) => Ok(None),
        Err(error) => Err(error.to_string()),
    };
    held.into_iter().map(|(id, held)| (id, open(held))).collect()
}
