//! Facts in memory, each good for the `access_version` at which it was gathered and for no other. Where one process writes to the
//! store, it takes turns with whoever reads: as long as nobody committed, the version need not be asked for again.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use fhir::{LocalReference, ResourceType};

use crate::access::gather::gather;
use crate::access::{Facts, Whose};
use crate::alias;
use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::ids::{PersonKey, id_bucket};
use crate::reader::person::unit_of;
use crate::writer::turn::Turn;

const STATE: &str = "SELECT access_version, type FROM person WHERE bucket = ?1 AND person = ?2";

/// How many shares the memory is in, so that readers rarely wait for each other.
const SHARES: usize = 16;
/// How many people each share holds; a full one is emptied.
const MOST: usize = 4096;
/// How often facts are gathered again that changed meanwhile.
const TRIES: usize = 16;

/// Facts by the id of a Patient, with the turn in which they were found.
type Named = HashMap<String, (u64, Arc<Facts>)>;

#[derive(Default)]
pub(crate) struct Known {
    shares: [Mutex<HashMap<PersonKey, Kept>>; SHARES],
    /// By the id of a Patient, for whoever asks by that; good as long as nobody committed.
    named: [Mutex<Named>; SHARES],
    /// The turn of the one process that writes to the store; none where others write to it too.
    turn: Option<Arc<Turn>>,
}

/// What was gathered of a person within a transaction, to be kept once that is committed.
#[derive(Debug)]
pub(crate) struct Gathered {
    person: PersonKey,
    kept: Kept,
}

#[derive(Debug, Clone)]
struct Kept {
    /// Everyone of whom it was gathered, with the version of each.
    versions: Arc<[(PersonKey, u64)]>,
    facts: Arc<Facts>,
    /// The turn at which the versions were last found to be these.
    turn: Option<u64>,
}

/// Facts of what is in nobody's record yet.
static NOBODYS: LazyLock<Arc<Facts>> = LazyLock::new(Arc::default);

impl Known {
    /// Facts of a store to which this process alone writes, which takes the turns.
    pub(crate) fn by_turns(turn: Arc<Turn>) -> Known {
        Known {
            turn: Some(turn),
            ..Known::default()
        }
    }

    /// The facts of the record that a Patient's id names, when nobody committed since they were read: the engine is not asked.
    pub(crate) fn at_hand(&self, person: &LocalReference) -> Option<Arc<Facts>> {
        let now = self.now()?;
        let named = locked(&self.named[id_share(person)]);
        let (turn, facts) = named.get(&person.id)?;
        (*turn == now && person.resource_type.name() == "Patient").then(|| Arc::clone(facts))
    }

    /// The facts of the record to which a resource belongs that is one of its own; of nobody's where there is none.
    pub(crate) fn of_resource(
        &self,
        connection: &Connection,
        person: &LocalReference,
    ) -> Result<Arc<Facts>, RecordError> {
        let began = self.now();
        let Some(key) = unit_of(connection, person.resource_type, &person.id)? else {
            return Ok(Arc::default());
        };
        let facts = self.facts(connection, key)?;
        if let Some(turn) = began.filter(|_| began == self.now() && connection.is_autocommit())
            && person.resource_type.name() == "Patient"
        {
            let mut named = locked(&self.named[id_share(person)]);
            if named.len() >= MOST {
                named.clear();
            }
            named.insert(person.id.clone(), (turn, Arc::clone(&facts)));
        }
        Ok(facts)
    }

    /// The turn that it is, when nobody commits just now.
    fn now(&self) -> Option<u64> {
        self.turn.as_ref()?.now()
    }

    /// The facts of a record of which the access version and the number of the type were just read.
    pub(crate) fn facts_at(
        &self,
        connection: &Connection,
        person: PersonKey,
        (version, kind): (u64, u16),
    ) -> Result<Arc<Facts>, RecordError> {
        let kind = crate::reader::candidate::resource_type(kind)?;
        self.kept_facts_of(connection, person, Some((version, kind)))
    }

    /// The facts of a record as it stands for this connection.
    pub(crate) fn facts(
        &self,
        connection: &Connection,
        person: PersonKey,
    ) -> Result<Arc<Facts>, RecordError> {
        self.kept_facts_of(connection, person, None)
    }

    /// As [`Known::facts`], within a transaction that may yet be undone: what was gathered for it is kept once that is committed.
    pub(crate) fn facts_within(
        &self,
        connection: &Connection,
        person: PersonKey,
    ) -> Result<(Arc<Facts>, Option<Gathered>), RecordError> {
        let (facts, kept) = self.facts_of(connection, person, None)?;
        Ok((facts, kept.map(|kept| Gathered { person, kept })))
    }

    /// Keeps what was gathered within a transaction that was committed. Where that or another one changed who may see the
    /// person, the version is another and nobody uses it.
    pub(crate) fn keep(&self, gathered: Gathered) {
        let mut share = locked(self.share(gathered.person));
        if share.len() >= MOST {
            share.clear();
        }
        share.insert(gathered.person, gathered.kept);
    }

    fn share(&self, person: PersonKey) -> &Mutex<HashMap<PersonKey, Kept>> {
        &self.shares[(person.value() % SHARES as u64) as usize]
    }

    fn kept_facts_of(
        &self,
        connection: &Connection,
        person: PersonKey,
        read: Option<(u64, ResourceType)>,
    ) -> Result<Arc<Facts>, RecordError> {
        let (facts, kept) = self.facts_of(connection, person, read)?;
        if let Some(kept) = kept {
            self.keep(Gathered { person, kept });
        }
        Ok(facts)
    }

    /// The facts, and what was gathered for them where nothing that is kept was good.
    fn facts_of(
        &self,
        connection: &Connection,
        person: PersonKey,
        read: Option<(u64, ResourceType)>,
    ) -> Result<(Arc<Facts>, Option<Kept>), RecordError> {
        // Whoever reads as of one moment, or in a transaction, is to have what was known at that moment.
        let began = self.now().filter(|_| connection.is_autocommit());
        let share = self.share(person);
        let kept = locked(share).get(&person).cloned();
        if let Some(kept) = &kept
            && began.is_some()
            && kept.turn == began
        {
            return Ok((Arc::clone(&kept.facts), None));
        }
        let now = match read {
            Some(read) => Some(read),
            None => state(connection, person)?,
        };
        let Some((version, kind)) = now else {
            return Ok((Arc::clone(&NOBODYS), None));
        };
        if kind.name() != "Patient" {
            let facts = Facts {
                whose: Whose::Unit(kind),
                ..Facts::default()
            };
            return Ok((Arc::new(facts), None));
        }
        if let Some(kept) = kept
            && holds(connection, &kept, Some((person, version)))?
        {
            if began.is_some()
                && began == self.now()
                && let Some(still) = locked(share).get_mut(&person)
                && Arc::ptr_eq(&still.facts, &kept.facts)
            {
                still.turn = began;
            }
            return Ok((kept.facts, None));
        }
        for _ in 0..TRIES {
            let began = self.now().filter(|_| connection.is_autocommit());
            let people = alias::read_as_one(connection, person)?;
            let mut versions = Vec::with_capacity(people.len());
            for &each in &people {
                versions.push((each, state(connection, each)?.map_or(0, |(version, _)| version)));
            }
            let mut kept = Kept {
                versions: versions.into(),
                facts: Arc::new(gather(connection, &people)?),
                turn: None,
            };
            // What changed while it was read is read again. Whoever is joined raises the version of one who was there.
            if !holds(connection, &kept, None)? {
                continue;
            }
            kept.turn = began.filter(|_| began == self.now());
            return Ok((Arc::clone(&kept.facts), Some(kept)));
        }
        Err(RecordError::Busy)
    }
}

fn locked<T>(share: &Mutex<T>) -> MutexGuard<'_, T> {
    share.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The share of a Patient's id.
fn id_share(person: &LocalReference) -> usize {
    usize::from(id_bucket(&person.id).number()) % SHARES
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

/// Tells that the facts of a record will be asked for.
pub(crate) fn ask_ahead(connection: &Connection, person: PersonKey) -> dialect::Result<()> {
    connection
        .statement(STATE)?
        .ask_ahead(params![person.bucket().number(), person.number()])
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
