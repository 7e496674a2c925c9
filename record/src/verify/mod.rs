//! Checking that what is stored is what was kept: every bucket's chain is recomputed from feed and log ([`feed`]), the
//! current versions, history, locators and value rows are compared with the log ([`content`]), so is who is read as one
//! ([`aliases`]), and so are the chains
//! of the read audit ([`reads`]) and the seals with their signatures ([`seals`]). Each fault is named; nothing is
//! repaired.

mod aliases;
mod content;
mod feed;
mod reads;
mod seals;

use std::path::Path;

use crate::dialect::{self, Access, engine_error, params};
use crate::error::RecordError;
use crate::options::Options;

/// The most faults that a report names.
const MOST_FAULTS: usize = 200;

/// One part of the check.
type Part = fn(&dialect::Connection, &mut VerifyReport) -> Result<(), RecordError>;

/// What a check found.
#[derive(Debug, Clone, Default)]
pub struct VerifyReport {
    /// Everything that is wrong, at most 200 faults; empty when the record is sound.
    pub faults: Vec<Fault>,
    /// Faults beyond those named.
    pub more_faults: u64,
    /// Versions checked.
    pub versions: u64,
    /// Feed entries checked.
    pub feed_entries: u64,
    /// Read-audit entries checked.
    pub read_entries: u64,
    /// Seals checked.
    pub seals: u64,
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
    check(&Options::new(directory))
}

pub(crate) fn check(options: &Options) -> Result<VerifyReport, RecordError> {
    let connection = dialect::connect(options, Access::Read)?;
    let mut report = VerifyReport::default();
    // One snapshot for all tables, so that a commit under way does not look like damage.
    connection
        .execute_batch("BEGIN")
        .map_err(|error| engine_error(&error))?;
    let parts: [(&'static str, Part); 3] = [
        ("database", pages),
        ("feed", feed::check),
        ("current", content::check),
    ];
    for (place, part) in parts {
        if let Err(error) = part(&connection, &mut report) {
            report.fault(place, error.to_string());
        }
    }
    let directory = &options.directory;
    match reads::check(directory, &mut report) {
        Ok(frames) => {
            if let Err(error) = seals::check(&connection, directory, &frames, &mut report) {
                report.fault("seal", error.to_string());
            }
        }
        Err(error) => report.fault("reads", error.to_string()),
    }
    let _ = connection.execute_batch("ROLLBACK");
    Ok(report)
}

/// The engine's own check of its pages.
fn pages(connection: &dialect::Connection, report: &mut VerifyReport) -> Result<(), RecordError> {
    let read = || -> dialect::Result<Vec<String>> {
        connection
            .prepare("PRAGMA quick_check(20)")?
            .query_map(params![], |row| row.get(0))?
            .collect()
    };
    for words in read().map_err(|error| engine_error(&error))? {
        if words != "ok" {
            report.fault("database", words);
        }
    }
    Ok(())
}
