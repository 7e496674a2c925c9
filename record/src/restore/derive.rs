//! The tables that follow from the log, made again version by version with the code that the writer uses. A moved
//! resource has versions in the logs of two buckets, which come one after the other: a version waits for the one before.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fhir::{Body, Document, Label, Limits, ResourceType};

use crate::alias::{self, Alias};
use crate::body;
use crate::commit::Expected;
use crate::dialect::{Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::feed::LogRow;
use crate::ids::{Bucket, CommitId, PersonKey, id_bucket, load_id};
use crate::kind::Kind;
use crate::note::Tie;
use crate::reader::seen::KNOWN;
use crate::sql;
use crate::writer::decide::{Found, PlannedChange, load_members};
use crate::writer::job::{Content, Home, JobChange, ResourceKey, Verb, encode_home};
use crate::writer::whole;
use crate::writer::write::write_current;

/// Bodies were accepted once, under limits that may have been other ones.
fn limits() -> Limits {
    Limits {
        max_bytes: usize::MAX,
        // The most that can be set.
        max_depth: 128,
        ..Limits::default()
    }
}

/// Makes what the rows of the log say, as they come.
#[derive(Default)]
pub(super) struct Deriving {
    /// Versions that came before the one that they follow: they wait for it.
    waiting: HashMap<ResourceKey, BTreeMap<u64, LogRow>>,
    /// Versions whose bodies this release cannot read: kept, and found by their id and in their record, by no search.
    pub(super) unread: u64,
    /// How many versions of each person or unit were destroyed, by bucket and number.
    pub(super) emptied: HashMap<(u16, i64), i64>,
    /// Keys of people and units that were looked up lately.
    units: HashMap<ResourceKey, PersonKey>,
}

/// How many keys are kept at hand.
const AT_HAND: usize = 50_000;

impl Deriving {
    /// Takes a row of the log.
    pub(super) fn row(
        &mut self,
        connection: &Connection,
        row: &LogRow,
        commit: CommitId,
    ) -> Result<(), RecordError> {
        let home = PersonKey::new(
            Bucket::new(row.bucket).ok_or_else(|| damaged(row, "bucket"))?,
            row.person,
        );
        match Kind::from_number(row.kind).ok_or_else(|| damaged(row, "kind"))? {
            // What was destroyed is nobody's present version; the log keeps its place.
            _ if body::destroyed(&row.body).is_some() => {
                *self
                    .emptied
                    .entry((row.bucket, row.person.cast_signed()))
                    .or_default() += 1;
                Ok(())
            }
            Kind::Created | Kind::Updated | Kind::Deleted | Kind::MovedHere => self.version(connection, row),
            kind @ (Kind::Joined | Kind::Parted) => {
                let tie =
                    Tie::load(&row.body).ok_or_else(|| damaged(row, "it does not say who was joined"))?;
                tie_of(connection, home, kind, &tie, row.at, commit).map_err(|error| engine_error(&error))
            }
            // The version stands where it moved to.
            Kind::MovedAway => Ok(()),
            // What these say stands in tables of their own, which the backup carries.
            Kind::Destroyed | Kind::Held | Kind::Released => Ok(()),
        }
    }

    /// A version follows the one before it; one that comes earlier waits.
    fn version(&mut self, connection: &Connection, row: &LogRow) -> Result<(), RecordError> {
        let id = load_id(&row.id).ok_or_else(|| damaged(row, "id"))?;
        let key = ResourceKey {
            resource_type: row.resource_type,
            id: row.id.clone(),
            bucket: id_bucket(&id),
        };
        // Nothing comes before the first: a second one of the same key is refused where it is written.
        let found = match row.version {
            1 => None,
            _ => find(connection, &key)?,
        };
        let next = found.as_ref().map_or(0, |found| found.version) + 1;
        if row.version < next {
            return Err(damaged(row, "the version was there before"));
        }
        if row.version > next {
            let waiting = self.waiting.entry(key).or_default();
            waiting.insert(row.version, row.clone());
            return Ok(());
        }
        self.unread += u64::from(!place(connection, row, key.clone(), found, &mut self.units)?);
        let Some(mut waiting) = self.waiting.remove(&key) else {
            return Ok(());
        };
        let mut followed = row.version + 1;
        while let Some(row) = waiting.remove(&followed) {
            let found = find(connection, &key)?;
            self.unread += u64::from(!place(connection, &row, key.clone(), found, &mut self.units)?);
            followed += 1;
        }
        if !waiting.is_empty() {
            self.waiting.insert(key, waiting);
        }
        Ok(())
    }

    /// Places versions that still wait: what they follow was destroyed.
    pub(super) fn finish(&mut self, connection: &Connection) -> Result<(), RecordError> {
        for (key, rows) in std::mem::take(&mut self.waiting) {
            for row in rows.values() {
                let found = find(connection, &key)?;
                self.unread += u64::from(!place(connection, row, key.clone(), found, &mut self.units)?);
            }
        }
        Ok(())
    }
}

fn damaged(row: &LogRow, what: &str) -> RecordError {
    RecordError::Corrupt {
        detail: format!("log {} {}: {what}", row.bucket, row.seq),
    }
}

/// Makes a version the present one; false when this release cannot read its body.
fn place(
    connection: &Connection,
    row: &LogRow,
    key: ResourceKey,
    found: Option<Found>,
    units: &mut HashMap<ResourceKey, PersonKey>,
) -> Result<bool, RecordError> {
    let home = PersonKey::new(
        Bucket::new(row.bucket).ok_or_else(|| damaged(row, "bucket"))?,
        row.person,
    );
    let kind = Kind::from_number(row.kind).ok_or_else(|| damaged(row, "kind"))?;
    let resource_type =
        ResourceType::from_number(row.resource_type).ok_or_else(|| damaged(row, "an unknown type"))?;
    let id = load_id(&row.id).ok_or_else(|| damaged(row, "id"))?;
    let (content, members, read) = match kind {
        Kind::Deleted => (None, Vec::new(), true),
        _ => content(connection, row, &id, home, units)?,
    };
    let left = found
        .as_ref()
        .map(|found| found.home)
        .filter(|left| *left != home);
    let leaves_person = match left {
        Some(left) => alias::named(connection, left)?.0 == whole::patient()?,
        None => false,
    };
    let planned = PlannedChange {
        found,
        home,
        members,
        version: row.version,
        kind,
        leaves_person,
    };
    let change = JobChange {
        verb: Verb::Put,
        expected: Expected::Any,
        resource_type,
        id,
        key,
        content,
        reason: None,
    };
    put_home(connection, &change.key, home)
        .and_then(|()| write_current(connection, &change, &planned, row.seq, row.at))
        .map_err(|error| engine_error(&error))?;
    Ok(read)
}

/// Who is read as one: told by the superseded person's rows, in order, all of them in one bucket.
fn tie_of(
    connection: &Connection,
    person: PersonKey,
    kind: Kind,
    tie: &Tie,
    at: i64,
    commit: CommitId,
) -> crate::dialect::Result<()> {
    if !tie.superseded {
        return Ok(());
    }
    if kind == Kind::Parted {
        return alias::delete(connection, person, tie.other);
    }
    let made = Alias {
        survivor: tie.other,
        at,
        reason: tie.reason,
    };
    alias::insert(connection, person, &made, commit)
}

/// What a version holds, read from its body again, and the members of the record it lives in.
fn content(
    connection: &Connection,
    row: &LogRow,
    id: &str,
    home: PersonKey,
    units: &mut HashMap<ResourceKey, PersonKey>,
) -> Result<(Option<Content>, Vec<PersonKey>, bool), RecordError> {
    let encoded = body::unpack(&row.body, row.seq)?;
    let mut json = Vec::new();
    if let Some(body) = Body::decode(&encoded) {
        body.render(id, row.version, "2000-01-01T00:00:00Z", &mut json);
    }
    let Ok(document) = Document::scan(&json, &limits()) else {
        let unread = Content {
            home: Home::Own,
            body: body::none(),
            entry: Vec::new(),
            // What it bears is unknown: whoever may not see every label does not see it.
            labels: Label::all().iter().fold(KNOWN, |bits, label| bits | label.bit()),
            rows: Vec::new(),
        };
        return Ok((Some(unread), Vec::new(), false));
    };
    let prepared = document.root().prepare(&|_| None);
    let content = Content {
        home: encode_home(&prepared.home),
        body: body::none(),
        entry: fhir::index::pack(&prepared.index),
        labels: fhir::labels(&prepared.index) | KNOWN,
        rows: fhir::value_rows(prepared.resource_type, &prepared.index),
    };
    let mut members = BTreeSet::new();
    if let Home::People(first, others) = &content.home {
        for person in std::iter::once(first).chain(others) {
            members.extend(unit(connection, person, units)?);
        }
    }
    members.remove(&home);
    Ok((Some(content), members.into_iter().collect(), true))
}

/// The key of a person or unit.
fn unit(
    connection: &Connection,
    key: &ResourceKey,
    units: &mut HashMap<ResourceKey, PersonKey>,
) -> Result<Option<PersonKey>, RecordError> {
    if let Some(known) = units.get(key) {
        return Ok(Some(*known));
    }
    let number: Option<Option<u64>> = connection
        .statement(sql::LOCATE)
        .and_then(|mut statement| {
            statement
                .query_row(params![key.bucket.number(), key.resource_type, key.id], |row| {
                    row.get(2)
                })
                .optional()
        })
        .map_err(|error| engine_error(&error))?;
    let found = number.flatten().map(|number| PersonKey::new(key.bucket, number));
    if let Some(found) = found {
        if units.len() >= AT_HAND {
            units.clear();
        }
        units.insert(key.clone(), found);
    }
    Ok(found)
}

/// The version that is the present one so far.
fn find(connection: &Connection, key: &ResourceKey) -> Result<Option<Found>, RecordError> {
    connection
        .statement(sql::LOCATE)
        .and_then(|mut statement| {
            statement
                .query_row(params![key.bucket.number(), key.resource_type, key.id], |row| {
                    Ok((row.get::<_, Option<u16>>(0)?, row.get::<_, Option<u64>>(1)?))
                })
                .optional()
        })
        .and_then(|located| {
            let home = located.and_then(|(bucket, person)| {
                bucket
                    .and_then(Bucket::new)
                    .zip(person)
                    .map(|(bucket, person)| PersonKey::new(bucket, person))
            });
            let Some(home) = home else { return Ok(None) };
            connection
                .statement(sql::CURRENT)?
                .query_row(
                    params![home.bucket().number(), home.number(), key.resource_type, key.id],
                    |row| {
                        Ok(Found {
                            home,
                            version: row.get(0)?,
                            seq: row.get(1)?,
                            deleted: row.get(2)?,
                            members: load_members(row.get_ref(3)?.as_blob()?),
                            entry: row.get(4)?,
                            updated: row.get(5)?,
                            labels: row.get(6)?,
                        })
                    },
                )
                .optional()
        })
        .map_err(|error| engine_error(&error))
}

/// Says where a resource lives; what key it has itself is there already.
fn put_home(connection: &Connection, key: &ResourceKey, home: PersonKey) -> crate::dialect::Result<()> {
    connection.statement(sql::PUT_HOME)?.put(params![
        key.bucket.number(),
        key.resource_type,
        key.id,
        home.bucket().number(),
        home.number()
    ])
}

/// Makes a person or unit known, with its key.
pub(super) fn person(
    connection: &Connection,
    bucket: Bucket,
    number: u64,
    resource_type: u16,
    id: &[u8],
) -> Result<(), RecordError> {
    connection
        .statement(sql::PUT_UNIT)
        .and_then(|mut statement| statement.put(params![bucket.number(), resource_type, id, number]))
        .map_err(|error| engine_error(&error))
}
