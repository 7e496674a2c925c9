//! Facts in memory, each good for the `access_version` at which it was gathered and for no other.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use fhir::ResourceType;

use crate::access::gather::gather;
use crate::access::{Facts, Whose};
use crate::alias;
use crate::dialect::{Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::ids::PersonKey;

const STATE: &str = "SELECT access_version, type FROM person WHERE bucket = ?1 AND person = ?2";

/// How many shares the memory is in, so that readers rarely wait for each other.
const SHARES: usize = 16;
/// How many people each share holds; a full one is emptied.
const MOST: usize = 4096;
/// How often facts are gathered again that changed meanwhile.
const TRIES: usize = 16;

#[derive(Default)]
pub(crate) struct Known {
    shares: [Mutex<HashMap<PersonKey, Kept>>; SHARES],
}

#[derive(Clone)]
struct Kept {
    /// Everyone of whom it was gathered, with the version of each.
    versions: Arc<[(PersonKey, u64)]>,
    facts: Arc<Facts>,
}

/// Facts of what is in nobody's record yet.
static NOBODYS: LazyLock<Arc<Facts>> = LazyLock::new(Arc::default);

impl Known {
    /// The facts of a record as it stands for this connection. `keep` is false within a transaction that may yet be undone.
    pub(crate) fn facts(
        &self,
        connection: &Connection,
        person: PersonKey,
        keep: bool,
    ) -> Result<Arc<Facts>, RecordError> {
        let Some((version, kind)) = state(connection, person)? else {
            return Ok(Arc::clone(&NOBODYS));
        };
        if kind.name() != "Patient" {
            return Ok(Arc::new(Facts {
                whose: Whose::Unit(kind),
                ..Facts::default()
            }));
        }
        let share = &self.shares[(person.value() % SHARES as u64) as usize];
        let kept = share
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&person)
            .cloned();
        if let Some(kept) = kept
            && holds(connection, &kept, Some((person, version)))?
        {
            return Ok(kept.facts);
        }
        for _ in 0..TRIES {
            let people = alias::read_as_one(connection, person)?;
            let mut versions = Vec::with_capacity(people.len());
            for &each in &people {
                versions.push((each, state(connection, each)?.map_or(0, |(version, _)| version)));
            }
            let kept = Kept {
                versions: versions.into(),
                facts: Arc::new(gather(connection, &people)?),
            };
            // What changed while it was read is read again. Whoever is joined raises the version of one who was there.
            if !holds(connection, &kept, None)? {
                continue;
            }
            if keep {
                let mut share = share.lock().unwrap_or_else(PoisonError::into_inner);
                if share.len() >= MOST {
                    share.clear();
                }
                share.insert(person, kept.clone());
            }
            return Ok(kept.facts);
        }
        Err(RecordError::Busy)
    }
}

/// Whether nothing of what was gathered has changed since; of one the version was just read.
fn holds(connection: &Connection, kept: &Kept, read: Option<(PersonKey, u64)>) -> Result<bool, RecordError> {
    for &(person, gathered) in &*kept.versions {
        let now = match read {
            Some((each, version)) if each == person => version,
            _ => state(connection, person)?.map_or(0, |(version, _)| version),
        };
        if now != gathered {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The access version and the type of a person or unit.
fn state(connection: &Connection, person: PersonKey) -> Result<Option<(u64, ResourceType)>, RecordError> {
    let row: Option<(u64, u16)> = connection
        .statement(STATE)
        .and_then(|mut statement| {
            statement
                .query_row(params![person.bucket().number(), person.number()], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()
        })
        .map_err(|error| engine_error(&error))?;
    row.map(|(version, kind)| Ok((version, crate::reader::candidate::resource_type(kind)?)))
        .transpose()
}
