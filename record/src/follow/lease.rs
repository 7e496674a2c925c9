//! Leases: who works in which bucket. A round is one short transaction, whatever the number of buckets: it renews one
//! row, and takes what is free up to a fair share.

use std::time::Duration;

use jiff::Timestamp;

use crate::dialect::{self, Connection, engine_error, params};
use crate::error::RecordError;
use crate::feed;
use crate::follow::step::is_name;
use crate::ids::{BUCKETS, Bucket};
use crate::store::Record;
use crate::writer::write::timestamp;

const POSITIONS: &str = "SELECT bucket, position FROM bucket_head WHERE position > 0 ORDER BY bucket";
const REGISTERED: &str = "SELECT count(*) FROM follower WHERE follower = ?1";
const REGISTER: &str = "INSERT INTO follower (bucket, follower, position, fence, failures, retry_at)
    VALUES (?1, ?2, coalesce((SELECT h.position FROM bucket_head h WHERE h.bucket = ?1 AND ?3 = 1), 0), 0, 0, 0)
    ON CONFLICT (bucket, follower) DO NOTHING";
const RENEW: &str = "INSERT INTO follower_holder (bucket, follower, holder, until) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (bucket, follower, holder) DO UPDATE SET until = ?4";
const FORGET: &str = "DELETE FROM follower_holder WHERE bucket = ?1 AND follower = ?2 AND until <= ?3";
const LEAVE: &str = "DELETE FROM follower_holder WHERE bucket = ?1 AND follower = ?2 AND holder = ?3";
const HOLDERS: &str = "SELECT count(*) FROM follower_holder WHERE bucket = ?1 AND follower = ?2";
const HELD: &str = "SELECT bucket, fence FROM follower WHERE follower = ?1 AND holder = ?2";
// The condition stands twice: where two take at once, the second looks at each row again as the first left it.
const TAKE: &str = "UPDATE follower SET holder = ?3, fence = fence + 1
    WHERE follower = ?2 AND bucket IN (
      SELECT f.bucket FROM follower f WHERE f.follower = ?2 AND (f.holder IS NULL OR f.holder NOT IN
        (SELECT h.holder FROM follower_holder h WHERE h.bucket = ?1 AND h.follower = ?2))
      ORDER BY f.bucket LIMIT ?4)
    AND (holder IS NULL OR holder NOT IN
      (SELECT h.holder FROM follower_holder h WHERE h.bucket = ?1 AND h.follower = ?2))
    RETURNING bucket, fence, position, failures, retry_at";
const GIVE_BACK: &str =
    "UPDATE follower SET holder = NULL WHERE bucket = ?1 AND follower = ?2 AND holder = ?3";
const GIVE_BACK_ALL: &str = "UPDATE follower SET holder = NULL WHERE follower = ?1 AND holder = ?2";
const ADVANCE: &str = "UPDATE follower SET position = ?5, failures = 0, error = NULL, retry_at = 0
    WHERE bucket = ?1 AND follower = ?2 AND fence = ?3 AND position = ?4";

/// Where a follower begins that was never here before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// After everything that is in the feed now.
    Now,
    /// At the first entry of every bucket.
    Beginning,
}

/// One run of a reactor in one process; a process that starts again is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Holder(pub [u8; 16]);

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0[..4].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A bucket that was just taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The bucket.
    pub bucket: Bucket,
    /// The fence of this taking; every step names it.
    pub fence: u64,
    /// Where the cursor stands.
    pub position: u64,
    /// How often the next entry failed already.
    pub failures: u32,
    /// When it is to be tried again (system clock).
    pub retry_at: Timestamp,
}

/// What a round of leases found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// How many buckets are this holder's fair share; what it holds beyond that it should give back when idle.
    pub share: usize,
    /// What it held before this round and still holds, with the fence.
    pub held: Vec<(Bucket, u64)>,
    /// What it took just now.
    pub taken: Vec<Lease>,
}

impl Record {
    /// The position of the last entry of every bucket that has one, ascending by bucket, as they stood at one moment.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn positions(&self) -> Result<Vec<(Bucket, u64)>, RecordError> {
        self.pool()
            .here(|connection| {
                let read = || -> dialect::Result<Vec<(u16, u64)>> {
                    connection
                        .statement(POSITIONS)?
                        .query_map(params![], |row| Ok((row.get(0)?, row.get(1)?)))?
                        .collect()
                };
                read().map_err(|error| engine_error(&error))
            })
            .await?
            .into_iter()
            .map(|(bucket, position)| Ok((feed::bucket(bucket)?, position)))
            .collect()
    }

    /// Makes a follower known in every bucket; `start` matters only the first time. Says whether it was the first.
    ///
    /// # Errors
    /// When the name is none, or the store fails.
    pub async fn register_follower(&self, follower: &str, start: Start) -> Result<bool, RecordError> {
        if !is_name(follower) {
            return Err(RecordError::BadName {
                name: follower.chars().take(80).collect(),
            });
        }
        let follower = follower.to_owned();
        self.write_apart(move |connection| register(connection, &follower, start))
            .await
    }

    /// A name for one run of a reactor.
    #[must_use]
    pub fn new_holder(&self) -> Holder {
        Holder(self.new_request().0.to_be_bytes())
    }

    /// A round of leases: renews, and takes what nobody holds up to a fair share. A holder that has not been heard of
    /// for its `lease` (system clock) is taken from.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn lease_round(
        &self,
        follower: &str,
        holder: Holder,
        lease: Duration,
    ) -> Result<Round, RecordError> {
        let (follower, now) = (follower.to_owned(), self.now_microseconds());
        let until = now.saturating_add(i64::try_from(lease.as_micros()).unwrap_or(i64::MAX));
        self.write_apart(move |connection| {
            let (share, held, taken) =
                round(connection, &follower, holder, now, until).map_err(|error| engine_error(&error))?;
            let held = held
                .into_iter()
                .map(|(bucket, fence)| Ok((feed::bucket(bucket)?, fence)))
                .collect::<Result<_, RecordError>>()?;
            let taken = taken.into_iter().map(TakenRow::lease).collect::<Result<_, _>>()?;
            Ok(Round { share, held, taken })
        })
        .await
    }

    /// Gives some buckets back, so that others may take them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn give_back(
        &self,
        follower: &str,
        holder: Holder,
        buckets: Vec<Bucket>,
    ) -> Result<(), RecordError> {
        let follower = follower.to_owned();
        self.write_apart(move |connection| {
            let give = || -> dialect::Result<()> {
                for bucket in &buckets {
                    connection
                        .statement(GIVE_BACK)?
                        .put(params![bucket.number(), follower, holder.0])?;
                }
                Ok(())
            };
            give().map_err(|error| engine_error(&error))
        })
        .await
    }

    /// Gives everything back and leaves: nobody has to wait until the lease ends.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn leave(&self, follower: &str, holder: Holder) -> Result<(), RecordError> {
        let follower = follower.to_owned();
        self.write_apart(move |connection| {
            let leave = || -> dialect::Result<()> {
                connection
                    .statement(GIVE_BACK_ALL)?
                    .put(params![follower, holder.0])?;
                connection
                    .statement(LEAVE)?
                    .put(params![shelf(&follower), follower, holder.0])?;
                Ok(())
            };
            leave().map_err(|error| engine_error(&error))
        })
        .await
    }

    /// Moves cursors past entries that are of no interest: bucket, fence, from, to. Gives the buckets whose lease is no
    /// longer this one's.
    ///
    /// # Errors
    /// When the store fails; then none was moved.
    pub async fn advance(
        &self,
        follower: &str,
        moves: Vec<(Bucket, u64, u64, u64)>,
    ) -> Result<Vec<Bucket>, RecordError> {
        let follower = follower.to_owned();
        self.write_apart(move |connection| {
            let advance = || -> dialect::Result<Vec<Bucket>> {
                let mut lost = Vec::new();
                for (bucket, fence, from, to) in moves {
                    let row = params![bucket.number(), follower, fence, from, to];
                    if connection.statement(ADVANCE)?.execute(row)? == 0 {
                        lost.push(bucket);
                    }
                }
                Ok(lost)
            };
            advance().map_err(|error| engine_error(&error))
        })
        .await
    }
}

fn register(connection: &Connection, follower: &str, start: Start) -> Result<bool, RecordError> {
    let register = || -> dialect::Result<bool> {
        let known: u16 = connection
            .statement(REGISTERED)?
            .query_row(params![follower], |row| row.get(0))?;
        if known == BUCKETS {
            return Ok(false);
        }
        let from_now = i64::from(start == Start::Now);
        for bucket in Bucket::all() {
            connection
                .statement(REGISTER)?
                .put(params![bucket.number(), follower, from_now])?;
        }
        Ok(true)
    };
    register().map_err(|error| engine_error(&error))
}

/// The bucket in which the holders of a follower are noted.
fn shelf(follower: &str) -> u16 {
    Bucket::of_hash(follower.as_bytes()).number()
}

struct TakenRow {
    bucket: u16,
    fence: u64,
    position: u64,
    failures: u32,
    retry_at: i64,
}

impl TakenRow {
    fn lease(self) -> Result<Lease, RecordError> {
        Ok(Lease {
            bucket: feed::bucket(self.bucket)?,
            fence: self.fence,
            position: self.position,
            failures: self.failures,
            retry_at: timestamp(self.retry_at),
        })
    }
}

type RoundRows = (usize, Vec<(u16, u64)>, Vec<TakenRow>);

fn round(
    connection: &Connection,
    follower: &str,
    holder: Holder,
    now: i64,
    until: i64,
) -> dialect::Result<RoundRows> {
    let shelf = shelf(follower);
    connection
        .statement(RENEW)?
        .put(params![shelf, follower, holder.0, until])?;
    connection.statement(FORGET)?.put(params![shelf, follower, now])?;
    let holders: usize = connection
        .statement(HOLDERS)?
        .query_row(params![shelf, follower], |row| row.get(0))?;
    let share = usize::from(BUCKETS).div_ceil(holders.max(1));
    let held: Vec<(u16, u64)> = connection
        .statement(HELD)?
        .query_map(params![follower, holder.0], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<dialect::Result<_>>()?;
    let wanted = share.saturating_sub(held.len());
    if wanted == 0 {
        return Ok((share, held, Vec::new()));
    }
    let taken = connection
        .statement(TAKE)?
        .query_map(params![shelf, follower, holder.0, wanted], |row| {
            Ok(TakenRow {
                bucket: row.get(0)?,
                fence: row.get(1)?,
                position: row.get(2)?,
                failures: row.get(3)?,
                retry_at: row.get(4)?,
            })
        })?
        .collect::<dialect::Result<_>>()?;
    Ok((share, held, taken))
}
