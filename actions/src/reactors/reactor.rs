//! What a reactor says of itself.

use std::future::Future;

use ::record::{
    Change, CommitError, Due, DueChange, FeedChange, FeedEntry, Letter, Purpose, ReadError, RecordError,
    Start,
};

use crate::reactors::reads::Reads;

/// Somebody who does something about what was committed, once for each cause.
///
/// What it does is what it gives back: the engine commits that together with the cursor. It must have no effect of its
/// own (no sending, no writing to memory that matters), since it may be asked about one entry several times before one
/// answer is kept.
pub trait Reactor: Send + Sync + 'static {
    /// Its name for ever, 1–40 of `a-z 0-9 -`: cursor, timers and letters are kept under it.
    fn name(&self) -> &'static str;

    /// Where it begins the first time: after what is there already, unless it says otherwise.
    fn start(&self) -> Start {
        Start::Now
    }

    /// The purpose for which it reads and writes.
    fn purpose(&self) -> Purpose {
        Purpose::DirectCare
    }

    /// Whether it wants to see an entry with this change. Cheap, and without reading. People who were joined or parted
    /// and records that were destroyed are changes too.
    fn wants(&self, change: &FeedChange) -> bool;

    /// What follows from an entry that it wanted to see.
    fn react(
        &self,
        entry: &FeedEntry,
        reads: &Reads,
    ) -> impl Future<Output = Result<Effects, Failure>> + Send;

    /// What follows from a timer of its own. The timer is gone once this is kept, unless it is set again.
    fn due(&self, due: &Due, reads: &Reads) -> impl Future<Output = Result<Effects, Failure>> + Send {
        let _ = (due, reads);
        async { Ok(Effects::default()) }
    }
}

/// What a reactor wants kept, all together with its cursor.
#[derive(Default)]
pub struct Effects {
    /// Changes of resources.
    pub changes: Vec<Change>,
    /// Timers to set and clear.
    pub due: Vec<DueChange>,
    /// What is to leave the house.
    pub letters: Vec<Letter>,
}

impl Effects {
    /// Nothing follows.
    #[must_use]
    pub fn none() -> Effects {
        Effects::default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.due.is_empty() && self.letters.is_empty()
    }
}

/// Why a reactor could not answer. The word is fixed, for operators: never people's data.
#[derive(Debug, Clone)]
pub enum Failure {
    /// Try again after a while; after too often, it is given up.
    Again(&'static str),
    /// Trying again would not help: it is given up at once.
    Never(&'static str),
    /// The record itself failed: tried again for as long as it takes, since the entry is not at fault.
    Record(RecordError),
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Failure {
        match error {
            ReadError::NotFound => Failure::Again("not-found"),
            ReadError::Gone { .. } => Failure::Again("gone"),
            ReadError::Destroyed => Failure::Never("destroyed"),
            ReadError::TooCostly(_) => Failure::Never("too-costly"),
            ReadError::BeingPrepared(_) => Failure::Again("being-prepared"),
            ReadError::BadPage => Failure::Never("bad-page"),
            ReadError::Storage(error) => Failure::Record(error),
        }
    }
}

impl From<CommitError> for Failure {
    fn from(error: CommitError) -> Failure {
        match error {
            CommitError::Storage(error) => Failure::Record(error),
            CommitError::Conflict { .. } | CommitError::Exists { .. } => Failure::Again("conflict"),
            CommitError::NotFound { .. } | CommitError::Gone { .. } => Failure::Again("target-gone"),
            CommitError::Destroyed { .. } => Failure::Never("destroyed"),
            CommitError::NotPermitted => Failure::Again("not-permitted"),
            CommitError::KeptByActions { .. }
            | CommitError::WouldStay { .. }
            | CommitError::OthersWriting { .. }
            | CommitError::LabelsDropped { .. }
            | CommitError::Twice { .. }
            | CommitError::BadId { .. }
            | CommitError::TooLarge { .. }
            | CommitError::Empty
            | CommitError::IdempotencyMismatch
            | CommitError::TooManyUnits { .. }
            | CommitError::Refused(_)
            | CommitError::BadStep { .. } => Failure::Never("not-a-commit"),
            CommitError::Fenced { .. } => Failure::Again("fenced"),
        }
    }
}
