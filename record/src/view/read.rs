//! The door through which bodies reach a view: what is current, without lens, without audit, because nobody is shown it.
//!
//! Nothing here is public. A body passes from here into [`View::keep`] and nowhere else, and `cargo xtask check doors`
//! lets only the rooms named there have a view.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use fhir::ResourceType;
use sha2::{Digest, Sha256};

use super::shape::{PersonNow, Unreadable, View};
use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::feed;
use crate::held::Stored;
use crate::ids::{Bucket, PersonKey, store_id};
use crate::kind::Kind;
use crate::reader::bodies;
use crate::reader::candidate::{Candidate, from_row, person_key};
use crate::sql;

/// How long one read may go on, well below the second that no read transaction may last.
const PATIENCE: Duration = Duration::from_millis(150);
/// The most feed entries of one bucket that are looked at in one go.
const ENTRIES: usize = 200;
/// The most people who are read in one go.
const PEOPLE: usize = 500;

const PEOPLE_AFTER: &str =
    "SELECT person FROM person WHERE bucket = ?1 AND person > ?2 ORDER BY person LIMIT ?3";
const SURVIVOR: &str = "SELECT survivor_bucket, survivor_person FROM alias WHERE bucket = ?1 AND person = ?2";

/// Somebody, and what is now to be kept of them.
pub(super) type Read<V> = (PersonKey, Now<V>);

/// What a read of a person gave.
pub(super) enum Now<V: View> {
    /// All that is kept of them; an error leaves the person out.
    Whole(Result<Option<V::Kept>, String>),
    /// What came besides all that is kept already.
    More(V::Kept),
}

/// From where on changes are read, and of whom they may be known already.
pub(super) struct Since {
    /// Buckets with the position reached, and the one up to which people may have been read further than that.
    pub(super) behind: Vec<(Bucket, u64, u64)>,
    /// Single people who were read as the bucket stood at a later position.
    pub(super) ahead: BTreeMap<PersonKey, u64>,
    /// People of whom nothing is kept since something could not be read.
    pub(super) left_out: BTreeSet<PersonKey>,
}

impl Since {
    /// Whether what an entry tells of somebody is surely not kept yet.
    fn is_news(&self, person: PersonKey, known_to: u64, position: u64) -> bool {
        let ahead = self.ahead.get(&person).copied().unwrap_or_default();
        position > known_to.max(ahead) && !self.left_out.contains(&person)
    }
}

/// A resource as a feed entry tells of it: type, id and version.
type Came = (ResourceType, String, u64);

/// The types a view reads: all, and those that an addition is read with when it takes additions.
#[derive(Debug, Clone)]
pub(super) struct Types {
    pub(super) all: Vec<ResourceType>,
    pub(super) with: Option<Vec<ResourceType>>,
}

/// What to do to a copy to bring one bucket further.
pub(super) struct Step<V: View> {
    pub(super) bucket: Bucket,
    /// Where the bucket stands after it.
    pub(super) to: u64,
    /// Where it stood when whole people were read: they may be known up to there.
    pub(super) head: Option<u64>,
    pub(super) people: Vec<Read<V>>,
    /// Entries that could not be read at all.
    pub(super) skipped: u64,
    /// Somebody's record was destroyed: no older snapshot may stay.
    pub(super) destroyed: bool,
}

/// Where a scan goes on: a bucket, and the person after whom.
pub(super) type Place = (Bucket, u64);

/// A stretch of a scan.
pub(super) struct Slice<V: View> {
    pub(super) people: Vec<Read<V>>,
    /// Where each bucket that was begun stood just before: everything after is followed.
    pub(super) begun: Vec<(Bucket, u64)>,
    /// Where each bucket stood of which somebody was read.
    pub(super) heads: Vec<(Bucket, u64)>,
    /// Where to go on; `None` at the end.
    pub(super) next: Option<Place>,
}

/// Scans people on from a place, in one read transaction, as far as one short read goes.
pub(super) fn scan<V: View>(
    connection: &Connection,
    types: &Types,
    from: Place,
) -> Result<Slice<V>, RecordError> {
    let began = Instant::now();
    let mut slice = Slice {
        people: Vec::new(),
        begun: Vec::new(),
        heads: Vec::new(),
        next: None,
    };
    let (mut bucket, mut after) = from;
    loop {
        let head = head(connection, bucket)?;
        slice.heads.push((bucket, head));
        if after == 0 {
            slice.begun.push((bucket, head));
        }
        let people = people_after(connection, bucket, after)?;
        let whole = people.len() < PEOPLE;
        for number in people {
            if began.elapsed() > PATIENCE || slice.people.len() >= PEOPLE {
                slice.next = Some((bucket, after));
                return Ok(slice);
            }
            let key = PersonKey::new(bucket, number);
            slice.people.push(person::<V>(connection, types, key)?);
            after = number;
        }
        if whole {
            let Some(next) = Bucket::new(bucket.number() + 1) else {
                return Ok(slice);
            };
            (bucket, after) = (next, 0);
            if began.elapsed() > PATIENCE {
                slice.next = Some((bucket, after));
                return Ok(slice);
            }
        }
    }
}

fn head(connection: &Connection, bucket: Bucket) -> Result<u64, RecordError> {
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

fn people_after(connection: &Connection, bucket: Bucket, after: u64) -> Result<Vec<u64>, RecordError> {
    connection
        .statement(PEOPLE_AFTER)
        .and_then(|mut statement| {
            statement
                .query_map(params![bucket.number(), after, PEOPLE as i64], |row| row.get(0))?
                .collect()
        })
        .map_err(|error| engine_error(&error))
}

/// What changed after the positions given: people as they are now, bucket by bucket, as far as one short read goes.
pub(super) fn changed_since<V: View>(
    connection: &Connection,
    types: &Types,
    since: &Since,
) -> Result<Vec<Step<V>>, RecordError> {
    let began = Instant::now();
    let mut steps = Vec::new();
    let mut read = 0;
    for &(bucket, after, known_to) in &since.behind {
        let step = step(connection, types, since, (bucket, after, known_to))?;
        read += step.people.len();
        steps.push(step);
        if began.elapsed() > PATIENCE || read > PEOPLE {
            break;
        }
    }
    Ok(steps)
}

fn step<V: View>(
    connection: &Connection,
    types: &Types,
    since: &Since,
    (bucket, after, known_to): (Bucket, u64, u64),
) -> Result<Step<V>, RecordError> {
    let mut step = Step {
        bucket,
        to: after,
        head: None,
        people: Vec::new(),
        skipped: 0,
        destroyed: false,
    };
    let entries = match feed::read(connection, bucket, after, ENTRIES) {
        // One entry is damaged: go as far as it, and past it, one by one.
        Err(RecordError::Corrupt { .. }) => {
            let (entry, skipped) = match feed::read(connection, bucket, after, 1) {
                Err(RecordError::Corrupt { .. }) => (Vec::new(), 1),
                entry => (entry?, 0),
            };
            step.skipped = skipped;
            step.to += skipped;
            entry
        }
        entries => entries?,
    };
    // Of whom only additions are told, with those; of everybody else `None`.
    let mut touched: BTreeMap<PersonKey, Option<Vec<Came>>> = BTreeMap::new();
    for entry in entries {
        step.to = entry.position;
        for change in entry.changes {
            let of_the_person = matches!(change.kind, Kind::Joined | Kind::Parted | Kind::Destroyed);
            step.destroyed |= change.kind == Kind::Destroyed;
            if !of_the_person && !types.all.contains(&change.resource_type) {
                continue;
            }
            let adds = change.kind == Kind::Created
                && since.is_news(change.person, known_to, entry.position)
                && types
                    .with
                    .as_ref()
                    .is_some_and(|with| !with.contains(&change.resource_type));
            let more = touched.entry(change.person).or_insert_with(|| Some(Vec::new()));
            if !adds {
                *more = None;
            } else if let Some(more) = more {
                more.push((change.resource_type, change.id, change.version));
            }
        }
        if touched.len() > PEOPLE {
            break;
        }
    }
    for (key, came) in touched {
        let more = match came {
            Some(came) => more::<V>(connection, types, key, &came)?,
            None => None,
        };
        step.people.push(match more {
            Some(more) => (key, Now::More(more)),
            None => {
                if step.head.is_none() && types.with.is_some() {
                    step.head = Some(head(connection, bucket)?);
                }
                person::<V>(connection, types, key)?
            }
        });
    }
    Ok(step)
}

/// What is kept of what came to a person; `None` when the whole person must be read: something of it is no longer as it
/// came, or the view asks for them.
fn more<V: View>(
    connection: &Connection,
    types: &Types,
    key: PersonKey,
    came: &[Came],
) -> Result<Option<V::Kept>, RecordError> {
    let mut candidates = of_types(connection, types.with.as_deref().unwrap_or_default(), key)?;
    for (resource_type, id, version) in came {
        match current(connection, key, *resource_type, id)? {
            Some(candidate) if candidate.version == *version => candidates.push(candidate),
            _ => return Ok(None),
        }
    }
    in_order(&mut candidates);
    let resources = match bodies::stored(connection, candidates) {
        Err(RecordError::Corrupt { .. }) => return Ok(None),
        resources => resources?,
    };
    let now = PersonNow {
        person: key,
        survivor: survivor(connection, key)?,
        resources: &resources,
    };
    // Whoever reads the whole person instead finds the fault again, and tells of it.
    Ok(catch_unwind(AssertUnwindSafe(|| V::keep_more(&now))).unwrap_or_default())
}

/// A resource of a person as it stands, if it does.
fn current(
    connection: &Connection,
    key: PersonKey,
    resource_type: ResourceType,
    id: &str,
) -> Result<Option<Candidate>, RecordError> {
    let place = params![
        key.bucket().number(),
        key.number(),
        resource_type.number(),
        store_id(id)
    ];
    let found = connection
        .statement(sql::CURRENT_ENTRY)
        .and_then(|mut statement| {
            let row = statement.query_row(place, |row| {
                let candidate = Candidate {
                    person: key,
                    resource_type,
                    id: id.to_owned(),
                    version: row.get(0)?,
                    seq: row.get(1)?,
                    updated: row.get(2)?,
                    labels: row.get(4)?,
                    entry: Vec::new(),
                };
                Ok((candidate, row.get::<_, bool>(3)?))
            });
            row.optional()
        })
        .map_err(|error| engine_error(&error))?;
    Ok(found.and_then(|(candidate, deleted)| (!deleted).then_some(candidate)))
}

/// Reads what a person has now and lets the view say what it keeps of it. What is damaged is told with the person; a
/// store that fails is an error of the whole read.
fn person<V: View>(connection: &Connection, types: &Types, key: PersonKey) -> Result<Read<V>, RecordError> {
    let resources = match resources(connection, &types.all, key) {
        Err(error @ RecordError::Corrupt { .. }) => return Ok((key, Now::Whole(Err(error.to_string())))),
        resources => resources?,
    };
    if resources.is_empty() {
        return Ok((key, Now::Whole(Ok(None))));
    }
    let now = PersonNow {
        person: key,
        survivor: survivor(connection, key)?,
        resources: &resources,
    };
    // A fault in the view's code costs it this person, and it says so; it must not end the view without a word.
    let kept = catch_unwind(AssertUnwindSafe(|| V::keep(&now)));
    let kept = kept.unwrap_or(Err(Unreadable("a fault in the view's code")));
    Ok((key, Now::Whole(kept.map_err(|error| error.to_string()))))
}

fn resources(
    connection: &Connection,
    types: &[ResourceType],
    key: PersonKey,
) -> Result<Vec<Stored>, RecordError> {
    let mut found = of_types(connection, types, key)?;
    in_order(&mut found);
    bodies::stored(connection, found)
}

/// By type and id.
fn in_order(candidates: &mut [Candidate]) {
    candidates.sort_unstable_by(|one, other| {
        (one.resource_type.number(), &one.id).cmp(&(other.resource_type.number(), &other.id))
    });
}

/// Everything of these types that a person has now.
fn of_types(
    connection: &Connection,
    types: &[ResourceType],
    key: PersonKey,
) -> Result<Vec<Candidate>, RecordError> {
    let engine = |error: dialect::Error| engine_error(&error);
    let mut found = Vec::new();
    for kind in types {
        let mut statement = connection.statement(sql::OF_PERSON_AND_TYPE).map_err(engine)?;
        let mut rows = statement
            .query(params![key.bucket().number(), key.number(), kind.number()])
            .map_err(engine)?;
        while let Some(row) = rows.next().map_err(engine)? {
            found.push(from_row(&row, 0, key)?);
        }
    }
    Ok(found)
}

fn survivor(connection: &Connection, key: PersonKey) -> Result<Option<PersonKey>, RecordError> {
    let row: Option<(u16, u64)> = connection
        .statement(SURVIVOR)
        .and_then(|mut statement| {
            statement
                .query_row(params![key.bucket().number(), key.number()], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()
        })
        .map_err(|error| engine_error(&error))?;
    row.map(|(bucket, number)| person_key(bucket, number)).transpose()
}

/// A digest over the feed's chain at these positions: it fits this store's past and no other's. `None` when the feed does
/// not reach as far.
pub(super) fn chains(
    connection: &Connection,
    positions: &[(Bucket, u64)],
) -> Result<Option<[u8; 32]>, RecordError> {
    let mut digest = Sha256::new();
    for &(bucket, position) in positions.iter().filter(|(_, position)| *position > 0) {
        let rows = feed::rows(connection, bucket, position - 1, 1).map_err(|error| engine_error(&error))?;
        let Some(row) = rows.first().filter(|row| row.position == position) else {
            return Ok(None);
        };
        digest.update(bucket.number().to_be_bytes());
        digest.update(position.to_be_bytes());
        digest.update(row.chain);
    }
    Ok(Some(digest.finalize().into()))
}

/// When the oldest entry after these positions was kept, in microseconds since 1970.
pub(super) fn oldest_after(
    connection: &Connection,
    behind: &[(Bucket, u64)],
) -> Result<Option<i64>, RecordError> {
    let mut oldest = None;
    for &(bucket, after) in behind {
        let rows = feed::rows(connection, bucket, after, 1).map_err(|error| engine_error(&error))?;
        let at = rows.first().map(|row| row.at);
        oldest = match (oldest, at) {
            (Some(one), Some(other)) => Some(i64::min(one, other)),
            (one, other) => one.or(other),
        };
    }
    Ok(oldest)
}
