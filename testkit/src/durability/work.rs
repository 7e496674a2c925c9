//! What the child commits: the n-th commit of a task in a run is a function of the three numbers.

use fhir::{Document, Limits, Prepared};
use record::{Change, Expected};

/// How a process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// The parent sends SIGKILL; what was written stays with the system.
    Kill,
    /// The power fails: of what was not made durable, a random part is lost or torn.
    Power,
}

/// Which guarantee is taken away, so that the proof must fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// None: the proof must hold.
    Nothing,
    /// Nothing waits for the disk.
    Sync,
    /// A commit is acknowledged before it is committed.
    Order,
}

impl Death {
    /// The word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Death::Kill => "kill",
            Death::Power => "power",
        }
    }

    /// The death behind a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Death> {
        [Death::Kill, Death::Power]
            .into_iter()
            .find(|death| death.word() == word)
    }
}

impl Removed {
    /// The word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Removed::Nothing => "nothing",
            Removed::Sync => "sync",
            Removed::Order => "order",
        }
    }

    /// What is removed, behind a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Removed> {
        [Removed::Nothing, Removed::Sync, Removed::Order]
            .into_iter()
            .find(|removed| removed.word() == word)
    }
}

/// How many resources the n-th commit of a task holds, 1–6.
#[must_use]
pub fn resources(task: u64, number: u64) -> u64 {
    1 + (task * 7 + number * 3) % 6
}

/// The id of a resource of a commit.
#[must_use]
pub fn id(run: u64, task: u64, number: u64, part: u64) -> String {
    format!("r{run}-t{task}-n{number}-k{part}")
}

/// The id of the one resource that a task updates again and again.
#[must_use]
pub fn updated_id(run: u64, task: u64) -> String {
    format!("r{run}-t{task}-updated")
}

/// What a resource says; the parent looks for it.
#[must_use]
pub fn content(id: &str, version: u64) -> String {
    format!("{id} in its version {version}")
}

/// The changes of the n-th commit of a task: Observations about several people.
///
/// # Errors
/// When the scanner refuses what was made.
pub fn changes(run: u64, task: u64, number: u64) -> Result<Vec<Change>, String> {
    (0..resources(task, number))
        .map(|part| {
            let id = id(run, task, number, part);
            let prepared = observation(&format!("person-{}", (task + part) % 5), &content(&id, 1))?;
            Ok(Change::Put {
                id,
                prepared,
                expected: Expected::Absent,
            })
        })
        .collect()
}

/// The change that makes `version` of a task's updated resource.
///
/// # Errors
/// When the scanner refuses what was made.
pub fn update(run: u64, task: u64, version: u64) -> Result<Change, String> {
    let id = updated_id(run, task);
    let prepared = observation(&format!("person-{}", task % 5), &content(&id, version))?;
    let expected = if version == 1 {
        Expected::Absent
    } else {
        Expected::Version(version - 1)
    };
    Ok(Change::Put {
        id,
        prepared,
        expected,
    })
}

fn observation(patient: &str, says: &str) -> Result<Prepared, String> {
    let padding = "x".repeat(says.len() * 37 % 1500);
    let json = format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"text":"{says}"}},"subject":{{"reference":"Patient/{patient}"}},"effectiveDateTime":"2026-01-02T10:00:00Z","note":[{{"text":"{padding}"}}]}}"#
    );
    let document =
        Document::scan(json.as_bytes(), &Limits::default()).map_err(|issues| format!("{issues:?}"))?;
    Ok(document.root().prepare(&|_| None))
}
