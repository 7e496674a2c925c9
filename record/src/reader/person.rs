//! A person's whole record, read as one thing: own resources and those of other records that the person belongs to, and
//! the same of everyone who is read as one with them, whichever of them is asked for.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};

use fhir::{LocalReference, ResourceType};

use crate::access::known;
use crate::access::mutants::is_removed;
use crate::alias;
use crate::bytes::{Reader, Writer};
use crate::deed::Identity;
use crate::dialect::{self, Connection, OptionalExtension, Row, engine_error, params};
use crate::error::{ReadError, RecordError};
use crate::held::{EntryView, PersonRead, SearchPage};
use crate::ids::{Bucket, PersonKey, id_bucket, store_id};
use crate::reader::ask::{Ask, Select};
use crate::reader::candidate::{
    Candidate, ask_ahead_of_current, current, from_row, person_key, resource_type, without_entry,
};
use crate::reader::seen::Eyes;
use crate::sql;
use crate::writer::write::timestamp;

/// Who is read, the feed position, and the current resources.
struct Listed {
    identity: Identity,
    position: (Bucket, u64),
    resources: Vec<Candidate>,
}

impl Ask {
    pub(super) async fn read_person(
        &self,
        patient_id: &str,
        select: &Select<'_>,
    ) -> Result<PersonRead, ReadError> {
        let listed = self.list(patient_id, &OWN).await?;
        let mut selected = Vec::new();
        let mut not_selected: Vec<(ResourceType, u64)> = Vec::new();
        for candidate in listed.resources {
            let view = EntryView {
                resource_type: candidate.resource_type,
                id: candidate.id.clone(),
                version: candidate.version,
                updated: timestamp(candidate.updated),
                entry: &candidate.entry,
            };
            if select(&view) {
                selected.push(candidate);
                continue;
            }
            match not_selected
                .iter_mut()
                .find(|(counted, _)| *counted == candidate.resource_type)
            {
                Some((_, count)) => *count += 1,
                None => not_selected.push((candidate.resource_type, 1)),
            }
        }
        let resources = self.bodies(selected).await?;
        Ok(PersonRead {
            person: listed.identity.survivor,
            identity: listed.identity,
            resources,
            not_selected,
            position: listed.position,
        })
    }

    pub(super) async fn read_everything(
        &self,
        patient_id: &str,
        page: Option<&str>,
        count: usize,
        people: &mut BTreeSet<PersonKey>,
    ) -> Result<SearchPage, ReadError> {
        let bound = self.bound(format!("everything {patient_id} {count}").as_bytes());
        let after = match page {
            None => None,
            Some(token) => Some(
                self.record
                    .tokens()
                    .open(token, &bound)
                    .and_then(|place| load_place(&place))
                    .ok_or(ReadError::BadPage)?,
            ),
        };
        let listed = self.list(patient_id, &PLACES).await?;
        people.extend(listed.identity.people());
        let survivor = listed.identity.survivor;
        let patient = Ask::patient()?;
        let mut resources = listed.resources;
        // The Patient comes first, the survivor's before others, then type by type.
        resources.sort_unstable_by(|one, other| order(one, other, patient, survivor));
        let total = resources.len() as u64;
        if let Some(after) = after {
            let past = resources.partition_point(|candidate| place(candidate, patient, survivor) <= after);
            resources.drain(..past);
        }
        let more = resources.len() > count;
        resources.truncate(count);
        let next = match resources.last() {
            Some(last) if more => Some(
                self.record
                    .tokens()
                    .close(&store_place(&place(last, patient, survivor)), &bound)?,
            ),
            _ => None,
        };
        Ok(SearchPage {
            hits: self.bodies(resources).await?,
            total: Some(total),
            next,
            identities: shown(listed.identity),
        })
    }

    /// Everything of a person, what is theirs as `own` lists it.
    async fn list(&self, patient_id: &str, own: &ListOwn) -> Result<Listed, ReadError> {
        let patient = Ask::patient()?;
        let mut eyes = Eyes::of(self);
        let listed = self
            .record
            .pool()
            .at_once(|connection| {
                let Some(person) = unit_of(connection, patient, patient_id)? else {
                    return Ok(None);
                };
                own.ask_ahead(connection, person)
                    .map_err(|error| engine_error(&error))?;
                let identity = alias::identity(connection, person)?;
                // The position is read first: what is listed has seen at least that much.
                let bucket = identity.survivor.bucket();
                let position = (bucket, position(connection, bucket)?);
                let mut resources = Vec::new();
                for person in identity.people() {
                    resources.extend(own.of(connection, person)?);
                    resources.extend(members(connection, person)?);
                }
                if !identity.joined.is_empty() {
                    // A resource may belong to two of those who are read as one.
                    let mut seen = HashSet::new();
                    resources.retain(|each| seen.insert((each.person, each.resource_type, each.id.clone())));
                }
                let mut shown = Vec::with_capacity(resources.len());
                for each in resources {
                    if eyes.see(connection, &each)? || is_removed("list") {
                        shown.push(each);
                    }
                }
                Ok(Some(Listed {
                    identity,
                    position,
                    resources: shown,
                }))
            })
            .await?
            .ok_or(ReadError::NotFound)?;
        let is_the_patient = |candidate: &Candidate| {
            candidate.resource_type == patient && listed.identity.ids().any(|id| id == candidate.id)
        };
        if !listed.resources.iter().any(is_the_patient) {
            // Referred to but never told of, or deleted: the single read says which.
            self.read_current(patient, patient_id).await?;
            return Err(ReadError::NotFound);
        }
        Ok(listed)
    }
}

/// How a person's own current resources are listed.
struct ListOwn {
    statement: &'static str,
    of_row: fn(&Row<'_>, usize, PersonKey) -> Result<Candidate, RecordError>,
}

/// With their packed entries.
const OWN: ListOwn = ListOwn {
    statement: sql::OF_PERSON,
    of_row: from_row,
};

/// Without them: whoever reads everything has nothing to look for in them.
const PLACES: ListOwn = ListOwn {
    statement: sql::PLACES_OF_PERSON,
    of_row: without_entry,
};

type Place = (bool, bool, u16, u64, String);

/// Who is read as one, where they are more than one.
pub(super) fn shown(identity: Identity) -> Vec<Identity> {
    if identity.joined.is_empty() {
        Vec::new()
    } else {
        vec![identity]
    }
}

fn place(candidate: &Candidate, patient: ResourceType, survivor: PersonKey) -> Place {
    let (other, not_survivor, kind, person) = rank(candidate, patient, survivor);
    (other, not_survivor, kind, person, candidate.id.clone())
}

/// The order of places.
fn order(one: &Candidate, other: &Candidate, patient: ResourceType, survivor: PersonKey) -> Ordering {
    rank(one, patient, survivor)
        .cmp(&rank(other, patient, survivor))
        .then_with(|| one.id.cmp(&other.id))
}

/// A place without the id.
fn rank(candidate: &Candidate, patient: ResourceType, survivor: PersonKey) -> (bool, bool, u16, u64) {
    let is_patient = candidate.resource_type == patient;
    (
        !is_patient,
        is_patient && candidate.person != survivor,
        candidate.resource_type.number(),
        candidate.person.value(),
    )
}

fn store_place(place: &Place) -> Vec<u8> {
    let mut bytes = Writer::default();
    bytes
        .number(u64::from(place.0))
        .number(u64::from(place.1))
        .number(u64::from(place.2))
        .number(place.3)
        .bytes(place.4.as_bytes());
    bytes.0
}

fn load_place(stored: &[u8]) -> Option<Place> {
    let mut bytes = Reader(stored);
    Some((
        bytes.number()? == 1,
        bytes.number()? == 1,
        u16::try_from(bytes.number()?).ok()?,
        bytes.number()?,
        bytes.text()?,
    ))
}

/// Tells that [`unit_of`] will be asked, within a transaction.
pub(super) fn ask_ahead_of_unit(connection: &Connection, unit: &LocalReference) -> Result<(), RecordError> {
    let (bucket, id) = (id_bucket(&unit.id).number(), store_id(&unit.id));
    connection
        .statement(sql::LOCATE)
        .and_then(|mut locate| locate.ask_ahead(params![bucket, unit.resource_type.number(), id]))
        .map_err(|error| engine_error(&error))
}

/// The key of a person or unit, when it has one.
pub(crate) fn unit_of(
    connection: &Connection,
    resource_type: ResourceType,
    id: &str,
) -> Result<Option<PersonKey>, RecordError> {
    let bucket = id_bucket(id);
    let unit: Option<Option<u64>> = connection
        .statement(sql::LOCATE)
        .and_then(|mut statement| {
            statement
                .query_row(
                    params![bucket.number(), resource_type.number(), store_id(id)],
                    |row| row.get(2),
                )
                .optional()
        })
        .map_err(|error| engine_error(&error))?;
    Ok(unit.flatten().map(|number| PersonKey::new(bucket, number)))
}

fn position(connection: &Connection, bucket: Bucket) -> Result<u64, RecordError> {
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

impl ListOwn {
    /// Tells what will be asked of a person: over a network it goes together.
    fn ask_ahead(&self, connection: &Connection, person: PersonKey) -> dialect::Result<()> {
        alias::ask_ahead(connection, person)?;
        known::ask_ahead(connection, person)?;
        ask_ahead_of_members(connection, person)?;
        let bucket = person.bucket().number();
        connection
            .statement(sql::HEAD_POSITION)?
            .ask_ahead(params![bucket])?;
        connection
            .statement(self.statement)?
            .ask_ahead(params![bucket, person.number()])
    }

    fn of(&self, connection: &Connection, person: PersonKey) -> Result<Vec<Candidate>, RecordError> {
        let engine = |error: dialect::Error| engine_error(&error);
        let mut statement = connection.statement(self.statement).map_err(engine)?;
        let mut rows = statement
            .query(params![person.bucket().number(), person.number()])
            .map_err(engine)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(engine)? {
            found.push((self.of_row)(&row, 0, person)?);
        }
        Ok(found)
    }
}

/// Tells that [`members`] will be asked.
pub(super) fn ask_ahead_of_members(connection: &Connection, person: PersonKey) -> dialect::Result<()> {
    let text = if connection.is_of_one_process() {
        sql::MEMBERS
    } else {
        sql::MEMBER_PLACES
    };
    connection
        .statement(text)?
        .ask_ahead(params![person.bucket().number(), person.number()])
}

/// The current resources of other records that the person belongs to; within a transaction.
pub(super) fn members(connection: &Connection, person: PersonKey) -> Result<Vec<Candidate>, RecordError> {
    if connection.is_of_one_process() {
        members_by_one_statement(connection, person)
    } else {
        members_by_place(connection, person)
    }
}

fn members_by_one_statement(
    connection: &Connection,
    person: PersonKey,
) -> Result<Vec<Candidate>, RecordError> {
    let engine = |error: dialect::Error| engine_error(&error);
    let mut statement = connection.statement(sql::MEMBERS).map_err(engine)?;
    let mut rows = statement
        .query(params![person.bucket().number(), person.number()])
        .map_err(engine)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(engine)? {
        let home = person_key(row.get(0).map_err(engine)?, row.get(1).map_err(engine)?)?;
        found.push(from_row(&row, 2, home)?);
    }
    Ok(found)
}

/// A member's home, the number of its type and its id, as they are stored.
type MemberPlace = (u16, u64, u16, Vec<u8>);

/// Where the tables are in parts by bucket: a join over homes in any bucket begins with all of them, and mostly there are none.
fn members_by_place(connection: &Connection, person: PersonKey) -> Result<Vec<Candidate>, RecordError> {
    let places = || -> dialect::Result<Vec<MemberPlace>> {
        connection
            .statement(sql::MEMBER_PLACES)?
            .query_map(params![person.bucket().number(), person.number()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?
            .collect()
    };
    let mut members = Vec::new();
    for (bucket, number, kind, id) in places().map_err(|error| engine_error(&error))? {
        let (home, kind) = (person_key(bucket, number)?, resource_type(kind)?);
        ask_ahead_of_current(connection, home, kind, &id)?;
        members.push((home, kind, id));
    }
    let mut found = Vec::with_capacity(members.len());
    for (home, kind, id) in members {
        found.extend(current(connection, home, kind, &id)?);
    }
    Ok(found)
}
