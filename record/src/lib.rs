//! The record: it keeps what happened, for good. Commit, read, search, history, feed, audit.
//!
//! One concrete [`Record`] stands in front of one engine. A [`Commit`] goes through the one writer and is durable
//! when it is acknowledged; an [`Ask`] reads, and hands out only what is [`Held`] until the audit entry that names
//! it is durable. Nothing here knows what care is, and nothing above writes around it.
//!
//! - `ids`, `clock`, `actor`, `lens`: what every call is given
//! - `access/`: what rules of access go by, and who makes a lens of it
//! - `commit`, `held`, `feed`, `error`: what goes in and what comes out
//! - `follow/`: where followers stand, their leases, timers and letters
//! - `body/`: bodies as they are stored, dictionary-compressed
//! - `deed.rs`, `reason.rs`, `alias.rs`, `note.rs`: what is done to whole records, and who is read as one
//! - `holds.rs`, `mark.rs`, `ledger.rs`: what may not be destroyed, and what is left of what was
//! - `writer/`: the lanes, the decisions, the group commit, checkpoints
//! - `reader/`: the pool, point reads, searches, paging
//! - `audit/`: the read audit, appended apart from the writer
//! - `backfill/`: entries of older releases brought up to new search parameters
//! - `process.rs`, `seal/`, `verify/`: proving that what is stored is what was kept
//! - `cabinet/`: small documents of the house itself: accounts, sessions, grants
//! - `view/`: pure copies that follow the feed
//! - `trust.rs`: whose certificates are believed where Sarsen connects by TLS
//! - `encryption.rs`, `backup/`, `restore/`: encrypted backups beside the running service, and the way back; `doctor/`
//! - `sql.rs`, `dialect/`, `migrations/`: one text for all engines, what differs between them, and the schema

pub mod access;
mod actor;
mod alias;
pub mod audit;
mod backfill;
pub mod backup;
mod body;
mod bytes;
mod cabinet;
mod chain;
pub mod clock;
mod commit;
mod deed;
mod dialect;
pub mod doctor;
mod encryption;
mod error;
mod feed;
mod follow;
mod held;
mod holds;
pub mod ids;
mod instant;
mod keys;
mod kind;
mod ledger;
mod lens;
mod mark;
mod note;
mod options;
mod process;
mod reader;
mod reason;
pub mod restore;
mod seal;
#[cfg(feature = "mutants")]
pub mod spliced;
mod sql;
mod stats;
mod store;
pub mod trust;
mod values;
mod verify;
pub mod view;
mod writer;

pub use actor::{Actor, Purpose, Role, Standing};
pub use backfill::Filling;
pub use cabinet::{Cabinet, Document, Drawer, LARGEST_DOCUMENT, Put, Taken};
pub use commit::{Change, Commit, Committed, Expected, Idempotency, Lane, MOST_UNITS, Outcome};
pub use deed::{Destruction, Identity, Joined, MOST_JOINED, Refusal, WholeRecord};
pub use error::{CommitError, ReadError, RecordError};
pub use feed::{FeedChange, FeedEntry};
pub use follow::{
    Cause, Changed, Dead, DeadChange, DeadKind, Due, DueChange, FollowerStatus, Holder, Lease, Letter,
    Posted, Round, Sent, Start, Step,
};
pub use held::{Disclosed, EntryView, Held, Page, PersonRead, SearchPage, Stored};
pub use ids::{Bucket, CommitId, PersonKey, RequestId};
pub use instant::instant;
pub use kind::Kind;
pub use lens::{Lens, Mask, Types, Writes};
pub use options::{Acknowledge, BeforeCommit, Engine, Fencing, Options, Order, Postgres, Sync};
pub use reader::ask::{Ask, Select};
pub use reason::{Deed, Reason};
pub use seal::{AnchorStatus, SealStatus};
pub use stats::Stats;
pub use store::{Record, is_rotating, rotate_key};
pub use verify::{Anchors, Fault, LeftBehind, Proof, PublicKey, VerifyReport, verify, verify_against};
