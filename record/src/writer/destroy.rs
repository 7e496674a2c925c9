//! Destroying people's records: deciding it with reads only, and taking away every body, index row and id. What stays
//! are rows without content, so that chain and feed verify. What other people's records say of a destroyed person is
//! theirs and stays; the destroyed person is no longer a member there.

use std::collections::HashSet;

use crate::alias;
use crate::body;
use crate::chain::{self, VersionFacts};
use crate::deed::{Destruction, Refusal};
use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::{CommitError, RecordError};
use crate::feed::log_rows;
use crate::holds;
use crate::ids::{Bucket, CommitId, PersonKey, id_bucket, load_id};
use crate::kind::Kind;
use crate::mark::{MARK, Marker};
use crate::note;
use crate::reader::candidate::resource_type;
use crate::reason::Reason;
use crate::sql;
use crate::values;
use crate::writer::decide::{load_members, store_members};
use crate::writer::job::ResourceKey;
use crate::writer::replay;
use crate::writer::whole::{Between, DeedRow, known, patient};
use crate::writer::write::rows_of_entry;

const CURRENT_OF: &str = "SELECT type, id, seq, deleted, members, entry FROM current
    WHERE bucket = ?1 AND person = ?2";
const HISTORY_OF: &str = "SELECT type, id, log_bucket, seq FROM history WHERE bucket = ?1 AND person = ?2";
const MEMBER_OF: &str =
    "SELECT type, id, home_bucket, home_person FROM member WHERE bucket = ?1 AND person = ?2";
const EMPTY_LOG: &str = "UPDATE log SET id = ?3, body = ?4 WHERE bucket = ?1 AND seq = ?2";
const DELETE_CURRENT_OF: &str = "DELETE FROM current WHERE bucket = ?1 AND person = ?2";
const DELETE_HISTORY_OF: &str = "DELETE FROM history WHERE bucket = ?1 AND person = ?2";
const DELETE_MEMBER_OF: &str = "DELETE FROM member WHERE bucket = ?1 AND person = ?2";
const DELETE_DUE_OF: &str = "DELETE FROM due WHERE bucket = ?1 AND person = ?2";
const DELETE_OUTBOX_OF: &str = "DELETE FROM outbox WHERE bucket = ?1 AND person = ?2";
const DELETE_LOCATOR: &str = "DELETE FROM locator WHERE bucket = ?1 AND type = ?2 AND id = ?3";
const MARK_PERSON: &str =
    "UPDATE person SET id = ?3, access_version = access_version + 1 WHERE bucket = ?1 AND person = ?2";
const MEMBERS_OF: &str =
    "SELECT members FROM current WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4";
const PUT_MEMBERS: &str =
    "UPDATE current SET members = ?5 WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4";
const PERSON_ID: &str = "SELECT id FROM person WHERE bucket = ?1 AND person = ?2";
const INSERT_DESTRUCTION: &str = "INSERT INTO destruction
    (bucket, person, mark, at, ground, first_actor, second_actor, commit_id, versions, finished)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0)";

/// A destruction, decided.
#[derive(Debug)]
pub(crate) struct Destroying {
    people: Vec<Doomed>,
    /// Joins that end with it.
    ties: Vec<Between>,
    ground: Reason,
    first: String,
    second: String,
}

/// A person whose record is to go.
#[derive(Debug)]
struct Doomed {
    person: PersonKey,
    /// The id of the Patient as it is stored, and what will stand in its place.
    id: Vec<u8>,
    mark: Vec<u8>,
    present: Vec<Present>,
    /// Where every version stands in the log, with the mark of its resource.
    versions: Vec<(u16, i64, Vec<u8>)>,
    /// Other people's resources that the person is a member of.
    mentions: Vec<(PersonKey, u16, Vec<u8>)>,
}

/// A current resource of a person whose record is to go.
#[derive(Debug)]
struct Present {
    key: ResourceKey,
    mark: Vec<u8>,
    members: Vec<PersonKey>,
    /// Empty for a deleted one.
    entry: Vec<u8>,
}

/// Decides that the records of these people go, on the word of two.
pub(crate) fn decide(
    connection: &Connection,
    marker: &Marker,
    ids: &[String],
    ground: Reason,
    (first, second): (&str, &str),
) -> Result<Destroying, CommitError> {
    if first == second || first.is_empty() {
        return Err(Refusal::OnePerson.into());
    }
    let mut people = Vec::new();
    for id in ids {
        let person = known(connection, id)?;
        if !people.contains(&person) {
            people.push(person);
        }
    }
    for (&person, id) in people.iter().zip(ids) {
        if holds::of(connection, person)?.is_some() {
            return Err(Refusal::OnHold { id: id.clone() }.into());
        }
        for other in alias::read_as_one(connection, person)? {
            if !people.contains(&other) {
                return Err(Refusal::NotAllNamed { id: id.clone() }.into());
            }
        }
    }
    gather(connection, marker, &people, ground, (first, second))
}

/// Decides that a destruction which was decided before is done again, in a store put back from a backup. Whoever is
/// not who was destroyed (the key was given to somebody else since), or is destroyed already, is left alone.
pub(crate) fn decide_again(
    connection: &Connection,
    marker: &Marker,
    destruction: &Destruction,
) -> Result<Destroying, CommitError> {
    let people: Vec<PersonKey> = match stored_id(connection, destruction.person)? {
        Some(id) if marker.of(patient()?.number(), &id)[1..] == destruction.mark => vec![destruction.person],
        _ => Vec::new(),
    };
    let by = (destruction.first.as_str(), destruction.second.as_str());
    gather(connection, marker, &people, destruction.ground, by)
}

fn gather(
    connection: &Connection,
    marker: &Marker,
    people: &[PersonKey],
    ground: Reason,
    (first, second): (&str, &str),
) -> Result<Destroying, CommitError> {
    let mut ties: Vec<Between> = Vec::new();
    let mut doomed = Vec::new();
    for &person in people {
        for tie in alias::ties_of(connection, person)? {
            if !ties.iter().any(|known| known.superseded == tie.superseded) {
                ties.push(Between {
                    reason: Reason::JoinedInError,
                    ..tie
                });
            }
        }
        doomed.push(Doomed::read(connection, marker, person)?);
    }
    Ok(Destroying {
        people: doomed,
        ties,
        ground,
        first: first.to_owned(),
        second: second.to_owned(),
    })
}

fn stored_id(connection: &Connection, person: PersonKey) -> Result<Option<Vec<u8>>, RecordError> {
    connection
        .statement(PERSON_ID)
        .and_then(|mut statement| {
            statement
                .query_row(params![person.bucket().number(), person.number()], |row| {
                    row.get(0)
                })
                .optional()
        })
        .map_err(|error| engine_error(&error))
}

impl Doomed {
    fn read(connection: &Connection, marker: &Marker, person: PersonKey) -> Result<Doomed, RecordError> {
        let id = stored_id(connection, person)?.ok_or_else(|| RecordError::Corrupt {
            detail: format!("person {} {}: missing", person.bucket().number(), person.number()),
        })?;
        let mut doomed = Doomed {
            person,
            mark: marker.of(patient()?.number(), &id),
            id,
            present: Vec::new(),
            versions: Vec::new(),
            mentions: Vec::new(),
        };
        doomed
            .gather(connection, marker)
            .map_err(|error| engine_error(&error))?;
        Ok(doomed)
    }

    fn gather(&mut self, connection: &Connection, marker: &Marker) -> dialect::Result<()> {
        let (bucket, number) = (self.person.bucket().number(), self.person.number());
        let mut statement = connection.statement(CURRENT_OF)?;
        let mut rows = statement.query(params![bucket, number])?;
        while let Some(row) = rows.next()? {
            let (resource_type, id): (u16, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let mark = marker.of(resource_type, &id);
            self.versions.push((bucket, row.get(2)?, mark.clone()));
            let deleted: bool = row.get(3)?;
            self.present.push(Present {
                key: ResourceKey {
                    resource_type,
                    bucket: load_id(&id).map_or(self.person.bucket(), |id| id_bucket(&id)),
                    id,
                },
                mark,
                members: load_members(row.get_ref(4)?.as_blob()?),
                entry: if deleted { Vec::new() } else { row.get(5)? },
            });
        }
        drop(rows);
        let mut statement = connection.statement(HISTORY_OF)?;
        let mut rows = statement.query(params![bucket, number])?;
        while let Some(row) = rows.next()? {
            let mark = marker.of(row.get(0)?, &row.get::<_, Vec<u8>>(1)?);
            self.versions.push((row.get(2)?, row.get(3)?, mark));
        }
        drop(rows);
        let mut statement = connection.statement(MEMBER_OF)?;
        let mut rows = statement.query(params![bucket, number])?;
        while let Some(row) = rows.next()? {
            let home = PersonKey::new(Bucket::wrapping(row.get(2)?), row.get(3)?);
            self.mentions.push((home, row.get(0)?, row.get(1)?));
        }
        Ok(())
    }

    fn erase(&self, connection: &Connection) -> dialect::Result<()> {
        let (bucket, number) = (self.person.bucket().number(), self.person.number());
        for (log_bucket, seq, mark) in &self.versions {
            empty(connection, *log_bucket, *seq, mark)?;
        }
        for (home, resource_type, id) in &self.mentions {
            leave(connection, self.person, *home, *resource_type, id)?;
        }
        for present in &self.present {
            present.erase(connection, self.person)?;
        }
        for text in [
            DELETE_CURRENT_OF,
            DELETE_HISTORY_OF,
            DELETE_MEMBER_OF,
            DELETE_DUE_OF,
            DELETE_OUTBOX_OF,
        ] {
            connection.statement(text)?.put(params![bucket, number])?;
        }
        connection
            .statement(MARK_PERSON)?
            .put(params![bucket, number, self.mark])?;
        // The id is known to be destroyed also where a Patient never came.
        let Ok(patient) = patient() else { return Ok(()) };
        connection
            .statement(DELETE_LOCATOR)?
            .put(params![bucket, patient.number(), self.id])?;
        put_mark(connection, bucket, patient.number(), &self.mark, Some(number))
    }
}

impl Present {
    fn erase(&self, connection: &Connection, person: PersonKey) -> dialect::Result<()> {
        let key = &self.key;
        if let Ok(resource_type) = resource_type(key.resource_type) {
            for row in rows_of_entry(resource_type, &self.entry) {
                values::delete(connection, person, key, &row)?;
            }
        }
        for member in &self.members {
            connection.statement(sql::DELETE_MEMBER)?.put(params![
                member.bucket().number(),
                member.number(),
                key.resource_type,
                key.id
            ])?;
        }
        let bucket = key.bucket.number();
        connection
            .statement(DELETE_LOCATOR)?
            .put(params![bucket, key.resource_type, key.id])?;
        put_mark(connection, bucket, key.resource_type, &self.mark, None)
    }
}

fn put_mark(
    connection: &Connection,
    bucket: u16,
    resource_type: u16,
    mark: &[u8],
    unit: Option<u64>,
) -> dialect::Result<()> {
    connection.statement(sql::PUT_LOCATOR)?.put(params![
        bucket,
        resource_type,
        mark,
        None::<u16>,
        None::<u64>,
        unit
    ])
}

/// Empties a version in the log; the digest of the whole row stays, so that the chain still proves what stood there.
fn empty(connection: &Connection, bucket: u16, seq: i64, mark: &[u8]) -> dialect::Result<()> {
    let Some(at) = Bucket::new(bucket) else {
        return Ok(());
    };
    for row in log_rows(connection, at, seq, 1)? {
        let digest = match body::destroyed(&row.body) {
            Some(digest) => digest,
            None => chain::row(&VersionFacts {
                person: row.person,
                resource_type: row.resource_type,
                id: &row.id,
                version: row.version,
                at: row.at,
                kind: row.kind,
                digest: body::unpack(&row.body, seq).map_or([0; 32], |encoded| body::digest_of(&encoded)),
            }),
        };
        connection
            .statement(EMPTY_LOG)?
            .put(params![bucket, seq, mark, body::tombstone(&digest)])?;
    }
    Ok(())
}

/// Takes a person out of the members of another's resource.
fn leave(
    connection: &Connection,
    person: PersonKey,
    home: PersonKey,
    resource_type: u16,
    id: &[u8],
) -> dialect::Result<()> {
    let members: Option<Vec<u8>> = connection
        .statement(MEMBERS_OF)?
        .query_row(
            params![home.bucket().number(), home.number(), resource_type, id],
            |row| row.get(0),
        )
        .optional()?;
    let Some(members) = members else { return Ok(()) };
    let mut members = load_members(&members);
    members.retain(|member| *member != person);
    connection.statement(PUT_MEMBERS)?.put(params![
        home.bucket().number(),
        home.number(),
        resource_type,
        id,
        store_members(&members)
    ])
}

impl Destroying {
    /// The buckets whose feed tells of it.
    pub(crate) fn buckets(&self) -> Vec<Bucket> {
        let ties = self.ties.iter().flat_map(|tie| [tie.superseded, tie.survivor]);
        let people = self.people.iter().map(|doomed| doomed.person);
        people.chain(ties).map(PersonKey::bucket).collect()
    }

    /// The rows that it puts into the log of a bucket.
    pub(crate) fn rows(&self, bucket: Bucket) -> Vec<DeedRow> {
        let mut rows: Vec<DeedRow> = self
            .ties
            .iter()
            .flat_map(|tie| tie.rows(Kind::Parted, bucket))
            .collect();
        let Ok(patient) = patient() else { return rows };
        rows.extend(
            self.people
                .iter()
                .filter(|doomed| doomed.person.bucket() == bucket)
                .map(|doomed| DeedRow {
                    person: doomed.person,
                    resource_type: patient.number(),
                    kind: Kind::Destroyed,
                    body: note::Destroyed {
                        ground: self.ground.number(),
                        first: self.first.clone(),
                        second: self.second.clone(),
                        versions: doomed.versions.len() as u64,
                    }
                    .store(),
                }),
        );
        rows
    }

    /// Takes everything away but the rows of the log that were added.
    pub(crate) fn write(&self, connection: &Connection, commit: CommitId, at: i64) -> dialect::Result<()> {
        for tie in &self.ties {
            alias::delete(connection, tie.superseded, tie.survivor)?;
        }
        let mut gone: HashSet<(u16, &[u8])> = HashSet::new();
        for doomed in &self.people {
            doomed.erase(connection)?;
            gone.extend(
                doomed
                    .present
                    .iter()
                    .map(|present| (present.key.resource_type, present.key.id.as_slice())),
            );
            connection.statement(INSERT_DESTRUCTION)?.put(params![
                doomed.person.bucket().number(),
                doomed.person.number(),
                &doomed.mark[doomed.mark.len() - MARK..],
                at,
                self.ground.number(),
                self.first,
                self.second,
                commit.0,
                doomed.versions.len() as u64
            ])?;
        }
        replay::forget(connection, &gone)
    }
}
