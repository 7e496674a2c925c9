//! The change feed: one entry for each commit and bucket, without bodies, names or NHS numbers.

use fhir::ResourceType;
use jiff::Timestamp;

use crate::actor::{Purpose, Role};
use crate::ids::{Bucket, CommitId, PersonKey};
use crate::kind::Kind;

/// What one commit did in one bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEntry {
    /// The bucket.
    pub bucket: Bucket,
    /// Its place in the bucket's feed, from 1, without gaps.
    pub position: u64,
    /// The commit.
    pub commit: CommitId,
    /// When it was kept; strictly above the bucket's entry before.
    pub at: Timestamp,
    /// The actor's internal id.
    pub actor: String,
    /// The actor's role.
    pub role: Role,
    /// The purpose.
    pub purpose: Purpose,
    /// The door it came through.
    pub source: String,
    /// Every bucket of the commit; followers never assume that they see the parts together.
    pub buckets: Vec<Bucket>,
    /// What changed in this bucket.
    pub changes: Vec<FeedChange>,
}

/// One version in a feed entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedChange {
    /// Whose record changed.
    pub person: PersonKey,
    /// The type.
    pub resource_type: ResourceType,
    /// The id.
    pub id: String,
    /// The version.
    pub version: u64,
    /// What happened.
    pub kind: Kind,
}
