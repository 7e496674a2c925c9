//! What ails a record, in plain words, and what to do about it. It looks from outside, beside whoever has the record
//! open, changes nothing, and goes on where one look fails. `sarsen verify` proves; this explains.
//!
//! - [`files`]: the data directory: rights, the process that has it, what the read audit set aside
//! - [`damage`]: pages that do not hold: what stands on them, what is lost and what a restore would bring
//! - [`server`]: what only a server can have wrong: settings, clock, pages, archive, replica
//! - [`store`]: schema, clocks, seals, followers, letters, the write-ahead log
//! - [`backups`]: whether there is a backup, how old it is, what it lacks

mod backups;
mod damage;
mod files;
mod server;
mod store;

use std::path::PathBuf;
use std::time::Duration;

use crate::clock::SystemClock;
use crate::dialect::{self, Access, engine_error};
use crate::options::{Engine, Options};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// As it should be, or only to be known.
    Note,
    /// It works, but somebody should look.
    Warning,
    /// Something is broken or about to break.
    Fault,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about, a fixed word.
    pub about: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What was found, in words, with internal ids only.
    pub words: String,
    /// What to do next; empty when there is nothing to do.
    pub next: String,
}

impl Finding {
    /// As it should be, or only to be known.
    #[must_use]
    pub fn note(about: &'static str, words: impl Into<String>) -> Finding {
        Finding {
            about,
            severity: Severity::Note,
            words: words.into(),
            next: String::new(),
        }
    }

    /// It works, but somebody should look.
    #[must_use]
    pub fn warning(about: &'static str, words: impl Into<String>, next: impl Into<String>) -> Finding {
        Finding {
            about,
            severity: Severity::Warning,
            words: words.into(),
            next: next.into(),
        }
    }

    /// Something is broken or about to break.
    #[must_use]
    pub fn fault(about: &'static str, words: impl Into<String>, next: impl Into<String>) -> Finding {
        Finding {
            about,
            severity: Severity::Fault,
            words: words.into(),
            next: next.into(),
        }
    }
}

/// What a record is held against.
#[derive(Debug, Clone)]
pub struct Expectations {
    /// Where backups are; `None`: nobody said.
    pub backups: Option<PathBuf>,
    /// How old the newest may be.
    pub backup_age: Duration,
    /// How long a feed entry may wait for a seal.
    pub seal_age: Duration,
    /// How long a feed entry may wait for a follower.
    pub lag: Duration,
    /// How far a stored time may lie ahead of this machine's clock.
    pub skew: Duration,
}

impl Default for Expectations {
    fn default() -> Expectations {
        Expectations {
            backups: None,
            backup_age: Duration::from_secs(26 * 3600),
            seal_age: Duration::from_secs(5 * 60),
            lag: Duration::from_secs(60),
            skew: Duration::from_secs(5),
        }
    }
}

/// Looks at the record of `options`.
#[must_use]
pub fn examine(options: &Options, expected: &Expectations, clock: &dyn SystemClock) -> Vec<Finding> {
    let mut found = Vec::new();
    let on_server = matches!(options.engine, Engine::Postgres(_));
    if !files::look(&options.directory, on_server, &mut found) {
        return found;
    }
    let connection = match dialect::connect(options, Access::Read) {
        Ok(connection) => connection,
        Err(error) if on_server => {
            found.push(server::away(&error));
            backups::look(None, expected, clock, &mut found);
            return found;
        }
        Err(error) => {
            found.push(Finding::fault(
                "open",
                format!("the record cannot be opened for reading: {error}"),
                "restore the newest backup into a new folder (`sarsen restore`), and keep this one to look into",
            ));
            backups::look(None, expected, clock, &mut found);
            return found;
        }
    };
    let sound = if on_server {
        if !server::look(options, &connection, expected, clock, &mut found) {
            return found;
        }
        server::pages(options, &mut found)
    } else {
        damage::look(&connection, &mut found)
    };
    if store::schema(&connection, &mut found) {
        for (about, look) in store::LOOKS {
            if let Err(error) = look(&connection, expected, clock, &mut found) {
                // Damage has been told already.
                let severity = if sound { Severity::Fault } else { Severity::Note };
                found.push(Finding {
                    about,
                    severity,
                    words: format!("this could not be looked at: {}", engine_error(&error)),
                    next: "run `sarsen verify`".to_owned(),
                });
            }
        }
        backups::look(Some(&connection), expected, clock, &mut found);
    }
    found
}
