//! Unusual patterns in who looked: what a privacy officer would want to ask about. Numbers and internal ids, no names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use ::record::audit::{ReadEntry, ReadKind, ReadResult};
use ::record::{PersonKey, Role};
use jiff::{SignedDuration, Timestamp};

use crate::access::may_review;
use crate::{ActionError, Actions, Actor};

/// More people than this in a day, by one reader, is bulk.
const BULK: usize = 60;
/// More readers than this of one person in a day is a crowd, as around somebody well known.
const CROWD: usize = 12;
/// More looks than this that found nothing, by one reader in a day, is trying doors.
const TRYING: u64 = 20;
/// More refused sign-ins than this in a day, at one account or for names that nobody has.
const KNOCKING: u64 = 20;

/// A pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pattern {
    /// One reader opened the records of very many people.
    Bulk,
    /// Very many readers opened the record of one person.
    Crowd,
    /// One reader asked very often for what is not there, or not for them.
    Trying,
    /// Somebody very often could not prove to be the holder of one account.
    Knocking,
}

/// A pattern that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub pattern: Pattern,
    /// The reader's internal id; for a crowd, none.
    pub actor: Option<String>,
    pub role: Option<Role>,
    pub organisation: Option<String>,
    /// The person's Patient id, for a crowd.
    pub patient: Option<String>,
    /// How many people, readers or looks.
    pub count: u64,
}

#[derive(Default)]
struct Counted {
    people: BTreeMap<(String, u16, String), BTreeSet<PersonKey>>,
    readers: BTreeMap<PersonKey, BTreeSet<String>>,
    refused: BTreeMap<(String, u16, String), u64>,
    turned_away: BTreeMap<String, u64>,
}

impl Counted {
    fn take(&mut self, entry: &ReadEntry) {
        let role = Role::from_number(entry.role);
        if entry.is_entrance() {
            if role.is_none() {
                *self.turned_away.entry(entry.actor.clone()).or_default() += 1;
            }
            return;
        }
        // Systems and Sarsen itself read of everybody; they are overseen by what they were granted.
        if matches!(role, Some(Role::System | Role::Development) | None) {
            return;
        }
        let who = (entry.actor.clone(), entry.role, entry.organisation.clone());
        let opened = |kind| matches!(kind, ReadKind::Person | ReadKind::Everything | ReadKind::Read);
        let disclosed = entry
            .reads
            .iter()
            .any(|read| read.result == ReadResult::Disclosed && read.count > 0 && opened(read.kind));
        if disclosed {
            self.people.entry(who).or_default().extend(&entry.people);
            for person in &entry.people {
                self.readers
                    .entry(*person)
                    .or_default()
                    .insert(entry.actor.clone());
            }
        } else if entry.reads.iter().any(|read| read.result == ReadResult::NotFound) {
            *self.refused.entry(who).or_default() += 1;
        }
    }
}

/// Patterns of the day before now, in this server's audit.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but a privacy officer; [`ActionError::Unavailable`].
pub async fn patterns(actions: &Actions, actor: &Actor) -> Result<Vec<Seen>, ActionError> {
    if !may_review(actor) {
        return Err(ActionError::NotFound);
    }
    let from: Timestamp = actions.system_now() - SignedDuration::from_hours(24);
    let counted = Arc::new(Mutex::new(Counted::default()));
    let taking = Arc::clone(&counted);
    actions
        .record
        .reads_since(from, move |entry| {
            taking.lock().unwrap_or_else(PoisonError::into_inner).take(entry);
        })
        .await?;
    let counted = std::mem::take(&mut *counted.lock().unwrap_or_else(PoisonError::into_inner));
    let by = |pattern, (actor, role, organisation): (String, u16, String), count| Seen {
        pattern,
        actor: Some(actor),
        role: Role::from_number(role),
        organisation: (!organisation.is_empty()).then_some(organisation),
        patient: None,
        count,
    };
    let mut seen: Vec<Seen> = counted
        .people
        .into_iter()
        .filter(|(_, people)| people.len() > BULK)
        .map(|(who, people)| by(Pattern::Bulk, who, people.len() as u64))
        .collect();
    seen.extend(
        counted
            .refused
            .into_iter()
            .filter(|(_, times)| *times > TRYING)
            .map(|(who, times)| by(Pattern::Trying, who, times)),
    );
    seen.extend(
        counted
            .turned_away
            .into_iter()
            .filter(|(_, times)| *times > KNOCKING)
            .map(|(account, times)| by(Pattern::Knocking, (account, 0, String::new()), times)),
    );
    for (person, readers) in counted.readers {
        if readers.len() > CROWD {
            seen.push(Seen {
                pattern: Pattern::Crowd,
                actor: None,
                role: None,
                organisation: None,
                patient: actions.record.patient_of(person).await?,
                count: readers.len() as u64,
            });
        }
    }
    seen.sort_by(|one, other| (one.pattern, other.count).cmp(&(other.pattern, one.count)));
    Ok(seen)
}
