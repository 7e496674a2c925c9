//! Checking that what is stored is what was kept: every bucket's chain is recomputed from feed and log ([`feed`]), the
//! current versions, history, locators, labels ([`labels`]) and value rows are compared with the log ([`content`]), so is who
//! is read as one ([`aliases`]) and what was destroyed ([`destroyed`]), and so are the chains of the read audits ([`reads`]), the seals with their signatures ([`seals`],
//! [`signers`]), the lines of the store's history ([`lines`]), and the anchors outside ([`anchors`]). Each fault is named; nothing is repaired.

mod aliases;
mod anchors;
mod content;
mod destroyed;
pub(crate) mod feed;
#[cfg(test)]
mod forgery;
mod labels;
mod lines;
mod order;
mod reads;
mod seals;
mod signers;

use std::path::{Path, PathBuf};

use ed25519_dalek::VerifyingKey;
use jiff::Timestamp;

use crate::dialect::{self, Access, engine_error};
use crate::error::RecordError;
use crate::keys;
use crate::options::Options;
use crate::process::ProcessId;

/// The most faults that a report names.
const MOST_FAULTS: usize = 200;

/// One part of the check.
type Part = fn(&dialect::Connection, &mut VerifyReport) -> Result<(), RecordError>;

/// What a check is held against beside the store itself.
#[derive(Debug, Clone, Default)]
pub struct Proof {
    /// Anchor files (`audit.anchor_file`).
    pub anchors: Vec<PathBuf>,
    /// The public key that is trusted; the data directory's own `keys/seal.pub` when none is given.
    pub public_key: Option<PublicKey>,
    /// Data directories of the other processes on the same store, whose read audits are checked too.
    pub processes: Vec<PathBuf>,
}

/// A public key, from the 64 hexadecimal digits of `keys/seal.pub`.
#[derive(Debug, Clone, Copy)]
pub struct PublicKey(VerifyingKey);

impl std::str::FromStr for PublicKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<PublicKey, Self::Err> {
        keys::public_from_hex(text.trim())
            .map(PublicKey)
            .ok_or("a public key is the 64 hexadecimal digits of keys/seal.pub")
    }
}

/// What the anchor files prove.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Anchors {
    /// Seals that they name.
    pub seals: u64,
    /// Number and time of the last seal that the store has as it was anchored; `None` when it has none.
    pub last: Option<(u64, Timestamp)>,
    /// Feed entries after it: consistent, but unproven.
    pub feed_after: u64,
    /// Read-audit entries after it.
    pub reads_after: u64,
    /// Lines that are not whole: torn off when the machine stopped.
    pub torn_lines: u64,
    /// Seals that are not there because a restore left them behind, by the line that began with it.
    pub left_behind: Vec<LeftBehind>,
}

/// Anchored seals that a restore or a recovery left behind: no tampering, if somebody did restore then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftBehind {
    /// The line of the store's history that began with it.
    pub line: u64,
    /// The run that was restored.
    pub run: String,
    /// When.
    pub at: Timestamp,
    /// To which moment, where one was asked for.
    pub until: Option<Timestamp>,
    /// How many seals.
    pub seals: u64,
}

/// What a check found.
#[derive(Debug, Clone, Default)]
pub struct VerifyReport {
    /// Everything that is wrong, at most 200 faults; empty when the record is sound.
    pub faults: Vec<Fault>,
    /// Faults beyond those named.
    pub more_faults: u64,
    /// Versions checked.
    pub versions: u64,
    /// Versions that were destroyed: their rows prove that something stood there, and what it was is gone.
    pub destroyed: u64,
    /// Feed entries checked.
    pub feed_entries: u64,
    /// Read-audit entries checked.
    pub read_entries: u64,
    /// Seals checked.
    pub seals: u64,
    /// Keys that seals were signed with.
    pub signers: u64,
    /// What the anchor files prove; `None` when none was given. Without one, whoever owns the database and holds the
    /// signing key could have recomputed everything.
    pub anchors: Option<Anchors>,
    /// Processes whose read audit was not at hand, with the seals that name it: those reads were not checked.
    pub reads_elsewhere: Vec<(String, u64)>,
    /// Current resources whose index entry could not be made again, because this release's scanner refuses them.
    pub not_rederived: u64,
    /// Files of the read audit that were copied aside, because what followed the last whole entry was cut off: torn
    /// when the machine stopped and never acknowledged, or, when a fault says that a seal covers more, damaged.
    pub set_aside: Vec<String>,
    /// Feed entries after the last seal: consistent, but not proven against somebody who recomputes the chain.
    pub feed_after_seal: u64,
    /// Read-audit entries after the last seal.
    pub reads_after_seal: u64,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: a table or file.
    pub place: &'static str,
    /// What, in words, with internal ids only.
    pub words: String,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// A seal names the read audit of a process that is not at hand.
    fn read_elsewhere(&mut self, process: &[u8]) {
        let Some(process) = ProcessId::load(process) else {
            self.fault("seal", "a seal names a process that is none");
            return;
        };
        let process = process.to_string();
        match self
            .reads_elsewhere
            .iter_mut()
            .find(|(known, _)| *known == process)
        {
            Some((_, seals)) => *seals += 1,
            None => self.reads_elsewhere.push((process, 1)),
        }
    }

    fn fault(&mut self, place: &'static str, words: impl Into<String>) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault {
                place,
                words: words.into(),
            });
        } else {
            self.more_faults += 1;
        }
    }
}

/// Checks the record in a data directory. Another process may have it open.
///
/// # Errors
/// When it cannot be read at all; damage is not an error but a [`Fault`].
pub fn verify(directory: &Path) -> Result<VerifyReport, RecordError> {
    verify_against(&Options::new(directory), &Proof::default())
}

/// Checks the record that these options open, against what is held outside it.
///
/// # Errors
/// When it cannot be read at all; damage is not an error but a [`Fault`].
pub fn verify_against(options: &Options, proof: &Proof) -> Result<VerifyReport, RecordError> {
    dialect::refuse_half(&dialect::connect(options, Access::Check)?)?;
    check(options, proof)
}

pub(crate) fn check(options: &Options, proof: &Proof) -> Result<VerifyReport, RecordError> {
    let connection = dialect::connect(options, Access::Check)?;
    let mut report = VerifyReport::default();
    // One snapshot for all tables, so that a commit under way does not look like damage.
    dialect::begin_reading(&connection).map_err(|error| engine_error(&error))?;
    match dialect::check_pages(&connection, options) {
        Ok(words) => words
            .into_iter()
            .for_each(|words| report.fault("database", words)),
        Err(error) => report.fault("database", error.to_string()),
    }
    let parts: [(&'static str, Part); 2] = [("feed", feed::check), ("current", content::check)];
    for (place, part) in parts {
        if let Err(error) = part(&connection, &mut report) {
            report.fault(place, error.to_string());
            // A server ends the snapshot with what fails in it; another serves to look at the rest.
            let _ = dialect::roll_back(&connection);
            dialect::begin_reading(&connection).map_err(|error| engine_error(&error))?;
        }
    }
    if let Err(error) = audit(&connection, &options.directory, proof, &mut report) {
        report.fault("seal", error.to_string());
    }
    let _ = dialect::end_reading(&connection);
    Ok(report)
}

/// The read audits, the signers, the seals and the anchors.
fn audit(
    connection: &dialect::Connection,
    directory: &Path,
    proof: &Proof,
    report: &mut VerifyReport,
) -> Result<(), RecordError> {
    let mut reads = Vec::new();
    for directory in std::iter::once(directory).chain(proof.processes.iter().map(PathBuf::as_path)) {
        match reads::check(directory, report) {
            Ok(found) => reads.push(found),
            Err(error) => report.fault("reads", error.to_string()),
        }
    }
    let trusted = match proof.public_key {
        Some(PublicKey(key)) => key,
        None => keys::public(directory)?,
    };
    let signers = signers::check(connection, &trusted, report)?;
    let lines = lines::check(connection, &signers, &trusted, report)?;
    let sealed = seals::check(connection, &signers, &reads, report)?;
    // One process at most has ever written to a store that is a file: a seal of another is no other's, but a forgery or
    // a lost id; unless it was sealed before the store was restored from a server, where there may be several.
    if connection.is_of_one_process() {
        let restored = lines.last().map_or(0, |line| line.seal);
        for (process, seals) in std::mem::take(&mut report.reads_elsewhere) {
            if sealed.last_of(&process) <= restored {
                report.reads_elsewhere.push((process, seals));
                continue;
            }
            report.fault(
                "reads",
                format!("{seals} seals name the read audit of process {process}, which is not here"),
            );
        }
    }
    (report.feed_after_seal, report.reads_after_seal) = sealed.after(connection, u64::MAX, &reads)?;
    for path in &proof.anchors {
        anchors::check(path, &sealed, &lines, report);
    }
    if let Some(anchors) = &mut report.anchors {
        let last = anchors.last.map_or(0, |(number, _)| number);
        (anchors.feed_after, anchors.reads_after) = sealed.after(connection, last, &reads)?;
    }
    Ok(())
}
