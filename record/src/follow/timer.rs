//! What is due: rows, not memory, at times of the care clock.

use fhir::ResourceType;
use jiff::Timestamp;

use crate::dialect::{self, engine_error, params};
use crate::error::RecordError;
use crate::feed;
use crate::follow::failure::LONGEST_WAIT;
use crate::follow::keep::damaged;
use crate::follow::lease::Holder;
use crate::ids::{Bucket, PersonKey, load_id};
use crate::store::Record;
use crate::writer::write::timestamp;

const DUE: &str =
    "SELECT d.bucket, d.key, d.at, d.person, d.type, d.id, d.note, d.failures, f.fence, f.position
    FROM due d JOIN follower f ON f.bucket = d.bucket AND f.follower = d.reactor
    WHERE d.reactor = ?1 AND f.holder = ?2 AND d.state = 1 AND d.at <= ?3
    AND (d.retry_at <= ?4 OR d.retry_at > ?5)
    ORDER BY d.at, d.bucket, d.key LIMIT ?6";

/// A timer whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its bucket.
    pub bucket: Bucket,
    /// The fence and cursor of the lease under which it was read.
    pub fence: u64,
    /// See [`Due::fence`].
    pub position: u64,
    /// The reactor's own name for it.
    pub key: String,
    /// What it was set for, by the care clock.
    pub at: Timestamp,
    /// About whom.
    pub person: PersonKey,
    /// About which resource.
    pub resource_type: ResourceType,
    /// Its id.
    pub id: String,
    /// What the reactor wanted to be told.
    pub note: Vec<u8>,
    /// How often it failed already.
    pub failures: u32,
}

struct Row(u16, String, i64, u64, u16, Vec<u8>, Vec<u8>, u32, u64, u64);

impl Row {
    fn due(self) -> Result<Due, RecordError> {
        let bucket = feed::bucket(self.0)?;
        Ok(Due {
            bucket,
            key: self.1,
            at: timestamp(self.2),
            person: PersonKey::new(bucket, self.3),
            resource_type: ResourceType::from_number(self.4).ok_or_else(|| damaged("due"))?,
            id: load_id(&self.5).ok_or_else(|| damaged("due"))?,
            note: self.6,
            failures: self.7,
            fence: self.8,
            position: self.9,
        })
    }
}

impl Record {
    /// The timers of a reactor that are due at `now` (care clock) in the buckets it holds, the earliest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn due(
        &self,
        reactor: &str,
        holder: Holder,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>, RecordError> {
        let system = self.now_microseconds();
        let too_far = self.after(LONGEST_WAIT);
        self.pool()
            .here(|connection| {
                let read = || -> dialect::Result<Vec<Row>> {
                    let row = params![reactor, holder.0, now.as_microsecond(), system, too_far, limit];
                    connection
                        .statement(DUE)?
                        .query_map(row, |row| {
                            Ok(Row(
                                row.get(0)?,
                                row.get(1)?,
                                row.get(2)?,
                                row.get(3)?,
                                row.get(4)?,
                                row.get(5)?,
                                row.get(6)?,
                                row.get(7)?,
                                row.get(8)?,
                                row.get(9)?,
                            ))
                        })?
                        .collect()
                };
                read().map_err(|error| engine_error(&error))
            })
            .await?
            .into_iter()
            .map(Row::due)
            .collect()
    }
}
