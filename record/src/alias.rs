//! Who is read as one: rows that point from a superseded person to the one they were joined to, and back. They make a
//! forest, because only a person who is joined to nobody can be joined to somebody who is joined to nobody.

use std::collections::BTreeSet;

use fhir::ResourceType;

use crate::deed::{Identity, Joined};
use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::ids::{CommitId, PersonKey};
use crate::reader::candidate::{id_text, person_key, resource_type};
use crate::reason::Reason;
use crate::writer::whole::{self, Between};
use crate::writer::write::timestamp;

const ALIAS: &str = "SELECT survivor_bucket, survivor_person, at, reason FROM alias
    WHERE bucket = ?1 AND person = ?2";
const ALIASED: &str = "SELECT alias_bucket, alias_person FROM aliased WHERE bucket = ?1 AND person = ?2
    ORDER BY alias_bucket, alias_person";
const INSERT_ALIAS: &str =
    "INSERT INTO alias (bucket, person, survivor_bucket, survivor_person, at, reason, commit_id)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const INSERT_ALIASED: &str =
    "INSERT INTO aliased (bucket, person, alias_bucket, alias_person) VALUES (?1, ?2, ?3, ?4)";
const DELETE_ALIAS: &str = "DELETE FROM alias WHERE bucket = ?1 AND person = ?2";
const DELETE_ALIASED: &str = "DELETE FROM aliased
    WHERE bucket = ?1 AND person = ?2 AND alias_bucket = ?3 AND alias_person = ?4";
const PERSON: &str = "SELECT type, id FROM person WHERE bucket = ?1 AND person = ?2";

/// A row of `alias`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Alias {
    pub(crate) survivor: PersonKey,
    pub(crate) at: i64,
    pub(crate) reason: Reason,
}

/// To whom a person was joined; `None` for one who stands alone or survives.
pub(crate) fn of(connection: &Connection, person: PersonKey) -> Result<Option<Alias>, RecordError> {
    let row: Option<(u16, u64, i64, u16)> = connection
        .statement(ALIAS)
        .and_then(|mut statement| {
            statement
                .query_row(params![person.bucket().number(), person.number()], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })
                .optional()
        })
        .map_err(|error| engine_error(&error))?;
    row.map(|(bucket, number, at, reason)| {
        Ok(Alias {
            survivor: person_key(bucket, number)?,
            at,
            reason: Reason::from_number(reason).ok_or_else(|| RecordError::Corrupt {
                detail: format!("alias {} {}: reason {reason} is unknown", bucket, person.number()),
            })?,
        })
    })
    .transpose()
}

/// Everyone joined to this person, not through another.
fn joined_to(connection: &Connection, person: PersonKey) -> Result<Vec<PersonKey>, RecordError> {
    let read = || -> dialect::Result<Vec<(u16, u64)>> {
        connection
            .statement(ALIASED)?
            .query_map(params![person.bucket().number(), person.number()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect()
    };
    read()
        .map_err(|error| engine_error(&error))?
        .into_iter()
        .map(|(bucket, number)| person_key(bucket, number))
        .collect()
}

/// Tells that it will be asked who is read as one with this person.
pub(crate) fn ask_ahead(connection: &Connection, person: PersonKey) -> dialect::Result<()> {
    for text in [ALIAS, ALIASED] {
        connection
            .statement(text)?
            .ask_ahead(params![person.bucket().number(), person.number()])?;
    }
    Ok(())
}

/// Everyone who is read as one with this person, the survivor first, nearest first; the person alone when nobody is.
pub(crate) fn read_as_one(connection: &Connection, person: PersonKey) -> Result<Vec<PersonKey>, RecordError> {
    let mut survivor = person;
    let mut seen = BTreeSet::from([person]);
    while let Some(alias) = of(connection, survivor)? {
        survivor = alias.survivor;
        if !seen.insert(survivor) {
            return Err(circle(survivor));
        }
    }
    with_joined(connection, survivor)
}

/// This person and everyone joined to them, directly or through another.
pub(crate) fn with_joined(connection: &Connection, person: PersonKey) -> Result<Vec<PersonKey>, RecordError> {
    let mut people = vec![person];
    let mut next = 0;
    while let Some(&each) = people.get(next) {
        for joined in joined_to(connection, each)? {
            if people.contains(&joined) {
                return Err(circle(joined));
            }
            people.push(joined);
        }
        next += 1;
    }
    Ok(people)
}

fn circle(person: PersonKey) -> RecordError {
    RecordError::Corrupt {
        detail: format!("alias {} {}: a circle", person.bucket().number(), person.number()),
    }
}

/// Everyone who is read as one with this person, with their ids.
pub(crate) fn identity(connection: &Connection, person: PersonKey) -> Result<Identity, RecordError> {
    let people = read_as_one(connection, person)?;
    let survivor = people.first().copied().unwrap_or(person);
    let mut joined = Vec::new();
    for &person in people.iter().skip(1) {
        let Some(alias) = of(connection, person)? else {
            continue;
        };
        joined.push(Joined {
            person,
            id: named(connection, person)?.1,
            at: timestamp(alias.at),
            reason: alias.reason,
        });
    }
    Ok(Identity {
        survivor,
        id: named(connection, survivor)?.1,
        joined,
    })
}

/// The type and id of a person or unit; `None` for a key that this store does not know.
pub(crate) fn name_of(
    connection: &Connection,
    person: PersonKey,
) -> Result<Option<(ResourceType, String)>, RecordError> {
    let row: Option<(u16, Vec<u8>)> = connection
        .statement(PERSON)
        .and_then(|mut statement| {
            statement
                .query_row(params![person.bucket().number(), person.number()], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()
        })
        .map_err(|error| engine_error(&error))?;
    row.map(|(kind, id)| Ok((resource_type(kind)?, id_text(&id)?)))
        .transpose()
}

/// The type and id of a person or unit, who must be known.
pub(crate) fn named(
    connection: &Connection,
    person: PersonKey,
) -> Result<(ResourceType, String), RecordError> {
    name_of(connection, person)?.ok_or_else(|| RecordError::Corrupt {
        detail: format!("person {} {}: missing", person.bucket().number(), person.number()),
    })
}

/// Every join that this person is part of, on either side.
pub(crate) fn ties_of(connection: &Connection, person: PersonKey) -> Result<Vec<Between>, RecordError> {
    let resource_type = whole::patient()?.number();
    let mut ties: Vec<Between> = joined_to(connection, person)?
        .into_iter()
        .map(|superseded| (superseded, person))
        .chain(of(connection, person)?.map(|alias| (person, alias.survivor)))
        .map(|(superseded, survivor)| Between {
            superseded,
            survivor,
            reason: Reason::JoinedInError,
            resource_type,
        })
        .collect();
    ties.sort_by_key(|tie| tie.superseded);
    Ok(ties)
}

/// Joins.
pub(crate) fn insert(
    connection: &Connection,
    superseded: PersonKey,
    alias: &Alias,
    commit: CommitId,
) -> dialect::Result<()> {
    let survivor = alias.survivor;
    connection.statement(INSERT_ALIAS)?.put(params![
        superseded.bucket().number(),
        superseded.number(),
        survivor.bucket().number(),
        survivor.number(),
        alias.at,
        alias.reason.number(),
        commit.0
    ])?;
    connection.statement(INSERT_ALIASED)?.put(params![
        survivor.bucket().number(),
        survivor.number(),
        superseded.bucket().number(),
        superseded.number()
    ])?;
    Ok(())
}

/// Parts.
pub(crate) fn delete(
    connection: &Connection,
    superseded: PersonKey,
    survivor: PersonKey,
) -> dialect::Result<()> {
    connection
        .statement(DELETE_ALIAS)?
        .put(params![superseded.bucket().number(), superseded.number()])?;
    connection.statement(DELETE_ALIASED)?.put(params![
        survivor.bucket().number(),
        survivor.number(),
        superseded.bucket().number(),
        superseded.number()
    ])?;
    Ok(())
}
