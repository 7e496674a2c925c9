//! What was given up: entries, timers and letters that failed too often, until an operator has them tried again or
//! drops them. Either is a [`DeadChange`] in a commit, with its actor, purpose and reason.

use jiff::Timestamp;

use crate::dialect::{self, Connection, engine_error, params};
use crate::error::{CommitError, RecordError};
use crate::feed;
use crate::follow::lease::Holder;
use crate::ids::Bucket;
use crate::store::Record;
use crate::writer::write::timestamp;

const ENTRIES: &str =
    "SELECT bucket, follower, CAST(position AS text), at, attempts, error, state FROM dead_letter
    ORDER BY at, bucket, follower, position LIMIT ?1";
const DUES: &str = "SELECT bucket, reactor, key, at, failures, error, state FROM due
    WHERE state = 2 ORDER BY at, bucket, reactor, key LIMIT ?1";
const LETTERS: &str = "SELECT bucket, channel, key, at, attempts, error, state, address FROM outbox
    WHERE state = 3 ORDER BY at, bucket, key LIMIT ?1";
const REPLAYS: &str = "SELECT d.bucket, d.position FROM dead_letter d
    JOIN follower f ON f.bucket = d.bucket AND f.follower = d.follower
    WHERE d.follower = ?1 AND f.holder = ?2 AND d.state = 2 ORDER BY d.bucket, d.position LIMIT ?3";

const REPLAY_ENTRY: &str = "UPDATE dead_letter SET state = 2
    WHERE bucket = ?1 AND follower = ?2 AND CAST(position AS text) = ?3 AND state = 1";
const DROP_ENTRY: &str = "DELETE FROM dead_letter
    WHERE bucket = ?1 AND follower = ?2 AND CAST(position AS text) = ?3 AND state = 1";
const REPLAY_DUE: &str = "UPDATE due SET state = 1, failures = 0, retry_at = 0
    WHERE bucket = ?1 AND reactor = ?2 AND key = ?3 AND state = 2";
const DROP_DUE: &str = "DELETE FROM due WHERE bucket = ?1 AND reactor = ?2 AND key = ?3 AND state = 2";
const REPLAY_LETTER: &str = "UPDATE outbox SET state = 1, attempts = 0, next_at = 0
    WHERE bucket = ?1 AND channel = ?2 AND key = ?3 AND state = 3";
const DROP_LETTER: &str = "UPDATE outbox SET state = 4, body = ?4, next_at = ?5
    WHERE bucket = ?1 AND channel = ?2 AND key = ?3 AND state = 3";

/// What kind of thing was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeadKind {
    /// A feed entry; the follower is the reactor, the key the position.
    Entry,
    /// A timer; the follower is the reactor, the key its own.
    Due,
    /// A letter; the follower is the channel, the key its own.
    Letter,
}

impl DeadKind {
    /// Every kind.
    pub const ALL: [DeadKind; 3] = [DeadKind::Entry, DeadKind::Due, DeadKind::Letter];

    /// A word for addresses and forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            DeadKind::Entry => "entry",
            DeadKind::Due => "timer",
            DeadKind::Letter => "letter",
        }
    }
}

/// Something that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dead {
    /// What it is.
    pub kind: DeadKind,
    /// The reactor, or for a letter the channel.
    pub follower: String,
    /// The bucket.
    pub bucket: Bucket,
    /// Which one: see [`DeadKind`].
    pub key: String,
    /// Where a letter was to go: the name of its receiver.
    pub address: Option<String>,
    /// Since when (an entry), or when it was due or committed.
    pub at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// A fixed word, never people's data.
    pub error: String,
    /// Whether an operator has asked for it to be tried again.
    pub replaying: bool,
}

/// What an operator decided about something that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadChange {
    /// What it is.
    pub kind: DeadKind,
    /// See [`Dead::follower`].
    pub follower: String,
    /// The bucket.
    pub bucket: Bucket,
    /// See [`Dead::key`].
    pub key: String,
    /// Try it again; else drop it for good.
    pub replay: bool,
}

/// Writes what an operator decided; refused when it is no longer there to decide about.
pub(crate) fn decide(connection: &Connection, change: &DeadChange, now: i64) -> Result<(), CommitError> {
    let text = match (change.kind, change.replay) {
        (DeadKind::Entry, true) => REPLAY_ENTRY,
        (DeadKind::Entry, false) => DROP_ENTRY,
        (DeadKind::Due, true) => REPLAY_DUE,
        (DeadKind::Due, false) => DROP_DUE,
        (DeadKind::Letter, true) => REPLAY_LETTER,
        (DeadKind::Letter, false) => DROP_LETTER,
    };
    let (bucket, nothing): (u16, &[u8]) = (change.bucket.number(), &[]);
    let rows = connection
        .statement(text)
        .and_then(|mut statement| {
            if text == DROP_LETTER {
                statement.execute(params![bucket, change.follower, change.key, nothing, now])
            } else {
                statement.execute(params![bucket, change.follower, change.key])
            }
        })
        .map_err(|error| engine_error(&error))?;
    if rows == 1 {
        Ok(())
    } else {
        Err(CommitError::Fenced {
            follower: change.follower.clone(),
            bucket,
        })
    }
}

impl Record {
    /// What was given up, at most `limit` of each kind, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn dead(&self, limit: usize) -> Result<Vec<Dead>, RecordError> {
        self.pool()
            .apart(move |connection| {
                let mut dead = Vec::new();
                for (kind, text) in [
                    (DeadKind::Entry, ENTRIES),
                    (DeadKind::Due, DUES),
                    (DeadKind::Letter, LETTERS),
                ] {
                    dead.extend(of_kind(connection, kind, text, limit)?);
                }
                Ok(dead)
            })
            .await
    }

    /// Entries that an operator wants tried again, in the buckets that the follower holds: bucket, position of the
    /// entry.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn replays(
        &self,
        follower: &str,
        holder: Holder,
        limit: usize,
    ) -> Result<Vec<(Bucket, u64)>, RecordError> {
        self.pool()
            .here(|connection| {
                let read = || -> dialect::Result<Vec<(u16, u64)>> {
                    connection
                        .statement(REPLAYS)?
                        .query_map(params![follower, holder.0, limit], |row| {
                            Ok((row.get(0)?, row.get(1)?))
                        })?
                        .collect()
                };
                read().map_err(|error| engine_error(&error))
            })
            .await?
            .into_iter()
            .map(|(bucket, position)| Ok((feed::bucket(bucket)?, position)))
            .collect()
    }
}

fn of_kind(
    connection: &Connection,
    kind: DeadKind,
    text: &'static str,
    limit: usize,
) -> Result<Vec<Dead>, RecordError> {
    let read = || -> dialect::Result<Vec<(u16, Dead)>> {
        connection
            .statement(text)?
            .query_map(params![limit], |row| {
                let dead = Dead {
                    kind,
                    follower: row.get(1)?,
                    bucket: Bucket::wrapping(0),
                    key: row.get(2)?,
                    address: (kind == DeadKind::Letter).then(|| row.get(7)).transpose()?,
                    at: timestamp(row.get(3)?),
                    attempts: row.get(4)?,
                    error: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
                    replaying: kind == DeadKind::Entry && row.get::<_, i64>(6)? == 2,
                };
                Ok((row.get(0)?, dead))
            })?
            .collect()
    };
    read()
        .map_err(|error| engine_error(&error))?
        .into_iter()
        .map(|(bucket, dead)| {
            Ok(Dead {
                bucket: feed::bucket(bucket)?,
                ..dead
            })
        })
        .collect()
}
