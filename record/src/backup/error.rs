//! What can go wrong with a backup or a restore. Messages hold internal ids and file names only.

use crate::error::RecordError;

/// Why a backup was not made, checked or restored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BackupError {
    /// The record could not be read or written.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A folder or file cannot be used.
    #[error("cannot use {what}: {why}")]
    Folder {
        /// Which.
        what: String,
        /// What the system said.
        why: String,
    },
    /// Nobody could read the backup.
    #[error("a backup needs at least one recipient (age1…); make one with `sarsen backup key`")]
    NoRecipient,
    /// Another backup is being written there.
    #[error("another backup is being written to this folder; wait for it")]
    Busy,
    /// Records were destroyed while it was read.
    #[error(
        "records were destroyed while the backup was read, each time it was tried; make it again when that is over"
    )]
    Destroying,
    /// Another restore is at work.
    #[error("another restore is at work there; wait for it")]
    Restoring,
    /// There is nothing to restore.
    #[error("{0}")]
    NoRun(String),
    /// The run was written by a later release.
    #[error("run {run} has format {found}, this release reads {known}; use the release that wrote it")]
    Newer {
        /// The run.
        run: String,
        /// The format found.
        found: u32,
        /// The newest that this release reads.
        known: u32,
    },
    /// A run is not what was written.
    #[error("run {run} is damaged: {why}")]
    Damaged {
        /// The run.
        run: String,
        /// What is wrong.
        why: String,
    },
    /// The backup was encrypted for others.
    #[error("run {run} was not encrypted for this identity")]
    NotForUs {
        /// The run.
        run: String,
    },
    /// The target holds something.
    #[error("{0} is not empty; a restore writes to an empty or new place only")]
    NotEmpty(String),
    /// The schema of the store is not this release's.
    #[error(
        "the record has schema {found}, this release has {known}; open it once with `sarsen serve` of this release"
    )]
    Schema {
        /// The schema found.
        found: u32,
        /// This release's.
        known: u32,
    },
}

/// A failure of the file system.
pub(crate) fn folder_error(what: impl std::fmt::Display, error: &std::io::Error) -> BackupError {
    match crate::audit::appender::io_error(error) {
        RecordError::DiskFull => BackupError::Record(RecordError::DiskFull),
        _ => BackupError::Folder {
            what: what.to_string(),
            why: error.to_string(),
        },
    }
}
