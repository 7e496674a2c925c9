//! The record: it keeps what happened, for good. Commit, read, search, history, feed, audit.
//!
//! One concrete [`Record`] stands in front of one engine. A [`Commit`] goes through the one writer and is durable
//! when it is acknowledged; an [`Ask`] reads, and hands out only what is [`Held`] until the audit entry that names
//! it is durable. Nothing here knows what care is, and nothing above writes around it.
//!
//! - `ids`, `clock`, `actor`, `lens`: what every call is given
//! - `commit`, `held`, `feed`, `error`: what goes in and what comes out
//! - `body/`: bodies as they are stored, dictionary-compressed
//! - `writer/`: the lanes, the decisions, the group commit, checkpoints
//! - `reader/`: the pool, point reads, searches, paging
//! - `audit/`: the read audit, appended apart from the writer
//! - `seal/`, `verify/`: proving that what is stored is what was kept
//! - `dialect/`, `schema.rs`: what differs between engines, and migrations

mod actor;
mod ask;
pub mod audit;
pub mod clock;
mod commit;
mod error;
mod feed;
mod held;
pub mod ids;
mod kind;
mod lens;
mod options;
mod stats;
mod store;
mod verify;

pub use actor::{Actor, Purpose, Role};
pub use ask::{Ask, Select};
pub use commit::{Change, Commit, Committed, Expected, Idempotency, Lane, MOST_UNITS, Outcome};
pub use error::{CommitError, ReadError, RecordError};
pub use feed::{FeedChange, FeedEntry};
pub use held::{Disclosed, EntryView, Held, Page, PersonRead, SearchPage, Stored};
pub use ids::{Bucket, CommitId, PersonKey, RequestId};
pub use kind::Kind;
pub use lens::Lens;
pub use options::{Acknowledge, Options, Sync};
pub use stats::Stats;
pub use store::{Record, verify};
pub use verify::{Fault, VerifyReport};
