//! The door through which bodies reach a view: what is current, without lens, without audit, because nobody is shown it.
//!
//! Nothing here is public. A body passes from here into [`View::keep`] and nowhere else, and `cargo xtask check doors`
//! lets only the rooms named there have a view.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use fhir::ResourceType;
use sha2::{Digest, Sha256};

use super::shape::{PersonNow, Unreadable, View};
use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::feed;
use crate::ids::{Bucket, PersonKey};
use crate::kind::Kind;
use crate::reader::bodies;
use crate::reader::candidate::{from_row, person_key};
use crate::sql;

/// How long one read may go on, well below the second that no read transaction may last.
const PATIENCE: Duration = Duration::from_millis(150);
/// The most feed entries of one bucket that are looked at in one go.
const ENTRIES: usize = 200;
/// The most people who are read in one go.
const PEOPLE: usize = 500;

const PEOPLE_AFTER: &str =
    "SELECT person FROM person WHERE bucket = ?1 AND person > ?2 ORDER BY person LIMIT ?3";
const SURVIVOR: &str = "SELECT survivor_bucket, survivor_person FROM alias WHERE bucket = ?1 AND person = ?2";

/// What is kept of a person now; an error leaves the person out.
pub(super) type Read<V> = (PersonKey, Result<Option<<V as View>::Kept>, String>);

/// What to do to a copy to bring one bucket further.
pub(super) struct Step<V: View> {
    pub(super) bucket: Bucket,
    /// Where the bucket stands after it.
    pub(super) to: u64,
    pub(super) people: Vec<Read<V>>,
    /// Entries that could not be read at all.
    pub(super) skipped: u64,
    /// Somebody's record was destroyed: no older snapshot may stay.
    pub(super) destroyed: bool,
}

/// Where a scan goes on: a bucket, and the person after whom.
pub(super) type Place = (Bucket, u64);

/// A stretch of a scan.
pub(super) struct Slice<V: View> {
    pub(super) people: Vec<Read<V>>,
    /// Where each bucket that was begun stood just before: everything after is followed.
    pub(super) begun: Vec<(Bucket, u64)>,
    /// Where to go on; `None` at the end.
    pub(super) next: Option<Place>,
}

/// Scans people on from a place, in one read transaction, as far as one short read goes.
pub(super) fn scan<V: View>(
    connection: &Connection,
    types: &[ResourceType],
    from: Place,
) -> Result<Slice<V>, RecordError> {
    let began = Instant::now();
    let mut slice = Slice {
        people: Vec::new(),
        begun: Vec::new(),
        next: None,
    };
    let (mut bucket, mut after) = from;
    loop {
        if after == 0 {
            slice.begun.push((bucket, head(connection, bucket)?));
        }
        let people = people_after(connection, bucket, after)?;
        let whole = people.len() < PEOPLE;
        for number in people {
            if began.elapsed() > PATIENCE || slice.people.len() >= PEOPLE {
                slice.next = Some((bucket, after));
                return Ok(slice);
            }
            let key = PersonKey::new(bucket, number);
            slice.people.push(person::<V>(connection, types, key)?);
            after = number;
        }
        if whole {
            let Some(next) = Bucket::new(bucket.number() + 1) else {
                return Ok(slice);
            };
            (bucket, after) = (next, 0);
            if began.elapsed() > PATIENCE {
                slice.next = Some((bucket, after));
                return Ok(slice);
            }
        }
    }
}

fn head(connection: &Connection, bucket: Bucket) -> Result<u64, RecordError> {
    connection
        .statement(sql::HEAD_POSITION)
        .and_then(|mut statement| {
            statement
                .query_row(params![bucket.number()], |row| row.get(0))
                .optional()
        })
        .map(Option::unwrap_or_default)
        .map_err(|error| engine_error(&error))
}

fn people_after(connection: &Connection, bucket: Bucket, after: u64) -> Result<Vec<u64>, RecordError> {
    connection
        .statement(PEOPLE_AFTER)
        .and_then(|mut statement| {
            statement
                .query_map(params![bucket.number(), after, PEOPLE as i64], |row| row.get(0))?
                .collect()
        })
        .map_err(|error| engine_error(&error))
}

/// What changed after the positions given: people as they are now, bucket by bucket, as far as one short read goes.
pub(super) fn changed_since<V: View>(
    connection: &Connection,
    types: &[ResourceType],
    behind: &[(Bucket, u64)],
) -> Result<Vec<Step<V>>, RecordError> {
    let began = Instant::now();
    let mut steps = Vec::new();
    let mut read = 0;
    for &(bucket, after) in behind {
        let step = step(connection, types, bucket, after)?;
        read += step.people.len();
        steps.push(step);
        if began.elapsed() > PATIENCE || read > PEOPLE {
            break;
        }
    }
    Ok(steps)
}

fn step<V: View>(
    connection: &Connection,
    types: &[ResourceType],
    bucket: Bucket,
    after: u64,
) -> Result<Step<V>, RecordError> {
    let mut step = Step {
        bucket,
        to: after,
        people: Vec::new(),
        skipped: 0,
        destroyed: false,
    };
    let entries = match feed::read(connection, bucket, after, ENTRIES) {
        // One entry is damaged: go as far as it, and past it, one by one.
        Err(RecordError::Corrupt { .. }) => {
            let (entry, skipped) = match feed::read(connection, bucket, after, 1) {
                Err(RecordError::Corrupt { .. }) => (Vec::new(), 1),
                entry => (entry?, 0),
            };
            step.skipped = skipped;
            step.to += skipped;
            entry
        }
        entries => entries?,
    };
    let mut touched = BTreeSet::new();
    for entry in entries {
        step.to = entry.position;
        for change in entry.changes {
            let of_the_person = matches!(change.kind, Kind::Joined | Kind::Parted | Kind::Destroyed);
            step.destroyed |= change.kind == Kind::Destroyed;
            if of_the_person || types.contains(&change.resource_type) {
                touched.insert(change.person);
            }
        }
        if touched.len() > PEOPLE {
            break;
        }
    }
    for key in touched {
        step.people.push(person::<V>(connection, types, key)?);
    }
    Ok(step)
}

/// Reads what a person has now and lets the view say what it keeps of it. What is damaged is told with the person; a
/// store that fails is an error of the whole read.
fn person<V: View>(
    connection: &Connection,
    types: &[ResourceType],
    key: PersonKey,
) -> Result<Read<V>, RecordError> {
    let resources = match resources(connection, types, key) {
        Err(error @ RecordError::Corrupt { .. }) => return Ok((key, Err(error.to_string()))),
        resources => resources?,
    };
    if resources.is_empty() {
        return Ok((key, Ok(None)));
    }
    let now = PersonNow {
        person: key,
        survivor: survivor(connection, key)?,
        resources: &resources,
    };
    // A fault in the view's code costs it this person, and it says so; it must not end the view without a word.
    let kept = catch_unwind(AssertUnwindSafe(|| V::keep(&now)));
    let kept = kept.unwrap_or(Err(Unreadable("a fault in the view's code")));
    Ok((key, kept.map_err(|error| error.to_string())))
}

fn resources(
    connection: &Connection,
    types: &[ResourceType],
    key: PersonKey,
) -> Result<Vec<crate::held::Stored>, RecordError> {
    let engine = |error: dialect::Error| engine_error(&error);
    let mut found = Vec::new();
    for kind in types {
        let mut statement = connection.statement(sql::OF_PERSON_AND_TYPE).map_err(engine)?;
        let mut rows = statement
            .query(params![key.bucket().number(), key.number(), kind.number()])
            .map_err(engine)?;
        while let Some(row) = rows.next().map_err(engine)? {
            found.push(from_row(&row, 0, key)?);
        }
    }
    found.sort_unstable_by(|one, other| {
        (one.resource_type.number(), &one.id).cmp(&(other.resource_type.number(), &other.id))
    });
    bodies::stored(connection, found)
}

fn survivor(connection: &Connection, key: PersonKey) -> Result<Option<PersonKey>, RecordError> {
    let row: Option<(u16, u64)> = connection
        .statement(SURVIVOR)
        .and_then(|mut statement| {
            statement
                .query_row(params![key.bucket().number(), key.number()], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()
        })
        .map_err(|error| engine_error(&error))?;
    row.map(|(bucket, number)| person_key(bucket, number)).transpose()
}

/// A digest over the feed's chain at these positions: it fits this store's past and no other's. `None` when the feed does
/// not reach as far.
pub(super) fn chains(
    connection: &Connection,
    positions: &[(Bucket, u64)],
) -> Result<Option<[u8; 32]>, RecordError> {
    let mut digest = Sha256::new();
    for &(bucket, position) in positions.iter().filter(|(_, position)| *position > 0) {
        let rows = feed::rows(connection, bucket, position - 1, 1).map_err(|error| engine_error(&error))?;
        let Some(row) = rows.first().filter(|row| row.position == position) else {
            return Ok(None);
        };
        digest.update(bucket.number().to_be_bytes());
        digest.update(position.to_be_bytes());
        digest.update(row.chain);
    }
    Ok(Some(digest.finalize().into()))
}

/// When the oldest entry after these positions was kept, in microseconds since 1970.
pub(super) fn oldest_after(
    connection: &Connection,
    behind: &[(Bucket, u64)],
) -> Result<Option<i64>, RecordError> {
    let mut oldest = None;
    for &(bucket, after) in behind {
        let rows = feed::rows(connection, bucket, after, 1).map_err(|error| engine_error(&error))?;
        let at = rows.first().map(|row| row.at);
        oldest = match (oldest, at) {
            (Some(one), Some(other)) => Some(i64::min(one, other)),
            (one, other) => one.or(other),
        };
    }
    Ok(oldest)
}
