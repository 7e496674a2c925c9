//! Unusual patterns in who looked: what a privacy officer would want to ask about. Numbers and internal ids, no names.
//!
//! Made from this process's audit of the last day every quarter of an hour, for the privacy office's inbox (`sightings.rs`), and when an
//! officer asks for it; their page shows what was found last. `relations.rs` says how a reader stands to whom they looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use ::record::audit::{ReadEntry, ReadKind, ReadResult};
use ::record::{PersonKey, Role};
use jiff::{SignedDuration, Timestamp};

use super::relations::{self, People};
use crate::access::{may_review, reasons_lately};
use crate::{ActionError, Actions, Actor};

/// More people than this in a day, by one reader, is bulk.
const BULK: usize = 60;
/// More readers than this of one person in a day is a crowd, as around somebody well known.
const CROWD: usize = 12;
/// More looks than this that found nothing, by one reader in a day, is trying doors.
const TRYING: u64 = 20;
/// More refused sign-ins than this in a day, at one account or for names that nobody has.
const KNOCKING: u64 = 20;

/// A pattern. Its code is kept in the inbox's tasks: add, never rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pattern {
    /// A reader looked at somebody of their own family: one's record names the other as a relation, by NHS number.
    Family,
    /// A reader looked at somebody who lives at their own address.
    Household,
    /// A reader looked at somebody who works for the organisation that they acted for.
    Colleague,
    /// A reader looked at somebody of their own postcode, and not of their household. A postcode is about fifteen homes. Never of
    /// somebody with a restricted address: that would tell about where they live (safety rule 17).
    Neighbour,
    /// A reader looked at somebody whose record says that many know them (v3-ActCode CEL).
    WellKnown,
    /// One reader opened the records of very many people.
    Bulk,
    /// Very many readers opened the record of one person.
    Crowd,
    /// One reader asked very often for what is not there, or not for them.
    Trying,
    /// Somebody very often could not prove to be the holder of one account.
    Knocking,
}

impl Pattern {
    /// Every pattern.
    pub const ALL: [Pattern; 9] = [
        Pattern::Family,
        Pattern::Household,
        Pattern::Colleague,
        Pattern::Neighbour,
        Pattern::WellKnown,
        Pattern::Bulk,
        Pattern::Crowd,
        Pattern::Trying,
        Pattern::Knocking,
    ];

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Pattern::Family => "family",
            Pattern::Household => "household",
            Pattern::Colleague => "colleague",
            Pattern::Neighbour => "neighbour",
            Pattern::WellKnown => "well-known",
            Pattern::Bulk => "bulk",
            Pattern::Crowd => "crowd",
            Pattern::Trying => "trying",
            Pattern::Knocking => "knocking",
        }
    }
}

/// A pattern that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub pattern: Pattern,
    /// The reader's internal id; for a crowd, none.
    pub actor: Option<String>,
    pub role: Option<Role>,
    pub organisation: Option<String>,
    /// The person, where it is about one: of records that were joined, the survivor.
    pub person: Option<PersonKey>,
    /// Their Patient id.
    pub patient: Option<String>,
    /// How many people, readers or looks.
    pub count: u64,
    /// When it was last so.
    pub last: Timestamp,
    /// The reader opened this record with a reason in these days: that is in the inbox itself.
    pub with_reason: bool,
}

/// What was found when this process's audit was last looked through.
#[derive(Debug, Clone, Default)]
pub(crate) struct LastFound(Arc<Mutex<Option<Patterns>>>);

impl LastFound {
    /// Keeps what was found, unless something newer is kept.
    fn keep(&self, found: Patterns) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|kept| kept.as_of <= found.as_of) {
            *kept = Some(found);
        }
    }

    fn get(&self) -> Option<Patterns> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The patterns of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patterns {
    /// The moment up to which the audit was looked through.
    pub as_of: Timestamp,
    pub seen: Vec<Seen>,
}

/// Who looked: internal id, number of the role, organisation.
pub(super) type Who = (String, u16, String);

/// When it was so (microseconds). One entry may name a person under several keys that were joined: it is one look.
#[derive(Debug, Default, Clone)]
pub(super) struct Times(BTreeSet<i64>);

impl Times {
    fn add(&mut self, at: i64) {
        self.0.insert(at);
    }

    pub(super) fn extend(&mut self, other: Times) {
        self.0.extend(other.0);
    }

    pub(super) fn count(&self) -> u64 {
        self.0.len() as u64
    }

    pub(super) fn last(&self) -> Timestamp {
        moment(self.0.last().copied().unwrap_or_default())
    }
}

#[derive(Default)]
struct Counted {
    people: BTreeMap<Who, (BTreeSet<PersonKey>, i64)>,
    readers: BTreeMap<PersonKey, (BTreeSet<String>, i64)>,
    /// Looks of one member of staff at one person.
    pairs: BTreeMap<(Who, PersonKey), Times>,
    /// How often, and when for the last time.
    refused: BTreeMap<Who, (u64, i64)>,
    turned_away: BTreeMap<String, (u64, i64)>,
}

impl Counted {
    fn take(&mut self, entry: &ReadEntry) {
        let role = Role::from_number(entry.role);
        if entry.is_entrance() {
            if role.is_none() {
                once_more(self.turned_away.entry(entry.actor.clone()).or_default(), entry.at);
            }
            return;
        }
        // Systems and Sarsen itself read of everybody; they are overseen by what they were granted.
        let Some(role) = role.filter(|role| !matches!(role, Role::System | Role::Development)) else {
            return;
        };
        let who = (entry.actor.clone(), entry.role, entry.organisation.clone());
        if opened(entry) {
            for person in &entry.people {
                let readers = self.readers.entry(*person).or_default();
                readers.0.insert(entry.actor.clone());
                readers.1 = readers.1.max(entry.at);
                // At home somebody looks at their own record and at those of whom they act for.
                if role != Role::Citizen {
                    self.pairs
                        .entry((who.clone(), *person))
                        .or_default()
                        .add(entry.at);
                }
            }
            let people = self.people.entry(who).or_default();
            people.0.extend(&entry.people);
            people.1 = people.1.max(entry.at);
        } else if entry.reads.iter().any(|read| read.result == ReadResult::NotFound) {
            once_more(self.refused.entry(who).or_default(), entry.at);
        }
    }
}

fn once_more((count, last): &mut (u64, i64), at: i64) {
    *count += 1;
    *last = (*last).max(at);
}

/// Whether something of a record was shown, who it is being something too.
fn opened(entry: &ReadEntry) -> bool {
    let opens = |kind| matches!(kind, ReadKind::Person | ReadKind::Everything | ReadKind::Read);
    entry
        .reads
        .iter()
        .any(|read| read.result == ReadResult::Disclosed && read.count > 0 && opens(read.kind))
}

/// Patterns of a day in this server's audit as it was last looked through, and beside each whether its reader gave a reason; none when it was
/// not looked through yet. The audit itself is not read.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but a privacy officer; [`ActionError::Unavailable`].
pub async fn patterns(actions: &Actions, actor: &Actor) -> Result<Option<Patterns>, ActionError> {
    if !may_review(actor) {
        return Err(ActionError::NotFound);
    }
    let Some(Patterns { as_of, seen }) = actions.last_found.get() else {
        return Ok(None);
    };
    let mut all = Vec::new();
    let mut people = People::default();
    let reasons = reasons_lately(actions, actor).await?;
    for mut seen in seen {
        // Since it was found, records may have been joined or destroyed.
        if let Some(key) = seen.person {
            seen.patient = people.known(actions, key).await?.map(|known| known.patient);
        }
        // Of their own record nobody is told who looked.
        if relations::is_own(actions, actor, seen.patient.as_deref()).await? {
            continue;
        }
        seen.with_reason = match (&seen.actor, &seen.patient) {
            (Some(reader), Some(patient)) => reasons.cover(reader, patient),
            _ => false,
        };
        all.push(seen);
    }
    Ok(Some(Patterns { as_of, seen: all }))
}

/// Looks through this server's audit of the day before now, asking nobody, and keeps what was found for the privacy office's page.
pub(super) async fn look_through(actions: &Actions) -> Result<Vec<Seen>, ActionError> {
    let as_of = actions.system_now();
    let seen = seen(actions, as_of - SignedDuration::from_hours(24)).await?;
    actions.last_found.keep(Patterns {
        as_of,
        seen: seen.clone(),
    });
    Ok(seen)
}

async fn seen(actions: &Actions, from: Timestamp) -> Result<Vec<Seen>, ActionError> {
    let counted = Arc::new(Mutex::new(Counted::default()));
    let taking = Arc::clone(&counted);
    actions
        .record
        .reads_since(from, move |entry| {
            taking.lock().unwrap_or_else(PoisonError::into_inner).take(entry);
        })
        .await?;
    let counted = std::mem::take(&mut *counted.lock().unwrap_or_else(PoisonError::into_inner));
    let mut people = People::default();
    let mut seen = relations::of(actions, &mut people, counted.pairs).await?;
    let by = |pattern, (actor, role, organisation): Who, count, last| Seen {
        pattern,
        actor: Some(actor),
        role: Role::from_number(role),
        organisation: (!organisation.is_empty()).then_some(organisation),
        person: None,
        patient: None,
        count,
        last: moment(last),
        with_reason: false,
    };
    for (who, (keys, last)) in counted.people {
        if keys.len() > BULK {
            // Records that were joined are one person.
            let mut distinct = BTreeSet::new();
            for key in keys {
                distinct.insert(people.known(actions, key).await?.map_or(key, |known| known.key));
            }
            if distinct.len() > BULK {
                seen.push(by(Pattern::Bulk, who, distinct.len() as u64, last));
            }
        }
    }
    seen.extend(
        counted
            .refused
            .into_iter()
            .filter(|(_, (times, _))| *times > TRYING)
            .map(|(who, (times, last))| by(Pattern::Trying, who, times, last)),
    );
    seen.extend(
        counted
            .turned_away
            .into_iter()
            .filter(|(_, (times, _))| *times > KNOCKING)
            .map(|(account, (times, last))| by(Pattern::Knocking, (account, 0, String::new()), times, last)),
    );
    let mut readers: BTreeMap<PersonKey, (BTreeSet<String>, i64)> = BTreeMap::new();
    for (key, (actors, last)) in counted.readers {
        let key = people.known(actions, key).await?.map_or(key, |known| known.key);
        let one = readers.entry(key).or_default();
        one.0.extend(actors);
        one.1 = one.1.max(last);
    }
    for (key, (actors, last)) in readers {
        if actors.len() > CROWD {
            seen.push(Seen {
                pattern: Pattern::Crowd,
                actor: None,
                role: None,
                organisation: None,
                person: Some(key),
                patient: actions.record.patient_of(key).await?,
                count: actors.len() as u64,
                last: moment(last),
                with_reason: false,
            });
        }
    }
    seen.sort_by(|one, other| (one.pattern, other.count).cmp(&(other.pattern, one.count)));
    Ok(seen)
}

/// A moment of the audit.
fn moment(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}
