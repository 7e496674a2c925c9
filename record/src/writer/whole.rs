//! Deeds on whole records: deciding them with reads only, and writing what was decided. A join or parting writes one
//! row in the log of each of the two people, and the rows of `alias`; no fact moves.

use fhir::ResourceType;

use crate::alias::{self, Alias};
use crate::body::Packed;
use crate::deed::{MOST_JOINED, Refusal, WholeRecord};
use crate::dialect::{self, Connection, engine_error, params};
use crate::error::{CommitError, RecordError};
use crate::ids::{Bucket, CommitId, PersonKey};
use crate::kind::Kind;
use crate::note::Tie;
use crate::reader::person::unit_of;
use crate::reason::{Deed, Reason};
use crate::sql;

/// A deed, decided.
#[derive(Debug)]
pub(crate) enum Planned {
    /// `superseded` is read with `survivor` from here on.
    Join(Between),
    /// It no longer is.
    Part(Between),
}

/// Two people.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Between {
    pub(crate) superseded: PersonKey,
    pub(crate) survivor: PersonKey,
    pub(crate) reason: Reason,
    pub(crate) resource_type: u16,
}

/// One row that a deed puts into the log.
pub(crate) struct DeedRow {
    pub(crate) person: PersonKey,
    pub(crate) resource_type: u16,
    pub(crate) kind: Kind,
    pub(crate) body: Packed,
}

/// The type of people.
pub(crate) fn patient() -> Result<ResourceType, RecordError> {
    ResourceType::from_name("Patient").ok_or_else(|| RecordError::Engine {
        detail: "no type Patient".to_owned(),
    })
}

/// Decides a deed.
pub(crate) fn decide(connection: &Connection, deed: &WholeRecord) -> Result<Planned, CommitError> {
    match deed {
        WholeRecord::Join {
            superseded,
            survivor,
            reason,
        } => {
            check_reason(*reason, Deed::Join)?;
            join(connection, superseded, survivor, *reason).map(Planned::Join)
        }
        WholeRecord::Part { superseded, reason } => {
            check_reason(*reason, Deed::Part)?;
            let person = known(connection, superseded)?;
            let alias = alias::of(connection, person)?.ok_or_else(|| Refusal::NotJoined {
                id: superseded.clone(),
            })?;
            Ok(Planned::Part(Between {
                superseded: person,
                survivor: alias.survivor,
                reason: *reason,
                resource_type: patient()?.number(),
            }))
        }
    }
}

fn join(
    connection: &Connection,
    superseded: &str,
    survivor: &str,
    reason: Reason,
) -> Result<Between, CommitError> {
    if superseded == survivor {
        return Err(Refusal::Itself.into());
    }
    let between = Between {
        superseded: known(connection, superseded)?,
        survivor: present(connection, survivor)?,
        reason,
        resource_type: patient()?.number(),
    };
    if alias::of(connection, between.superseded)?.is_some() {
        return Err(Refusal::Superseded {
            id: superseded.to_owned(),
        }
        .into());
    }
    if alias::of(connection, between.survivor)?.is_some() {
        return Err(Refusal::SurvivorSuperseded {
            id: survivor.to_owned(),
        }
        .into());
    }
    let people = alias::with_joined(connection, between.superseded)?.len()
        + alias::with_joined(connection, between.survivor)?.len();
    if people > MOST_JOINED {
        return Err(Refusal::TooMany { people }.into());
    }
    Ok(between)
}

pub(crate) fn check_reason(reason: Reason, deed: Deed) -> Result<(), CommitError> {
    if reason.deed() == deed {
        return Ok(());
    }
    let deed = deed.code();
    Err(Refusal::Reason { reason, deed }.into())
}

/// The key of a person of whom at least a fact is on record.
fn known(connection: &Connection, id: &str) -> Result<PersonKey, CommitError> {
    unit_of(connection, patient()?, id)?.ok_or_else(|| Refusal::Unknown { id: id.to_owned() }.into())
}

/// The key of a person whose Patient is on record and not deleted.
fn present(connection: &Connection, id: &str) -> Result<PersonKey, CommitError> {
    let patient = patient()?;
    let person = known(connection, id)?;
    let stored = crate::ids::store_id(id);
    let held: Option<bool> = connection
        .statement(sql::CURRENT_ENTRY)
        .and_then(|mut statement| {
            let mut rows = statement.query(params![
                person.bucket().number(),
                person.number(),
                patient.number(),
                stored
            ])?;
            rows.next()?.map(|row| row.get::<_, bool>(3)).transpose()
        })
        .map_err(|error| engine_error(&error))?;
    match held {
        Some(false) => Ok(person),
        _ => Err(Refusal::Unknown { id: id.to_owned() }.into()),
    }
}

impl Planned {
    /// The buckets whose feed tells of it.
    pub(crate) fn buckets(&self) -> Vec<Bucket> {
        let (Planned::Join(between) | Planned::Part(between)) = self;
        vec![between.superseded.bucket(), between.survivor.bucket()]
    }

    /// The rows that it puts into the log of a bucket.
    pub(crate) fn rows(&self, bucket: Bucket) -> Vec<DeedRow> {
        let (kind, between) = match self {
            Planned::Join(between) => (Kind::Joined, between),
            Planned::Part(between) => (Kind::Parted, between),
        };
        let tie = |superseded, other| Tie {
            superseded,
            other,
            reason: between.reason,
        };
        [
            (between.superseded, tie(true, between.survivor)),
            (between.survivor, tie(false, between.superseded)),
        ]
        .into_iter()
        .filter(|(person, _)| person.bucket() == bucket)
        .map(|(person, tie)| DeedRow {
            person,
            resource_type: between.resource_type,
            kind,
            body: tie.store(),
        })
        .collect()
    }

    /// Writes what it changes beside the log. Whoever holds a lens for one of the two must get a new one.
    pub(crate) fn write(&self, connection: &Connection, commit: CommitId, at: i64) -> dialect::Result<()> {
        let (Planned::Join(between) | Planned::Part(between)) = self;
        match self {
            Planned::Join(_) => {
                let alias = Alias {
                    survivor: between.survivor,
                    at,
                    reason: between.reason,
                };
                alias::insert(connection, between.superseded, &alias, commit)?;
            }
            Planned::Part(_) => alias::delete(connection, between.superseded, between.survivor)?,
        }
        for person in [between.superseded, between.survivor] {
            connection
                .statement(sql::RAISE_ACCESS)?
                .put(params![person.bucket().number(), person.number()])?;
        }
        Ok(())
    }
}
