//! A commit made ready in its caller's thread: ids encoded, bodies compressed, entries packed, so that the one writer
//! does nothing that could be done elsewhere.

use std::collections::HashSet;
use std::sync::Arc;

use fhir::{HomeRule, LocalReference, Prepared, ResourceType, ValueRow};
use tokio::sync::oneshot;

use crate::access::Sight;
use crate::access::known::Known;
use crate::actor::{Actor, Purpose};
use crate::backfill::derive::up_to;
use crate::body::{self, Packed};
use crate::commit::{Change, Commit, Committed, Expected, Idempotency, Lane, MOST_UNITS};
use crate::deed::WholeRecord;
use crate::error::CommitError;
use crate::follow::{DeadChange, Step};
use crate::ids::{Bucket, CommitId, id_bucket, is_id, store_id};
use crate::mark::Marker;
use crate::reader::seen::KNOWN;
use crate::reason::Reason;
use crate::writer::finish;

/// What the writer is sent.
pub(crate) struct Job {
    pub(crate) lane: Lane,
    pub(crate) id: CommitId,
    pub(crate) actor: String,
    pub(crate) role: u16,
    pub(crate) purpose: u16,
    pub(crate) source: String,
    /// Whether its documents are as somebody sent them.
    pub(crate) as_sent: bool,
    /// Whether it may touch more than `MOST_UNITS` people or units.
    pub(crate) many: bool,
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) changes: Vec<JobChange>,
    pub(crate) deed: Option<WholeRecord>,
    pub(crate) step: Option<Step>,
    pub(crate) dead: Option<DeadChange>,
    /// Recognises ids of what was destroyed.
    pub(crate) marker: Marker,
    /// Whose lenses it is decided through.
    pub(crate) sight: Sight,
    pub(crate) known: Arc<Known>,
    pub(crate) reply: oneshot::Sender<Result<Committed, CommitError>>,
}

impl Job {
    /// Every resource that deciding it looks for: what it changes, and in whose record that lives.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &ResourceKey> {
        self.changes.iter().flat_map(|change| {
            let (first, others): (_, &[ResourceKey]) =
                match change.content.as_ref().map(|content| &content.home) {
                    Some(Home::Unit(unit)) => (Some(unit), &[]),
                    Some(Home::People(first, others)) => (Some(first), others),
                    Some(Home::Own) | None => (None, &[]),
                };
            std::iter::once(&change.key).chain(first).chain(others)
        })
    }

    /// Every bucket that it is known to touch before it is decided.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = Bucket> {
        let step = self.step.iter().map(|step| step.bucket);
        let dead = self.dead.iter().map(|change| change.bucket);
        // A destruction reaches into whichever records name the person.
        let destroys = finish::destroys(self.deed.as_ref());
        let all = destroys.then(Bucket::all).into_iter().flatten();
        self.keys()
            .map(|key| key.bucket)
            .chain(step)
            .chain(dead)
            .chain(all)
    }
}

/// One change, encoded.
pub(crate) struct JobChange {
    pub(crate) verb: Verb,
    pub(crate) expected: Expected,
    pub(crate) resource_type: ResourceType,
    pub(crate) id: String,
    pub(crate) key: ResourceKey,
    /// Nothing for a deletion.
    pub(crate) content: Option<Content>,
    /// Why it is moved.
    pub(crate) reason: Option<Reason>,
}

/// What a change asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Create,
    Put,
    Move,
    Delete,
}

/// What a version holds, encoded.
pub(crate) struct Content {
    pub(crate) home: Home,
    pub(crate) body: Packed,
    pub(crate) entry: Vec<u8>,
    /// As the row is to have them.
    pub(crate) labels: u64,
    pub(crate) rows: Vec<ValueRow>,
}

/// In whose record a resource lives.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// It is a person or unit itself.
    Own,
    /// This unit's.
    Unit(ResourceKey),
    /// The first person's; the others have it too.
    People(ResourceKey, Vec<ResourceKey>),
}

/// Type, stored id and the bucket of the id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ResourceKey {
    pub(crate) resource_type: u16,
    pub(crate) id: Vec<u8>,
    pub(crate) bucket: Bucket,
}

impl ResourceKey {
    pub(crate) fn new(resource_type: ResourceType, id: &str) -> ResourceKey {
        ResourceKey {
            resource_type: resource_type.number(),
            id: store_id(id),
            bucket: id_bucket(id),
        }
    }

    fn of(reference: &LocalReference) -> ResourceKey {
        ResourceKey::new(reference.resource_type, &reference.id)
    }
}

/// The bucket where a new resource with this home will live; `None` when it is a new person or unit, which may
/// live in any.
pub(crate) fn bucket_of_home(home: &HomeRule) -> Option<Bucket> {
    match home {
        HomeRule::Person(people) => people.first().map(|person| id_bucket(&person.id)),
        HomeRule::Unit(unit) => unit.as_ref().map(|unit| id_bucket(&unit.id)),
        HomeRule::Itself => None,
    }
}

/// What the opened record puts into every commit.
#[derive(Clone)]
pub(crate) struct Own {
    /// Makes the marks of those destroyed.
    pub(crate) marker: Marker,
    /// Up to which generation of search parameters entries are packed.
    pub(crate) generation: u16,
    pub(crate) known: Arc<Known>,
}

/// Makes a commit ready, with entries of a generation of search parameters. `new_id` makes an id for a resource with a home.
pub(crate) fn make_ready(
    (sight, actor, purpose): (&Sight, &Actor, Purpose),
    commit: Commit,
    id: CommitId,
    own: Own,
    new_id: &dyn Fn(&HomeRule) -> String,
    reply: oneshot::Sender<Result<Committed, CommitError>>,
) -> Result<Job, CommitError> {
    let many = commit.transaction || commit.lane == Lane::Bulk;
    if !many {
        refuse_many_units(&commit.changes)?;
    }
    if commit.changes.is_empty() && commit.deed.is_none() && commit.step.is_none() && commit.dead.is_none() {
        return Err(CommitError::Empty);
    }
    if let Some(step) = &commit.step {
        step.check()?;
    }
    Ok(Job {
        lane: commit.lane,
        id,
        actor: actor.id.clone(),
        role: actor.role.number(),
        purpose: purpose.number(),
        source: commit.source,
        as_sent: commit.as_sent,
        many,
        idempotency: commit.idempotency,
        changes: encode_all(commit.changes, own.generation, new_id)?,
        deed: commit.deed,
        step: commit.step,
        dead: commit.dead,
        marker: own.marker,
        sight: sight.clone(),
        known: own.known,
        reply,
    })
}

/// Refuses what names too many people or units before anything is compressed; what moves away from others is
/// counted when the commit is decided.
fn refuse_many_units(changes: &[Change]) -> Result<(), CommitError> {
    let mut named = HashSet::new();
    let mut unnamed = 0;
    for change in changes {
        let (id, prepared) = match change {
            Change::Create { id, prepared } => (id.as_ref(), prepared),
            Change::Put { id, prepared, .. } | Change::Move { id, prepared, .. } => (Some(id), prepared),
            Change::Delete { .. } => continue,
        };
        let references = match &prepared.home {
            HomeRule::Person(people) => people.as_slice(),
            HomeRule::Unit(Some(unit)) => std::slice::from_ref(unit),
            HomeRule::Unit(None) | HomeRule::Itself => &[],
        };
        named.extend(
            references
                .iter()
                .map(|unit| (unit.resource_type, unit.id.as_str())),
        );
        if references.is_empty() {
            match id {
                Some(id) => {
                    named.insert((prepared.resource_type, id.as_str()));
                }
                None => unnamed += 1,
            }
        }
    }
    let units = named.len() + unnamed;
    if units > MOST_UNITS {
        return Err(CommitError::TooManyUnits {
            units,
            limit: MOST_UNITS,
        });
    }
    Ok(())
}

fn encode_all(
    changes: Vec<Change>,
    generation: u16,
    new_id: &dyn Fn(&HomeRule) -> String,
) -> Result<Vec<JobChange>, CommitError> {
    let alone = changes.len() == 1;
    let mut seen = HashSet::new();
    let mut encoded = Vec::with_capacity(changes.len());
    for change in changes {
        let change = encode(change, generation, new_id)?;
        if !alone && !seen.insert(change.key.clone()) {
            return Err(CommitError::Twice {
                resource_type: change.resource_type,
                id: change.id,
            });
        }
        encoded.push(change);
    }
    Ok(encoded)
}

fn encode(
    change: Change,
    generation: u16,
    new_id: &dyn Fn(&HomeRule) -> String,
) -> Result<JobChange, CommitError> {
    let mut why = None;
    let (verb, resource_type, id, expected, prepared) = match change {
        Change::Create { id, prepared } => {
            let id = id.unwrap_or_else(|| new_id(&prepared.home));
            (
                Verb::Create,
                prepared.resource_type,
                id,
                Expected::Absent,
                Some(prepared),
            )
        }
        Change::Put {
            id,
            prepared,
            expected,
        } => (Verb::Put, prepared.resource_type, id, expected, Some(prepared)),
        Change::Move {
            id,
            prepared,
            expected,
            reason,
        } => {
            why = Some(reason);
            (Verb::Move, prepared.resource_type, id, expected, Some(prepared))
        }
        Change::Delete {
            resource_type,
            id,
            expected,
        } => (Verb::Delete, resource_type, id, expected, None),
    };
    if !is_id(&id) {
        return Err(CommitError::BadId {
            id: id.chars().take(80).collect(),
        });
    }
    let key = ResourceKey::new(resource_type, &id);
    let content = prepared
        .as_ref()
        .map(|prepared| encode_content(prepared, generation))
        .transpose()?;
    Ok(JobChange {
        verb,
        expected,
        resource_type,
        id,
        key,
        content,
        reason: why,
    })
}

fn encode_content(prepared: &Prepared, generation: u16) -> Result<Content, CommitError> {
    let older;
    let index = if generation == fhir::newest_generation() {
        &prepared.index
    } else {
        older = up_to(generation, &prepared.index);
        &older
    };
    Ok(Content {
        body: body::pack(&prepared.body)?,
        entry: fhir::index::pack(index),
        labels: fhir::labels(index) | KNOWN,
        rows: fhir::value_rows(prepared.resource_type, index),
        home: encode_home(&prepared.home),
    })
}

pub(crate) fn encode_home(home: &HomeRule) -> Home {
    match home {
        HomeRule::Person(people) => {
            let mut people = people.iter().map(ResourceKey::of);
            people
                .next()
                .map_or(Home::Own, |first| Home::People(first, people.collect()))
        }
        HomeRule::Unit(Some(unit)) => Home::Unit(ResourceKey::of(unit)),
        HomeRule::Unit(None) | HomeRule::Itself => Home::Own,
    }
}
