//! Failures, kept in the row with the time of the next try, so that a restart neither forgets how often something failed
//! nor tries it at once.

use jiff::{SignedDuration, Timestamp};

use crate::dialect::{engine_error, params};
use crate::error::RecordError;
use crate::ids::Bucket;
use crate::store::Record;

/// The longest that anything waits for its next try. A stored time further ahead than this was written under a clock
/// that has since gone back; it does not hold anybody up.
pub(crate) const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);

const ENTRY_FAILED: &str = "UPDATE follower SET failures = failures + 1, error = ?5, retry_at = ?6
    WHERE bucket = ?1 AND follower = ?2 AND fence = ?3 AND position = ?4";
const DUE_FAILED: &str = "UPDATE due SET failures = failures + 1, error = ?5, retry_at = ?6, state = ?7
    WHERE bucket = ?1 AND reactor = ?2 AND key = ?4 AND at = ?8 AND state = 1
    AND EXISTS (SELECT 1 FROM follower f WHERE f.bucket = ?1 AND f.follower = ?2 AND f.fence = ?3)";
const REPLAY_FAILED: &str = "UPDATE dead_letter SET attempts = attempts + 1, error = ?5, state = 1
    WHERE bucket = ?1 AND follower = ?2 AND position = ?4 AND state = 2
    AND EXISTS (SELECT 1 FROM follower f WHERE f.bucket = ?1 AND f.follower = ?2 AND f.fence = ?3)";

impl Record {
    /// Notes that the entry after `position` failed, and when it is tried again (at most an hour ahead). Says whether
    /// the lease is still this one's.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn entry_failed(
        &self,
        follower: &str,
        (bucket, fence, position): (Bucket, u64, u64),
        error: &str,
        wait: SignedDuration,
    ) -> Result<bool, RecordError> {
        let (follower, error) = (follower.to_owned(), error.to_owned());
        let retry_at = self.after(wait);
        self.write_apart(move |connection| {
            connection
                .statement(ENTRY_FAILED)
                .and_then(|mut statement| {
                    statement.execute(params![
                        bucket.number(),
                        follower,
                        fence,
                        position,
                        error,
                        retry_at
                    ])
                })
                .map(|rows| rows == 1)
                .map_err(|error| engine_error(&error))
        })
        .await
    }

    /// Notes that a timer failed, and when it is tried again; without a wait, it is given up until an operator replays it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn due_failed(
        &self,
        follower: &str,
        (bucket, fence): (Bucket, u64),
        (key, at): (&str, Timestamp),
        error: &str,
        wait: Option<SignedDuration>,
    ) -> Result<bool, RecordError> {
        let (follower, key, error) = (follower.to_owned(), key.to_owned(), error.to_owned());
        let retry_at = self.after(wait.unwrap_or_default());
        let state = if wait.is_some() { 1 } else { 2 };
        self.write_apart(move |connection| {
            connection
                .statement(DUE_FAILED)
                .and_then(|mut statement| {
                    statement.execute(params![
                        bucket.number(),
                        follower,
                        fence,
                        key,
                        error,
                        retry_at,
                        state,
                        at.as_microsecond()
                    ])
                })
                .map(|rows| rows == 1)
                .map_err(|error| engine_error(&error))
        })
        .await
    }

    /// Notes that a dead letter failed again when an operator had it tried.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn replay_failed(
        &self,
        follower: &str,
        (bucket, fence): (Bucket, u64),
        position: u64,
        error: &str,
    ) -> Result<bool, RecordError> {
        let (follower, error) = (follower.to_owned(), error.to_owned());
        self.write_apart(move |connection| {
            connection
                .statement(REPLAY_FAILED)
                .and_then(|mut statement| {
                    statement.execute(params![bucket.number(), follower, fence, position, error])
                })
                .map(|rows| rows == 1)
                .map_err(|error| engine_error(&error))
        })
        .await
    }

    pub(crate) fn after(&self, wait: SignedDuration) -> i64 {
        let wait = wait.min(LONGEST_WAIT);
        self.now_microseconds()
            .saturating_add(i64::try_from(wait.as_micros()).unwrap_or(0))
    }

    /// A stored time up to which one waits, as the span that is left: nothing when it is past, or so far ahead that the
    /// clock must have gone back since.
    #[must_use]
    pub fn wait_left(&self, until: Timestamp) -> SignedDuration {
        let left = until.duration_since(self.now());
        if left.is_negative() || left > LONGEST_WAIT {
            SignedDuration::ZERO
        } else {
            left
        }
    }
}
