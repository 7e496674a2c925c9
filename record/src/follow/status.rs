//! How far every follower is, for operators.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::dialect::{self, Connection, Row, engine_error, params};
use crate::error::RecordError;
use crate::follow::lease::Holder;
use crate::store::Record;
use crate::writer::write::timestamp;

const PLACES: &str = "SELECT f.follower, CAST(sum(f.position) AS bigint),
    CAST(sum(coalesce(h.position, 0) - f.position) AS bigint), count(f.holder),
    CAST(sum(CASE WHEN f.failures > 0 THEN 1 ELSE 0 END) AS bigint), max(f.error)
    FROM follower f LEFT JOIN bucket_head h ON h.bucket = f.bucket
    GROUP BY f.follower ORDER BY f.follower";
const OLDEST: &str = "SELECT f.follower, min(e.at) FROM follower f
    JOIN feed e ON e.bucket = f.bucket AND e.position = f.position + 1 GROUP BY f.follower";
const HOLDERS: &str = "SELECT follower, holder, count(*) FROM follower WHERE holder IS NOT NULL
    GROUP BY follower, holder ORDER BY follower, holder";
const TIMERS: &str = "SELECT reactor, state, count(*) FROM due GROUP BY reactor, state";
const LETTERS: &str = "SELECT channel, state, count(*), min(at), max(error) FROM outbox
    WHERE state = 1 OR state = 3 GROUP BY channel, state";
const DEAD: &str = "SELECT follower, count(*) FROM dead_letter GROUP BY follower";

/// What the sender of a channel is called among the followers: this and the channel's name.
pub(crate) const SENDER: &str = "outbox/";

/// Where one follower stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FollowerStatus {
    /// Its name; `outbox/…` for the sender of a channel, which reads letters and not the feed.
    pub follower: String,
    /// The sum of its positions over all buckets.
    pub position: u64,
    /// How many entries it has still to look at.
    pub behind: u64,
    /// When the oldest of them was committed; for a sender, the oldest letter that waits.
    pub since: Option<Timestamp>,
    /// Who works for it, and in how many buckets.
    pub holders: Vec<(Holder, u64)>,
    /// In how many buckets its next entry has failed and is to be tried again.
    pub failing: u64,
    /// One of the errors of those, a fixed word.
    pub error: Option<String>,
    /// Timers that wait.
    pub timers: u64,
    /// Letters that wait (for a sender).
    pub letters: u64,
    /// Entries, timers and letters that were given up.
    pub dead: u64,
}

impl Record {
    /// Where every follower stands, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn followers(&self) -> Result<Vec<FollowerStatus>, RecordError> {
        self.pool()
            .apart(|connection| read(connection).map_err(|error| engine_error(&error)))
            .await
    }
}

fn read(connection: &Connection) -> dialect::Result<Vec<FollowerStatus>> {
    let mut all: BTreeMap<String, FollowerStatus> = connection
        .statement(PLACES)?
        .query_map(params![], place)?
        .map(|status| status.map(|status| (status.follower.clone(), status)))
        .collect::<dialect::Result<_>>()?;
    let oldest: Vec<(String, i64)> = connection
        .statement(OLDEST)?
        .query_map(params![], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<dialect::Result<_>>()?;
    for (follower, at) in oldest {
        if let Some(status) = all.get_mut(&follower).filter(|status| status.behind > 0) {
            status.since = Some(timestamp(at));
        }
    }
    let holders: Vec<(String, [u8; 16], u64)> = connection
        .statement(HOLDERS)?
        .query_map(params![], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<dialect::Result<_>>()?;
    for (follower, holder, buckets) in holders {
        if let Some(status) = all.get_mut(&follower) {
            status.holders.push((Holder(holder), buckets));
        }
    }
    let timers: Vec<(String, i64, u64)> = connection
        .statement(TIMERS)?
        .query_map(params![], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<dialect::Result<_>>()?;
    for (follower, state, count) in timers {
        match (all.get_mut(&follower), state) {
            (Some(status), 1) => status.timers += count,
            (Some(status), _) => status.dead += count,
            (None, _) => {}
        }
    }
    let letters: Vec<(String, i64, u64, i64, Option<String>)> = connection
        .statement(LETTERS)?
        .query_map(params![], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })?
        .collect::<dialect::Result<_>>()?;
    for (channel, state, count, oldest, error) in letters {
        match (all.get_mut(&format!("{SENDER}{channel}")), state) {
            (Some(status), 1) => {
                status.letters += count;
                status.since = Some(timestamp(oldest));
                status.error = error;
            }
            (Some(status), _) => status.dead += count,
            (None, _) => {}
        }
    }
    let dead: Vec<(String, u64)> = connection
        .statement(DEAD)?
        .query_map(params![], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<dialect::Result<_>>()?;
    for (follower, count) in dead {
        if let Some(status) = all.get_mut(&follower) {
            status.dead += count;
        }
    }
    Ok(all.into_values().collect())
}

fn place(row: &Row<'_>) -> dialect::Result<FollowerStatus> {
    let follower: String = row.get(0)?;
    // A sender reads letters, not the feed: it has no place in it.
    let reads_feed = !follower.starts_with(SENDER);
    Ok(FollowerStatus {
        position: if reads_feed { row.get(1)? } else { 0 },
        behind: if reads_feed {
            row.get::<_, i64>(2)?.max(0).unsigned_abs()
        } else {
            0
        },
        failing: row.get(4)?,
        error: row.get(5)?,
        follower,
        ..FollowerStatus::default()
    })
}
