//! The change feed: one entry for each commit and bucket, without bodies, names or NHS numbers.

use fhir::ResourceType;
use jiff::Timestamp;

use crate::actor::{Purpose, Role};
use crate::alias;
use crate::body;
use crate::chain;
use crate::dialect::{self, Connection, engine_error, params};
use crate::error::RecordError;
use crate::ids::{Bucket, CommitId, PersonKey, load_id};
use crate::kind::Kind;
use crate::note::{self, Tie};
use crate::reason::Reason;
use crate::sql;
use crate::writer::write::timestamp;

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
    /// The version; 0 for what is no version ([`Kind::is_version`]).
    pub version: u64,
    /// What happened.
    pub kind: Kind,
    /// The other person, when two were joined or parted: a follower that keeps facts by person reads both anew.
    pub other: Option<PersonKey>,
    /// Why, when two were joined or parted, or a resource was moved away because it was misfiled.
    pub reason: Option<Reason>,
}

/// Reads a bucket's feed after a position, at most `limit` entries.
pub(crate) fn read(
    connection: &Connection,
    bucket: Bucket,
    after: u64,
    limit: usize,
) -> Result<Vec<FeedEntry>, RecordError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = rows(connection, bucket, after, limit).map_err(|error| engine_error(&error))?;
    rows.into_iter()
        .map(|row| entry(connection, bucket, row))
        .collect()
}

/// A feed row with what it changed.
pub(crate) fn entry(connection: &Connection, bucket: Bucket, row: FeedRow) -> Result<FeedEntry, RecordError> {
    let changes =
        log_rows(connection, bucket, row.first_seq, row.count).map_err(|error| engine_error(&error))?;
    row.entry(connection, bucket, changes)
}

/// The bucket of a stored number.
pub(crate) fn bucket(number: u16) -> Result<Bucket, RecordError> {
    Bucket::new(number).ok_or_else(|| RecordError::Corrupt {
        detail: format!("bucket {number}"),
    })
}

/// A feed row as it is stored.
#[derive(Clone)]
pub(crate) struct FeedRow {
    pub(crate) position: u64,
    pub(crate) commit: CommitId,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) role: u16,
    pub(crate) purpose: u16,
    pub(crate) source: String,
    pub(crate) buckets: Vec<u8>,
    pub(crate) first_seq: i64,
    pub(crate) count: i64,
    pub(crate) kinds: u64,
    pub(crate) chain: [u8; 32],
}

/// A log row as it is stored.
#[derive(Clone)]
pub(crate) struct LogRow {
    pub(crate) seq: i64,
    pub(crate) bucket: u16,
    pub(crate) person: u64,
    pub(crate) resource_type: u16,
    pub(crate) id: Vec<u8>,
    pub(crate) version: u64,
    pub(crate) at: i64,
    pub(crate) kind: u8,
    pub(crate) body: Vec<u8>,
}

/// The stored feed rows of a bucket after a position.
pub(crate) fn rows(
    connection: &Connection,
    bucket: Bucket,
    after: u64,
    limit: i64,
) -> dialect::Result<Vec<FeedRow>> {
    connection
        .statement(sql::FEED)?
        .query_map(params![bucket.number(), after, limit], |row| {
            Ok(FeedRow {
                position: row.get(0)?,
                commit: CommitId(row.get(1)?),
                at: row.get(2)?,
                actor: row.get(3)?,
                role: row.get(4)?,
                purpose: row.get(5)?,
                source: row.get(6)?,
                buckets: row.get(7)?,
                first_seq: row.get(8)?,
                count: row.get(9)?,
                kinds: row.get(10)?,
                chain: row.get(11)?,
            })
        })?
        .collect()
}

/// The stored log rows of a bucket from one number on.
pub(crate) fn log_rows(
    connection: &Connection,
    bucket: Bucket,
    first: i64,
    count: i64,
) -> dialect::Result<Vec<LogRow>> {
    connection
        .statement(sql::LOG_RANGE)?
        .query_map(
            params![bucket.number(), first, first.saturating_add(count)],
            |row| {
                Ok(LogRow {
                    seq: row.get(0)?,
                    bucket: row.get(1)?,
                    person: row.get(2)?,
                    resource_type: row.get(3)?,
                    id: row.get(4)?,
                    version: row.get(5)?,
                    at: row.get(6)?,
                    kind: row.get(7)?,
                    body: row.get(8)?,
                })
            },
        )?
        .collect()
}

impl FeedRow {
    fn entry(
        self,
        connection: &Connection,
        bucket: Bucket,
        changes: Vec<LogRow>,
    ) -> Result<FeedEntry, RecordError> {
        let damaged = || RecordError::Corrupt {
            detail: format!("feed {} {}", bucket.number(), self.position),
        };
        let changes = changes
            .into_iter()
            .map(|row| {
                let person = PersonKey::new(bucket, row.person);
                // Of a version that was destroyed only that is told.
                let kind = match body::destroyed(&row.body) {
                    Some(_) => Kind::Destroyed,
                    None => Kind::from_number(row.kind).ok_or_else(damaged)?,
                };
                let (other, reason) = match kind {
                    Kind::Joined | Kind::Parted => {
                        let tie = Tie::load(&row.body).ok_or_else(damaged)?;
                        (Some(tie.other), Some(tie.reason))
                    }
                    Kind::MovedAway => (None, note::why_moved(&row.body)),
                    _ => (None, None),
                };
                let id = if !row.id.is_empty() {
                    load_id(&row.id).ok_or_else(damaged)?
                } else {
                    alias::named(connection, person)?.1
                };
                Ok(FeedChange {
                    person,
                    resource_type: ResourceType::from_number(row.resource_type).ok_or_else(damaged)?,
                    id,
                    version: row.version,
                    kind,
                    other,
                    reason,
                })
            })
            .collect::<Result<Vec<_>, RecordError>>()?;
        Ok(FeedEntry {
            bucket,
            position: self.position,
            commit: self.commit,
            at: timestamp(self.at),
            role: Role::from_number(self.role).ok_or_else(damaged)?,
            purpose: Purpose::from_number(self.purpose).ok_or_else(damaged)?,
            buckets: chain::load_buckets(&self.buckets).ok_or_else(damaged)?,
            actor: self.actor,
            source: self.source,
            changes,
        })
    }
}
