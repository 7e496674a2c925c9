//! A commit: what is to change, on which versions that was decided, and what came of it.

use fhir::{Prepared, ResourceType};
use jiff::Timestamp;

use crate::deed::WholeRecord;
use crate::follow::{DeadChange, Step};
use crate::ids::{Bucket, CommitId};
use crate::reason::Reason;

/// The most people or units that one commit may touch outside transactions and the bulk lane.
pub const MOST_UNITS: usize = 16;

/// Changes that are kept all together or not at all.
pub struct Commit {
    /// Which door it came through, such as `fhir`, `import` or `web`; a short fixed word, never free text.
    pub source: String,
    /// Which lane of the writer it takes.
    pub lane: Lane,
    /// These are documents as somebody sent them, not what an action of Sarsen's own decided: they neither make nor change what says
    /// by our own codes who may open a record, lose no label by which a person shares, and give their sender no lasting tie for one that
    /// passes (`CommitError::KeptByActions`, `CommitError::LabelsDropped`, `CommitError::WouldStay`,
    /// `CommitError::OthersWriting`), unless the actor may do so by hand.
    pub as_sent: bool,
    /// A FHIR transaction may touch more than [`MOST_UNITS`] people; anything else may not.
    pub transaction: bool,
    /// Makes a repeated commit answer as the first did.
    pub idempotency: Option<Idempotency>,
    /// The changes; no resource twice. None are needed where something is done to whole records.
    pub changes: Vec<Change>,
    /// What is done to whole records, decided on what was there before the changes.
    pub deed: Option<WholeRecord>,
    /// The step of a follower whose effect this is; then there may be no changes.
    pub step: Option<Step>,
    /// What an operator decided about something that a follower gave up.
    pub dead: Option<DeadChange>,
}

impl Commit {
    /// A commit in the care lane, without idempotency, not a transaction.
    #[must_use]
    pub fn new(source: &str, changes: Vec<Change>) -> Commit {
        Commit {
            source: source.to_owned(),
            lane: Lane::Care,
            as_sent: false,
            transaction: false,
            idempotency: None,
            changes,
            deed: None,
            step: None,
            dead: None,
        }
    }

    /// A commit in the care lane that does something to whole records and changes no resource.
    #[must_use]
    pub fn of_deed(source: &str, deed: WholeRecord) -> Commit {
        Commit {
            deed: Some(deed),
            ..Commit::new(source, Vec::new())
        }
    }
}

/// A lane of the writer: care goes before bulk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// What a person is waiting for.
    Care,
    /// Imports; written in slices of at most 20 ms.
    Bulk,
}

/// A client's promise that a repeated request is the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Who promises; keys of two clients never meet.
    pub client: String,
    /// The client's key.
    pub key: String,
    /// A digest of the whole request.
    pub digest: [u8; 32],
    /// What the caller decided before the commit and needs to give the same answer again; kept with the answer, and
    /// given back in [`Committed::note`]. Never people's data.
    pub note: Vec<u8>,
}

/// One change of one resource.
pub enum Change {
    /// A new resource; without an id, one is made.
    Create {
        /// The id, when the caller made one with `Record::new_id`.
        id: Option<String>,
        /// What to keep.
        prepared: Prepared,
    },
    /// A resource under the id the client chose: its next version, or its first.
    Put {
        /// The id.
        id: String,
        /// What to keep.
        prepared: Prepared,
        /// The version this was decided on.
        expected: Expected,
    },
    /// A resource that was filed to the wrong person: it ends there, leaving nothing to read but its earlier versions,
    /// and its next version begins with the person it names now. A [`Change::Put`] that names another person does the
    /// same; this one also keeps why.
    Move {
        /// The id.
        id: String,
        /// What to keep.
        prepared: Prepared,
        /// The version this was decided on.
        expected: Expected,
        /// A reason for [`crate::Deed::Move`].
        reason: Reason,
    },
    /// A deletion, which is a version too.
    Delete {
        /// The type.
        resource_type: ResourceType,
        /// The id.
        id: String,
        /// The version this was decided on.
        expected: Expected,
    },
}

impl Change {
    /// The type that is changed.
    #[must_use]
    pub fn resource_type(&self) -> ResourceType {
        match self {
            Change::Create { prepared, .. }
            | Change::Put { prepared, .. }
            | Change::Move { prepared, .. } => prepared.resource_type,
            Change::Delete { resource_type, .. } => *resource_type,
        }
    }
}

/// The version that a change was decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Whatever is there.
    Any,
    /// Nothing is there (never was, or is deleted).
    Absent,
    /// This version is there.
    Version(u64),
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Expected::Any => f.write_str("any version"),
            Expected::Absent => f.write_str("no version"),
            Expected::Version(version) => write!(f, "version {version}"),
        }
    }
}

/// What came of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Its id, as in the feed.
    pub id: CommitId,
    /// Its position in the feed of every bucket it touched, ascending by bucket.
    pub positions: Vec<(Bucket, u64)>,
    /// One for each change, in the order of the changes.
    pub outcomes: Vec<Outcome>,
    /// Whether this is the answer of an earlier commit with the same idempotency key.
    pub replayed: bool,
    /// When replayed, the [`Idempotency::note`] of the first commit; else empty.
    pub note: Vec<u8>,
}

/// What came of one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The type.
    pub resource_type: ResourceType,
    /// The id.
    pub id: String,
    /// The version it is at now.
    pub version: u64,
    /// Its `meta.lastUpdated`.
    pub updated: Timestamp,
    /// Whether it did not exist before (or was deleted).
    pub created: bool,
}
