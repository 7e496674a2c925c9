//! A slice of the filling: the entries of some people, made again and written with their value rows, in one transaction
//! that no commit to the same buckets can cross.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use fhir::{ResourceType, search_parameters};

use crate::backfill::derive::{Derived, derive, up_to};
use crate::backfill::state::{self, DONE, Filled};
use crate::body;
use crate::dialect::{Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::ids::{Bucket, PersonKey};
use crate::sql;
use crate::values;
use crate::writer::job::ResourceKey;
use crate::writer::write::rows_of_entry;

/// Entries read at once.
const ROWS: i64 = 64;

/// Where a slice ended within a person; after a stop that person is begun again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    bucket: u16,
    person: u64,
    resource_type: u16,
    id: Vec<u8>,
}

/// A row of `current`.
struct Row {
    person: u64,
    resource_type: u16,
    id: Vec<u8>,
    version: u64,
    seq: i64,
    deleted: bool,
    entry: Vec<u8>,
}

/// Does a slice of some length from a place on, towards a generation; gives where it ended, `None` when nothing is left.
pub(crate) fn run(
    connection: &Connection,
    generation: u16,
    from: Option<Place>,
    long: Duration,
) -> Result<Option<Place>, RecordError> {
    let until = Instant::now() + long;
    let mut from = from;
    let first = from.as_ref().map_or(0, |place| place.bucket);
    for bucket in Bucket::all().skip(usize::from(first)) {
        if let Some(place) = fill_bucket(connection, bucket, generation, from.take().as_ref(), until)? {
            return Ok(Some(place));
        }
        if Instant::now() >= until {
            let next = bucket.number() + 1;
            return Ok((next < crate::ids::BUCKETS).then(|| Place {
                bucket: next,
                ..Place::default()
            }));
        }
    }
    Ok(None)
}

/// `None` when the bucket is done.
fn fill_bucket(
    connection: &Connection,
    bucket: Bucket,
    generation: u16,
    from: Option<&Place>,
    until: Instant,
) -> Result<Option<Place>, RecordError> {
    let engine = |error| engine_error(&error);
    let mut filled = state::of(connection, bucket).map_err(engine)?;
    // One generation after the other, so that what is complete stays known.
    while let Some(next) = filled.next(generation) {
        // No commit to this bucket may be between reading an entry and writing it.
        connection
            .statement(sql::HOLD_HEAD)
            .and_then(|mut statement| statement.execute(params![bucket.number()]))
            .map_err(engine)?;
        let mut place = from
            .filter(|place| place.bucket == bucket.number() && place.person >= next.person)
            .cloned()
            .unwrap_or(Place {
                bucket: bucket.number(),
                person: next.person,
                ..Place::default()
            });
        loop {
            let rows = read(connection, &place)?;
            let whole = (rows.len() as i64) < ROWS;
            for row in rows {
                place.person = row.person;
                place.resource_type = row.resource_type;
                fill(connection, bucket, generation, &row)?;
                place.id = row.id;
            }
            if whole {
                filled = Filled { person: DONE, ..next };
                state::put(connection, bucket, filled).map_err(engine)?;
                break;
            }
            if Instant::now() >= until {
                let now = Filled {
                    person: place.person,
                    ..next
                };
                state::put(connection, bucket, now).map_err(engine)?;
                return Ok(Some(place));
            }
        }
    }
    Ok(None)
}

fn read(connection: &Connection, after: &Place) -> Result<Vec<Row>, RecordError> {
    let rows = || -> crate::dialect::Result<Vec<Row>> {
        connection
            .statement(sql::TO_FILL)?
            .query_map(
                params![after.bucket, after.person, after.resource_type, after.id, ROWS],
                |row| {
                    Ok(Row {
                        person: row.get(0)?,
                        resource_type: row.get(1)?,
                        id: row.get(2)?,
                        version: row.get(3)?,
                        seq: row.get(4)?,
                        deleted: row.get(5)?,
                        entry: row.get(6)?,
                    })
                },
            )?
            .collect()
    };
    rows().map_err(|error| engine_error(&error))
}

/// Makes one entry again, where its type has parameters that came after the first generation.
fn fill(connection: &Connection, bucket: Bucket, generation: u16, row: &Row) -> Result<(), RecordError> {
    let engine = |error| engine_error(&error);
    let Some(resource_type) = ResourceType::from_number(row.resource_type) else {
        return Ok(());
    };
    let concerns = search_parameters(resource_type)
        .iter()
        .any(|param| param.generation > 1);
    if row.deleted || !concerns {
        return Ok(());
    }
    let stored: Option<Vec<u8>> = connection
        .statement(sql::STORED_BODY)
        .and_then(|mut statement| {
            statement
                .query_row(params![bucket.number(), row.seq], |found| found.get(0))
                .optional()
        })
        .map_err(engine)?;
    // What is missing or damaged stays as it is; the check of the record names it.
    let Some(Ok(encoded)) = stored.map(|stored| body::unpack(&stored, row.seq)) else {
        return Ok(());
    };
    let Derived::Prepared(prepared) = derive(&encoded, &row.id, row.version) else {
        return Ok(());
    };
    let index = up_to(generation, &prepared.index);
    let entry = fhir::index::pack(&index);
    if entry == row.entry {
        return Ok(());
    }
    let home = PersonKey::new(bucket, row.person);
    let key = ResourceKey {
        resource_type: row.resource_type,
        id: row.id.clone(),
        bucket,
    };
    let (before, after) = (
        rows_of_entry(resource_type, &row.entry),
        fhir::value_rows(resource_type, &index),
    );
    let (had, has): (BTreeSet<_>, BTreeSet<_>) = (before.iter().collect(), after.iter().collect());
    for value in before.iter().filter(|value| !has.contains(value)) {
        values::delete(connection, home, &key, value).map_err(engine)?;
    }
    for value in after.iter().filter(|value| !had.contains(value)) {
        values::insert(connection, home, &key, value).map_err(engine)?;
    }
    connection
        .statement(sql::PUT_ENTRY)
        .and_then(|mut statement| {
            statement.put(params![
                bucket.number(),
                row.person,
                row.resource_type,
                row.id,
                entry
            ])
        })
        .map_err(engine)
}
