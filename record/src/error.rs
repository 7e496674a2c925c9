//! What can go wrong, one error type for the layer and one for each verb. Messages hold internal ids only.

use fhir::ResourceType;

use crate::commit::Expected;
use crate::deed::Refusal;

/// The store itself failed or refused. The words say what happened and what to do.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RecordError {
    /// The data directory is in use by another process.
    #[error("the data directory is in use by another process; stop that process or name another directory")]
    InUse,
    /// The data directory or a file in it cannot be used.
    #[error("cannot use {what}: {why}")]
    Directory {
        /// Which file or folder, relative to the data directory.
        what: String,
        /// What the system said.
        why: String,
    },
    /// No space is left; what was stored is intact and can be read.
    #[error(
        "no space is left on the disk; nothing of this change was kept, the record can still be read; free some space and try again"
    )]
    DiskFull,
    /// The file or directory cannot be written to.
    #[error(
        "the record cannot be written to, because its file or folder is read-only; nothing of this change was kept"
    )]
    ReadOnly,
    /// The disk failed.
    #[error("the disk reported a fault ({detail}); nothing of this change was kept")]
    Disk {
        /// SQLite's words.
        detail: String,
    },
    /// Stored bytes are not what was written.
    #[error("stored data are damaged ({detail}); run `sarsen verify`, then restore from a backup")]
    Corrupt {
        /// Which table and row.
        detail: String,
    },
    /// A restore into the database was stopped before its end.
    #[error(
        "the database holds half of a record: a restore into it is at work or was stopped; run `sarsen restore` again, with \
         the same --to"
    )]
    HalfRestored,
    /// The database was written by a later release.
    #[error(
        "the record has schema {found}, but this release knows {known} at most; use the release that wrote it"
    )]
    Newer {
        /// The schema found.
        found: u32,
        /// The newest that this release knows.
        known: u32,
    },
    /// A name that no follower may have.
    #[error("{name:?} is not a name: 1 to 64 of a-z, 0-9, hyphen and slash")]
    BadName {
        /// What came.
        name: String,
    },
    /// The signing key was rotated elsewhere and this process has no copy of the new one: it cannot seal.
    #[error(
        "the signing key here is not signer {signer}, the newest in the store; copy keys/ from the process that rotated it"
    )]
    SigningKey {
        /// The number of the newest signer.
        signer: u64,
    },
    /// The database server cannot be reached, or refuses to talk to us.
    #[error("the database cannot be used ({detail}); nothing of this was kept; try again when it answers")]
    Unreachable {
        /// What was said, without addresses or passwords.
        detail: String,
    },
    /// The database server is set up so that it may lose what it acknowledged, or is too old.
    #[error(
        "the database's setting {setting} is {found}, but must be {needed}: the record is not entrusted to it"
    )]
    UnsafeSetting {
        /// The setting's name.
        setting: String,
        /// What it is.
        found: String,
        /// What it must be.
        needed: String,
    },
    /// The connection was lost while a commit was under way, and nobody can say yet what became of it.
    #[error(
        "it is not known whether the change was kept: the database was lost while it was committed and does not answer \
         yet; look whether commit {commit} is there before you repeat it"
    )]
    Unknown {
        /// The commit's id, as in the feed.
        commit: String,
    },
    /// Too many commits are waiting.
    #[error("the record is busy; try again in a moment")]
    Busy,
    /// The record was closed.
    #[error("the record is closed")]
    Closed,
    /// The engine refused a statement: a fault in Sarsen.
    #[error("the engine refused a statement ({detail})")]
    Engine {
        /// SQLite's words.
        detail: String,
    },
}

/// Why a commit was refused; nothing of it was kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommitError {
    /// The version the change was decided on is not the present one.
    #[error("{}/{id} is at {}, the change was decided on {expected}", resource_type.name(), version_words(*found))]
    Conflict {
        /// The resource.
        resource_type: ResourceType,
        /// Its id.
        id: String,
        /// What the change expected.
        expected: Expected,
        /// The present version; `None` when there is none.
        found: Option<u64>,
    },
    /// A resource was to be created under an id that is taken.
    #[error("{}/{id} exists already, at version {version}", resource_type.name())]
    Exists {
        /// The resource.
        resource_type: ResourceType,
        /// Its id.
        id: String,
        /// Its present version.
        version: u64,
    },
    /// There is nothing to delete.
    #[error("{}/{id} does not exist", resource_type.name())]
    NotFound {
        /// The resource.
        resource_type: ResourceType,
        /// Its id.
        id: String,
    },
    /// It is deleted already.
    #[error("{}/{id} was deleted at version {version}", resource_type.name())]
    Gone {
        /// The resource.
        resource_type: ResourceType,
        /// Its id.
        id: String,
        /// The version that deleted it.
        version: u64,
    },
    /// It was destroyed; nothing is filed under this id again.
    #[error("{}/{id} was destroyed; nothing is filed under this id again", resource_type.name())]
    Destroyed {
        /// The resource.
        resource_type: ResourceType,
        /// Its id.
        id: String,
    },
    /// One commit names the same resource twice.
    #[error("{}/{id} is changed twice in one commit", resource_type.name())]
    Twice {
        /// The resource.
        resource_type: ResourceType,
        /// Its id.
        id: String,
    },
    /// An id that is not a FHIR id.
    #[error("{id:?} is not an id: 1 to 64 letters, digits, hyphens and full stops")]
    BadId {
        /// What came.
        id: String,
    },
    /// A resource is larger than can be kept.
    #[error("a resource has {bytes} bytes; {limit} is the most")]
    TooLarge {
        /// How large it is.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The lease under which a follower decided was taken since, or its cursor, timer or dead letter is no longer where
    /// it was read.
    #[error("{follower} no longer holds bucket {bucket} as it was read")]
    Fenced {
        /// The follower.
        follower: String,
        /// The bucket.
        bucket: u16,
    },
    /// A follower's step that can never be kept.
    #[error("not a step: {rule}")]
    BadStep {
        /// The rule it breaks.
        rule: &'static str,
    },
    /// The commit holds no changes.
    #[error("the commit holds no changes")]
    Empty,
    /// The idempotency key was used before with other content.
    #[error("the idempotency key was used before with other content")]
    IdempotencyMismatch,
    /// The commit touches too many people or units.
    #[error(
        "the commit touches {units} people or units; {limit} is the most outside transactions and bulk loads"
    )]
    TooManyUnits {
        /// How many it touches.
        units: usize,
        /// The limit.
        limit: usize,
    },
    /// The lens does not admit writing this.
    #[error("not permitted")]
    NotPermitted,
    /// A document that was sent says, or said, by our own codes who may open a record.
    #[error(
        "{}/{id} says who may open a record (an opening, a claim, a case of the hub, a proxy, a refusal, an objection): that is done \
         on Sarsen's own pages and not by writing the resource",
        resource_type.name()
    )]
    KeptByActions {
        /// The resource.
        resource_type: ResourceType,
        /// Its id.
        id: String,
    },
    /// A document that was sent would tie its sender to a person with whom they have to do for a time alone.
    #[error(
        "{}/{id} would give you or your organisation lasting access to a record that you opened for a time: refer the person to whoever \
         is to care for them, without yourself as the requester, or have somebody who cares for them write it",
        resource_type.name()
    )]
    WouldStay {
        /// The resource.
        resource_type: ResourceType,
        /// Its id.
        id: String,
    },
    /// A document that was sent would change or delete what somebody else wrote, by an app of a citizen.
    #[error(
        "{}/{id} was written or changed by somebody else: an app of yours changes and deletes only what you wrote yourself; ask whoever \
         wrote it to change it",
        resource_type.name()
    )]
    OthersWriting {
        /// The resource.
        resource_type: ResourceType,
        /// Its id.
        id: String,
    },
    /// A document that was sent lacks a label that what it replaces bears, and that only whoever set it takes away.
    #[error("{}/{id} lacks a label that it bears", resource_type.name())]
    LabelsDropped {
        /// The resource.
        resource_type: ResourceType,
        /// Its id.
        id: String,
    },
    /// What was to be done to whole records is against a rule.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed or refused.
    #[error(transparent)]
    Storage(#[from] RecordError),
}

fn version_words(found: Option<u64>) -> String {
    found.map_or_else(|| "no version".to_owned(), |version| format!("version {version}"))
}

/// Why a read gave nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// It does not exist, or the lens does not admit that it exists.
    #[error("not found")]
    NotFound,
    /// It was deleted.
    #[error("deleted at version {version}")]
    Gone {
        /// The version that deleted it.
        version: u64,
    },
    /// It was destroyed: on a lawful ground, and for good.
    #[error("destroyed")]
    Destroyed,
    /// The search would have to look at everybody; the words say what can be searched instead.
    #[error("{0}")]
    TooCostly(String),
    /// A search parameter that this release brings is not packed into every entry yet; the words say how far it is.
    #[error("{0}")]
    BeingPrepared(String),
    /// The paging token is not one of ours for this actor, lens and query.
    #[error("the page token is not valid for this search; start the search again")]
    BadPage,
    /// The store failed or refused.
    #[error(transparent)]
    Storage(#[from] RecordError),
}
