//! Reading the audit back: itself a read, with lens and audit entry, so that who looked at who looked is known too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use fhir::{LocalReference, ResourceType};
use jiff::Timestamp;

use crate::access::Facts;
use crate::access::mutants::is_removed;
use crate::alias;
use crate::audit::place::beginning;
use crate::audit::trail::{self, Place, Places, Span, Stretch};
use crate::audit::{AuditPlace, ReadEntry, ReadKind, Reader, back};
use crate::dialect::{Connection, engine_error};
use crate::error::{ReadError, RecordError};
use crate::feed::{self, FeedEntry};
use crate::held::Held;
use crate::ids::{Bucket, PersonKey};
use crate::reader::ask::Ask;
use crate::reader::person::unit_of;

/// What an entry of the audit tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// What a commit did in one bucket.
    Change(FeedEntry),
    /// What was read in one request.
    Read(ReadEntry),
}

/// One entry of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// Where it stands.
    pub place: AuditPlace,
    /// What it tells.
    pub fact: Fact,
    /// Everyone it names, by key; a person whom this store does not know (any more) has no name.
    pub people: BTreeMap<PersonKey, Option<Named>>,
}

/// The type and id of a person or unit.
pub type Named = (ResourceType, String);

impl Ask {
    /// One entry of the audit. Of the read audit only entries of this process's data directory are found.
    ///
    /// # Errors
    /// [`ReadError::NotFound`] when nothing stands there, or a failing store.
    pub async fn audited(&mut self, place: AuditPlace) -> Result<Held<Audited>, ReadError> {
        let result = self.read_audited(place).await;
        let people = result
            .iter()
            .flat_map(|audited| audited.people.keys().copied())
            .collect();
        self.note(ReadKind::Read, audit_event()?, people, 1, result)
    }

    /// The audit of these Patients and of everyone who is read as one with any of them, newest first: who changed and who
    /// read their records from `from` until before `until`. A page holds at most `count`, 1–1,000; fewer, even none, do not mean
    /// that there are no more: the token of the next page does, which is bound to the actor, the lens and the question.
    ///
    /// # Errors
    /// [`ReadError::BadPage`] or a failing store.
    pub async fn audit_of(
        &mut self,
        patients: &[LocalReference],
        (from, until): (Option<Timestamp>, Option<Timestamp>),
        page: Option<&str>,
        count: usize,
    ) -> Result<(Held<Vec<Audited>>, Option<String>), ReadError> {
        let span = Span {
            from: from.map_or(i64::MIN, Timestamp::as_microsecond),
            until: until.map_or(i64::MAX, Timestamp::as_microsecond),
        };
        let mut people = BTreeSet::new();
        let result = self
            .read_audit(patients, span, page, count.clamp(1, 1000), &mut people)
            .await;
        let (result, next) = match result {
            Ok((entries, next)) => (Ok(entries), next),
            Err(error) => (Err(error), None),
        };
        let entries = result.iter().flatten();
        people.extend(entries.flat_map(|audited| audited.people.keys()));
        let read = result.as_ref().map_or(0, Vec::len);
        let held = self.note(ReadKind::Search, audit_event()?, people, read, result)?;
        Ok((held, next))
    }

    /// Everyone to whom something of these Patients (or of whoever is read as one with any of them) was shown from `from` until before
    /// `until`, in order of time, as this data directory's audit has it; nobody where the actor may not read of it.
    ///
    /// # Errors
    /// When the read audit cannot be read or is damaged.
    pub async fn readers(
        &mut self,
        patients: &[LocalReference],
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Held<Vec<Reader>>, ReadError> {
        let people: BTreeSet<PersonKey> = self.everyone(patients).await?.into_iter().collect();
        let admitted = self.admit_audit(&people).await?;
        let found = if admitted.is_empty() {
            Vec::new()
        } else {
            self.record.readers_of(&admitted, from, until).await?
        };
        let read = found.len();
        self.note(ReadKind::Search, audit_event()?, people, read, Ok(found))
    }

    /// What one reader was shown or refused from `from` on, newest first, at most `most`, and whether there is more, as this data
    /// directory's audit has it. Those of whom the actor may not read the audit are left out, and entries about nobody else.
    ///
    /// # Errors
    /// When the read audit cannot be read or is damaged.
    pub async fn reads_by(
        &mut self,
        reader: &str,
        from: Timestamp,
        most: usize,
    ) -> Result<(Held<Vec<ReadEntry>>, bool), ReadError> {
        let found = Arc::new(Mutex::new(Vec::new()));
        let (taking, wanted) = (Arc::clone(&found), reader.to_owned());
        self.record
            .reads_since(from, move |entry| {
                if entry.actor == wanted && !entry.is_entrance() {
                    let mut found = taking.lock().unwrap_or_else(PoisonError::into_inner);
                    found.push(entry.clone());
                }
            })
            .await?;
        let mut found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
        found.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        let all: BTreeSet<PersonKey> = found
            .iter()
            .flat_map(|entry| entry.people.iter().copied())
            .collect();
        let admitted: BTreeSet<PersonKey> = self.admit_audit(&all).await?.into_iter().collect();
        found.retain_mut(|entry| {
            let of_nobody = entry.people.is_empty();
            entry.people.retain(|person| admitted.contains(person));
            of_nobody || !entry.people.is_empty()
        });
        let more = found.len() > most;
        found.truncate(most);
        let shown = found.iter().flat_map(|entry| entry.people.iter().copied());
        let admitted: BTreeSet<PersonKey> = shown.collect();
        let read = found.len();
        let held = self.note(ReadKind::Search, audit_event()?, admitted, read, Ok(found))?;
        Ok((held, more))
    }

    /// Notes that the audit was asked for by somebody who may not read it, or by an id that names no place of it: that is an
    /// entry too.
    ///
    /// # Errors
    /// When the type is unknown.
    pub fn audit_refused(&mut self) -> Result<(), ReadError> {
        let refused: Result<(), _> = Err(ReadError::TooCostly(String::new()));
        let _ = self.note(ReadKind::Read, audit_event()?, BTreeSet::new(), 0, refused);
        Ok(())
    }

    async fn read_audited(&self, place: AuditPlace) -> Result<Audited, ReadError> {
        let directory = self.record.directory().to_owned();
        let own = beginning(self.record.process());
        let found = self
            .record
            .pool()
            .apart(move |connection| {
                let fact = match place {
                    AuditPlace::Change { bucket, position } => change_at(connection, bucket, position)?,
                    AuditPlace::Read { process, .. } if process != own => None,
                    AuditPlace::Read { at, .. } => back::at(&directory, at)?.map(Fact::Read),
                };
                fact.map(|fact| audited(connection, place, fact)).transpose()
            })
            .await?;
        let found = found.ok_or(ReadError::NotFound)?;
        // An entry names everyone it is about: whoever may not read of one of them may not read it.
        let all: BTreeSet<PersonKey> = found.people.keys().copied().collect();
        let admitted = self.admit_audit(&all).await?;
        let of_nobody = all.is_empty()
            && self
                .sight
                .judge()
                .lens(&Facts::default())
                .read
                .contains(audit_event()?);
        let shown = of_nobody || (!all.is_empty() && admitted.len() == all.len());
        shown.then_some(found).ok_or(ReadError::NotFound)
    }

    /// Those of these people of whom the actor may read the audit.
    async fn admit_audit(&self, people: &BTreeSet<PersonKey>) -> Result<Vec<PersonKey>, ReadError> {
        let kind = audit_event()?;
        let admitted = self.record.pool().here(|connection| {
            let mut admitted = Vec::with_capacity(people.len());
            for &person in people {
                if self.lens_of(connection, person)?.read.contains(kind) || is_removed("audit") {
                    admitted.push(person);
                }
            }
            Ok(admitted)
        });
        Ok(admitted.await?)
    }

    async fn read_audit(
        &self,
        patients: &[LocalReference],
        span: Span,
        page: Option<&str>,
        count: usize,
        people: &mut BTreeSet<PersonKey>,
    ) -> Result<(Vec<Audited>, Option<String>), ReadError> {
        people.extend(self.everyone(patients).await?);
        let admitted = self.admit_audit(people).await?;
        if admitted.is_empty() {
            return Ok((Vec::new(), None));
        }
        let people = admitted;
        let mut buckets: Vec<Bucket> = people.iter().map(|person| person.bucket()).collect();
        buckets.sort_unstable();
        buckets.dedup();
        let bound = self.bound(format!("audit {people:?} {span:?}").as_bytes());
        let places = match page {
            None => Places::newest(buckets.len() + 1),
            Some(token) => self
                .record
                .tokens()
                .open(token, &bound)
                .and_then(|stored| Places::load(&stored))
                .filter(|places| places.0.len() == buckets.len() + 1)
                .ok_or(ReadError::BadPage)?,
        };
        let directory = self.record.directory().to_owned();
        let process = beginning(self.record.process());
        let (entries, next) = self
            .record
            .pool()
            .apart(move |connection| {
                let stretches = stretches(connection, &directory, &people, &buckets, span, &places, count)?;
                let (taken, next) = trail::merge(stretches, places, count);
                let entries = taken
                    .into_iter()
                    .map(|(source, at, fact)| {
                        let place = match buckets.get(source) {
                            Some(bucket) => AuditPlace::Change {
                                bucket: *bucket,
                                position: at.0,
                            },
                            None => AuditPlace::Read { process, at },
                        };
                        audited(connection, place, fact)
                    })
                    .collect::<Result<Vec<_>, RecordError>>()?;
                Ok((entries, next))
            })
            .await?;
        let next = next
            .map(|places| self.record.tokens().close(&places.store(), &bound))
            .transpose()?;
        Ok((entries, next))
    }

    /// These people and everyone who is read as one with any of them, as far as they are known.
    async fn everyone(&self, patients: &[LocalReference]) -> Result<Vec<PersonKey>, RecordError> {
        self.record
            .pool()
            .at_once(|connection| {
                let mut people = Vec::new();
                for each in patients {
                    if let Some(person) = unit_of(connection, each.resource_type, &each.id)? {
                        people.extend(alias::read_as_one(connection, person)?);
                    }
                }
                Ok(people)
            })
            .await
    }
}

/// A stretch of each source: the feeds of the buckets, then the read audit.
fn stretches(
    connection: &Connection,
    directory: &std::path::Path,
    people: &[PersonKey],
    buckets: &[Bucket],
    span: Span,
    places: &Places,
    count: usize,
) -> Result<Vec<Stretch<Fact>>, RecordError> {
    places
        .0
        .iter()
        .enumerate()
        .map(|(source, before)| match (before, buckets.get(source)) {
            (None, _) => Ok(Stretch::default()),
            (Some(before), Some(bucket)) => trail::changes(connection, *bucket, people, span, *before, count)
                .map(|found| told(found, Fact::Change)),
            (Some(before), None) => {
                back::before(directory, people, span, *before, count).map(|found| told(found, Fact::Read))
            }
        })
        .collect()
}

fn told<T>(stretch: Stretch<T>, tell: impl Fn(T) -> Fact) -> Stretch<Fact> {
    let item = |(place, at, item): (Place, i64, T)| (place, at, tell(item));
    Stretch {
        items: stretch.items.into_iter().map(item).collect(),
        rest: stretch.rest,
    }
}

fn change_at(connection: &Connection, bucket: Bucket, position: u64) -> Result<Option<Fact>, RecordError> {
    let Some(after) = position.checked_sub(1) else {
        return Ok(None);
    };
    // A number that no position can be would not even fit the column.
    if i64::try_from(position).is_err() {
        return Ok(None);
    }
    let rows = feed::rows(connection, bucket, after, 1).map_err(|error| engine_error(&error))?;
    let row = rows.into_iter().find(|row| row.position == position);
    row.map(|row| feed::entry(connection, bucket, row).map(Fact::Change))
        .transpose()
}

/// The entry with the names of those it is about.
fn audited(connection: &Connection, place: AuditPlace, fact: Fact) -> Result<Audited, RecordError> {
    let keys: BTreeSet<PersonKey> = match &fact {
        Fact::Change(entry) => entry
            .changes
            .iter()
            .flat_map(|change| [Some(change.person), change.other])
            .flatten()
            .collect(),
        Fact::Read(entry) => entry.people.clone(),
    };
    let people = keys
        .into_iter()
        .map(|key| Ok((key, alias::name_of(connection, key)?)))
        .collect::<Result<_, RecordError>>()?;
    Ok(Audited { place, fact, people })
}

fn audit_event() -> Result<ResourceType, ReadError> {
    ResourceType::from_name("AuditEvent").ok_or_else(|| {
        RecordError::Engine {
            detail: "no type AuditEvent".to_owned(),
        }
        .into()
    })
}
