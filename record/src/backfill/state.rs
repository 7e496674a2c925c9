//! How far each bucket is: entries are complete up to a generation, and those of the next are being added person by person.

use std::collections::BTreeSet;

use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::ids::{BUCKETS, Bucket};
use crate::process::{self, ProcessId};
use crate::sql;

/// The place behind the last person of a bucket.
pub(crate) const DONE: u64 = i64::MAX as u64;

/// Where a bucket stands. Everybody before `person` is at `generation`; all are at the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Filled {
    pub(crate) generation: u16,
    pub(crate) person: u64,
}

impl Filled {
    /// Where a bucket without a row stands: it was written before there was a second generation.
    const FIRST: Filled = Filled {
        generation: 1,
        person: DONE,
    };

    /// Where to go on towards a generation; `None` when it is reached.
    pub(crate) fn next(self, newest: u16) -> Option<Filled> {
        if self.person < DONE {
            return Some(self);
        }
        (self.generation < newest).then_some(Filled {
            generation: self.generation + 1,
            person: 0,
        })
    }
}

/// How far the newest search parameters are prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filling {
    /// The generation of search parameters that this release packs.
    pub generation: u16,
    /// People and units whose entries hold it.
    pub done: u64,
    /// All people and units.
    pub all: u64,
}

impl Filling {
    /// Whole per cent done; 100 only when nothing is left.
    #[must_use]
    pub fn percent(&self) -> u64 {
        (self.done * 100).checked_div(self.all).unwrap_or(100)
    }
}

/// Where a bucket stands.
pub(crate) fn of(connection: &Connection, bucket: Bucket) -> dialect::Result<Filled> {
    let found = connection
        .statement(sql::FILLED)?
        .query_row(params![bucket.number()], |row| {
            Ok(Filled {
                generation: row.get(0)?,
                person: row.get(1)?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or(Filled::FIRST))
}

/// Writes down where a bucket stands.
pub(crate) fn put(connection: &Connection, bucket: Bucket, filled: Filled) -> dialect::Result<()> {
    connection
        .statement(sql::PUT_FILLED)?
        .put(params![bucket.number(), filled.generation, filled.person])
}

/// Where every bucket stands, by its number.
pub(crate) fn all(connection: &Connection) -> dialect::Result<Vec<Filled>> {
    let mut filled = vec![Filled::FIRST; usize::from(BUCKETS)];
    let mut statement = connection.statement(sql::ALL_FILLED)?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        if let Some(place) = filled.get_mut(row.get::<_, usize>(0)?) {
            *place = Filled {
                generation: row.get(1)?,
                person: row.get(2)?,
            };
        }
    }
    Ok(filled)
}

/// What opening does, in a transaction of its own: the process says that it lives; a store without content begins at this
/// release's generation; and a release that packs less than what stands here takes the buckets back to what it packs, since
/// its own entries will not hold the rest.
pub(crate) fn begin(
    connection: &Connection,
    process: ProcessId,
    generation: u16,
    now: i64,
) -> Result<(), RecordError> {
    let write = || -> dialect::Result<()> {
        dialect::begin(connection, &BTreeSet::new())?;
        process::say_alive(connection, process, generation, now)?;
        let heads: u64 =
            connection.query_row("SELECT count(*) FROM bucket_head", params![], |row| row.get(0))?;
        if heads == 0 && generation > 1 {
            let whole = Filled {
                generation,
                person: DONE,
            };
            for bucket in Bucket::all() {
                put(connection, bucket, whole)?;
            }
        }
        connection
            .statement(sql::TAKE_BACK)?
            .put(params![generation, DONE])?;
        dialect::commit(connection)
    };
    write().map_err(|error| {
        let _ = dialect::roll_back(connection);
        engine_error(&error)
    })
}

/// The generation up to which every entry is packed.
pub(crate) fn ready(connection: &Connection) -> dialect::Result<u16> {
    let complete = |filled: &Filled| match filled.person {
        DONE => filled.generation,
        _ => filled.generation.saturating_sub(1),
    };
    Ok(all(connection)?.iter().map(complete).min().unwrap_or(1))
}

/// How far the filling is.
pub(crate) fn filling(connection: &Connection, generation: u16) -> dialect::Result<Filling> {
    let filled = all(connection)?;
    let mut filling = Filling {
        generation,
        done: 0,
        all: 0,
    };
    let mut statement = connection.statement(sql::NEXT_PEOPLE)?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        let people = row.get::<_, u64>(1)?.saturating_sub(1);
        filling.all += people;
        if let Some(filled) = filled.get(row.get::<_, usize>(0)?)
            && filled.generation >= generation
        {
            filling.done += people.min(filled.person.saturating_sub(1));
        }
    }
    Ok(filling)
}
