//! Letters on their way out: what waits for a channel, and what became of it. A letter is sent at least once, always
//! under the key it was committed with.

use jiff::{SignedDuration, Timestamp};

use crate::dialect::{self, engine_error, params};
use crate::error::RecordError;
use crate::feed;
use crate::follow::failure::LONGEST_WAIT;
use crate::follow::lease::Holder;
use crate::ids::{Bucket, PersonKey};
use crate::store::Record;
use crate::writer::write::timestamp;

const WAITING: &str = "SELECT o.bucket, o.key, o.address, o.person, o.body, o.attempts, o.at
    FROM outbox o JOIN follower f ON f.bucket = o.bucket AND f.follower = ?1
    WHERE f.holder = ?2 AND o.channel = ?3 AND o.state = 1 AND (o.next_at <= ?4 OR o.next_at > ?5)
    AND o.address = ?6
    ORDER BY o.next_at, o.bucket, o.key LIMIT ?7";
const ADDRESSES: &str = "SELECT DISTINCT o.address FROM outbox o
    JOIN follower f ON f.bucket = o.bucket AND f.follower = ?1
    WHERE f.holder = ?2 AND o.channel = ?3 AND o.state = 1 AND (o.next_at <= ?4 OR o.next_at > ?5)
    ORDER BY o.address";
const SENT: &str =
    "UPDATE outbox SET state = 2, attempts = attempts + 1, error = NULL, body = ?3, next_at = ?4
    WHERE bucket = ?1 AND key = ?2 AND state = 1";
const NOT_SENT: &str = "UPDATE outbox SET state = ?3, attempts = attempts + 1, error = ?4, next_at = ?5
    WHERE bucket = ?1 AND key = ?2 AND state = 1";
const FORGET: &str = "DELETE FROM outbox WHERE channel = ?1 AND state = ?2 AND next_at < ?3";

/// A letter that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Its bucket.
    pub bucket: Bucket,
    /// The key that goes with it: the same at each attempt, never another letter's.
    pub key: String,
    /// Where to, in the channel's words.
    pub address: String,
    /// About whom, when it is about somebody.
    pub person: Option<PersonKey>,
    /// What the channel needs to know.
    pub body: Vec<u8>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was committed.
    pub at: Timestamp,
}

/// What became of an attempt to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The receiver has it.
    Delivered,
    /// It is to be tried again after a wait.
    Again {
        /// A fixed word, never people's data.
        error: String,
        /// How long to wait.
        wait: SignedDuration,
    },
    /// It is given up until an operator replays it.
    Dead {
        /// A fixed word, never people's data.
        error: String,
    },
}

impl Record {
    /// The addresses of a channel for which letters wait in the buckets that its sender holds.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn addresses(
        &self,
        channel: &str,
        sender: &str,
        holder: Holder,
    ) -> Result<Vec<String>, RecordError> {
        let now = self.now_microseconds();
        let too_far = self.after(LONGEST_WAIT);
        self.pool()
            .here(|connection| {
                let read = || -> dialect::Result<Vec<String>> {
                    connection
                        .statement(ADDRESSES)?
                        .query_map(params![sender, holder.0, channel, now, too_far], |row| row.get(0))?
                        .collect()
                };
                read().map_err(|error| engine_error(&error))
            })
            .await
    }

    /// Letters to one address that wait, in the buckets that the sender holds.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn letters(
        &self,
        channel: &str,
        sender: &str,
        holder: Holder,
        address: &str,
        limit: usize,
    ) -> Result<Vec<Posted>, RecordError> {
        let now = self.now_microseconds();
        let too_far = self.after(LONGEST_WAIT);
        self.pool()
            .here(|connection| {
                let read = || -> dialect::Result<Vec<(u16, u64, Posted)>> {
                    connection
                        .statement(WAITING)?
                        .query_map(
                            params![sender, holder.0, channel, now, too_far, address, limit],
                            |row| {
                                let posted = Posted {
                                    bucket: Bucket::wrapping(0),
                                    key: row.get(1)?,
                                    address: row.get(2)?,
                                    person: None,
                                    body: row.get(4)?,
                                    attempts: row.get(5)?,
                                    at: timestamp(row.get(6)?),
                                };
                                Ok((row.get(0)?, row.get(3)?, posted))
                            },
                        )?
                        .collect()
                };
                read().map_err(|error| engine_error(&error))
            })
            .await?
            .into_iter()
            .map(|(bucket, person, posted)| {
                let bucket = feed::bucket(bucket)?;
                Ok(Posted {
                    bucket,
                    person: (person > 0).then(|| PersonKey::new(bucket, person)),
                    ..posted
                })
            })
            .collect()
    }

    /// Notes what became of attempts: bucket, key, outcome. What was delivered loses its body.
    ///
    /// # Errors
    /// When the store fails; then nothing was noted, and the letters are sent again under the same keys.
    pub async fn letters_sent(&self, outcomes: Vec<(Bucket, String, Sent)>) -> Result<(), RecordError> {
        let now = self.now_microseconds();
        let later = outcomes
            .into_iter()
            .map(|(bucket, key, sent)| {
                let next_at = match &sent {
                    Sent::Again { wait, .. } => self.after(*wait),
                    Sent::Delivered | Sent::Dead { .. } => now,
                };
                (bucket, key, sent, next_at)
            })
            .collect::<Vec<_>>();
        self.write_apart(move |connection| {
            let write = || -> dialect::Result<()> {
                for (bucket, key, sent, next_at) in &later {
                    let (state, error) = match sent {
                        Sent::Delivered => {
                            let nothing: &[u8] = &[];
                            connection.statement(SENT)?.put(params![
                                bucket.number(),
                                key,
                                nothing,
                                next_at
                            ])?;
                            continue;
                        }
                        Sent::Again { error, .. } => (1, error),
                        Sent::Dead { error } => (3, error),
                    };
                    connection.statement(NOT_SENT)?.put(params![
                        bucket.number(),
                        key,
                        state,
                        error,
                        next_at
                    ])?;
                }
                Ok(())
            };
            write().map_err(|error| engine_error(&error))
        })
        .await
    }

    /// Forgets letters of a channel that were sent or dropped more than `age` ago; gives how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn forget_letters(&self, channel: &str, age: SignedDuration) -> Result<usize, RecordError> {
        let channel = channel.to_owned();
        let before = self
            .now_microseconds()
            .saturating_sub(i64::try_from(age.as_micros()).unwrap_or(i64::MAX));
        self.write_apart(move |connection| {
            let forget = || -> dialect::Result<usize> {
                let mut forgotten = 0;
                for state in [2, 4] {
                    forgotten += connection
                        .statement(FORGET)?
                        .execute(params![channel, state, before])?;
                }
                Ok(forgotten)
            };
            forget().map_err(|error| engine_error(&error))
        })
        .await
    }
}
