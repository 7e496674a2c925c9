//! Deeds on whole records: deciding them with reads only, and writing what was decided. A join or parting writes one
//! row in the log of each of the two people, and the rows of `alias`; no fact moves.

use fhir::ResourceType;

use crate::alias::{self, Alias};
use crate::body::Packed;
use crate::deed::{MOST_JOINED, Refusal, WholeRecord};
use crate::dialect::{self, Connection, engine_error, params};
use crate::error::{CommitError, RecordError};
use crate::holds;
use crate::ids::{Bucket, CommitId, PersonKey};
use crate::kind::Kind;
use crate::note::{self, Tie};
use crate::reader::person::unit_of;
use crate::reason::{Deed, Reason};
use crate::sql;
use crate::writer::destroy::{self, Destroying};
use crate::writer::job::Job;

/// A deed, decided.
#[derive(Debug)]
pub(crate) enum Planned {
    /// `superseded` is read with `survivor` from here on.
    Join(Between),
    /// It no longer is.
    Part(Between),
    /// A person's record may not be destroyed.
    Hold(PersonKey, Reason),
    /// It may be again.
    Release(PersonKey),
    /// People's records go.
    Destroy(Destroying),
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
pub(crate) fn decide(connection: &Connection, job: &Job, deed: &WholeRecord) -> Result<Planned, CommitError> {
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
        WholeRecord::Hold { person, reason } => {
            check_reason(*reason, Deed::Hold)?;
            let key = known(connection, person)?;
            match holds::of(connection, key)? {
                Some(_) => Err(Refusal::HeldAlready { id: person.clone() }.into()),
                None => Ok(Planned::Hold(key, *reason)),
            }
        }
        WholeRecord::Release { person } => {
            let key = known(connection, person)?;
            match holds::of(connection, key)? {
                Some(_) => Ok(Planned::Release(key)),
                None => Err(Refusal::NotHeld { id: person.clone() }.into()),
            }
        }
        WholeRecord::Destroy {
            people,
            ground,
            asked_by,
        } => {
            check_reason(*ground, Deed::Destroy)?;
            if !job.changes.is_empty() {
                return Err(Refusal::NotAlone.into());
            }
            let by = (asked_by.as_str(), job.actor.as_str());
            destroy::decide(connection, &job.marker, people, *ground, by).map(Planned::Destroy)
        }
        WholeRecord::DestroyAgain(destruction) => {
            destroy::decide_again(connection, &job.marker, destruction).map(Planned::Destroy)
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
pub(crate) fn known(connection: &Connection, id: &str) -> Result<PersonKey, CommitError> {
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

impl Between {
    /// The rows of this kind that the two get in a bucket.
    pub(crate) fn rows(&self, kind: Kind, bucket: Bucket) -> Vec<DeedRow> {
        let tie = |superseded, other| Tie {
            superseded,
            other,
            reason: self.reason,
        };
        [
            (self.superseded, tie(true, self.survivor)),
            (self.survivor, tie(false, self.superseded)),
        ]
        .into_iter()
        .filter(|(person, _)| person.bucket() == bucket)
        .map(|(person, tie)| DeedRow {
            person,
            resource_type: self.resource_type,
            kind,
            body: tie.store(),
        })
        .collect()
    }

    /// Whoever holds a lens for one of the two must get a new one.
    fn raise_access(&self, connection: &Connection) -> dialect::Result<()> {
        for person in [self.superseded, self.survivor] {
            connection
                .statement(sql::RAISE_ACCESS)?
                .put(params![person.bucket().number(), person.number()])?;
        }
        Ok(())
    }
}

impl Planned {
    /// The buckets whose feed tells of it.
    pub(crate) fn buckets(&self) -> Vec<Bucket> {
        match self {
            Planned::Join(between) | Planned::Part(between) => {
                vec![between.superseded.bucket(), between.survivor.bucket()]
            }
            Planned::Hold(person, _) | Planned::Release(person) => vec![person.bucket()],
            Planned::Destroy(destroying) => destroying.buckets(),
        }
    }

    /// The rows that it puts into the log of a bucket.
    pub(crate) fn rows(&self, bucket: Bucket) -> Vec<DeedRow> {
        let (person, kind, body) = match self {
            Planned::Join(between) => return between.rows(Kind::Joined, bucket),
            Planned::Part(between) => return between.rows(Kind::Parted, bucket),
            Planned::Destroy(destroying) => return destroying.rows(bucket),
            Planned::Hold(person, reason) => (*person, Kind::Held, note::held(Some(*reason))),
            Planned::Release(person) => (*person, Kind::Released, note::held(None)),
        };
        match patient() {
            Ok(patient) if person.bucket() == bucket => vec![DeedRow {
                person,
                resource_type: patient.number(),
                kind,
                body,
            }],
            _ => Vec::new(),
        }
    }

    /// Writes what it changes beside the log's new rows.
    pub(crate) fn write(
        &self,
        connection: &Connection,
        actor: &str,
        commit: CommitId,
        at: i64,
    ) -> dialect::Result<()> {
        match self {
            Planned::Join(between) => {
                let alias = Alias {
                    survivor: between.survivor,
                    at,
                    reason: between.reason,
                };
                alias::insert(connection, between.superseded, &alias, commit)?;
                between.raise_access(connection)
            }
            Planned::Part(between) => {
                alias::delete(connection, between.superseded, between.survivor)?;
                between.raise_access(connection)
            }
            Planned::Hold(person, reason) => holds::insert(connection, *person, at, *reason, actor),
            Planned::Release(person) => holds::delete(connection, *person),
            Planned::Destroy(destroying) => destroying.write(connection, commit, at),
        }
    }
}
