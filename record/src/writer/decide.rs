//! Deciding a commit with reads only: versions, existence, homes, idempotency. A refused commit has written nothing.

use std::collections::{BTreeSet, HashMap};

use crate::access::known::Gathered;
use crate::alias;
use crate::commit::{Expected, MOST_UNITS};
use crate::deed::Refusal;
use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::CommitError;
use crate::follow::keep::{self, HeldStep};
use crate::ids::{Bucket, PersonKey};
use crate::kind::Kind;
use crate::mark::Marker;
use crate::options::Fencing;
use crate::reader::candidate::{id_text, resource_type};
use crate::reader::point::is_located;
use crate::reason::Deed;
use crate::sql;
use crate::writer::heads::Heads;
use crate::writer::job::{Content, Home, Job, JobChange, ResourceKey, Verb};
use crate::writer::permit::Permits;
use crate::writer::whole;

/// What the locator says of a resource, and what this commit makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Located {
    /// In whose record it lives.
    pub(crate) home: Option<PersonKey>,
    /// Its own key, when it is a person or unit; it lies in the bucket of the id.
    pub(crate) unit: Option<u64>,
}

/// The present version of a resource.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) home: PersonKey,
    pub(crate) version: u64,
    pub(crate) seq: i64,
    pub(crate) updated: i64,
    pub(crate) deleted: bool,
    pub(crate) labels: u64,
    pub(crate) members: Vec<PersonKey>,
    pub(crate) entry: Vec<u8>,
}

/// One change, decided.
#[derive(Debug)]
pub(crate) struct PlannedChange {
    pub(crate) found: Option<Found>,
    pub(crate) home: PersonKey,
    pub(crate) members: Vec<PersonKey>,
    pub(crate) version: u64,
    pub(crate) kind: Kind,
    /// It leaves a person: its earlier versions stay with them, because they name them.
    pub(crate) leaves_person: bool,
}

impl PlannedChange {
    /// The home it leaves, when it moves.
    pub(crate) fn leaves(&self) -> Option<PersonKey> {
        self.found
            .as_ref()
            .map(|found| found.home)
            .filter(|home| *home != self.home)
    }
}

/// A commit, decided.
#[derive(Debug)]
pub(crate) struct Plan {
    /// In the order of the changes.
    pub(crate) changes: Vec<PlannedChange>,
    /// New keys, in the order in which they are to be allotted.
    pub(crate) allotted: Vec<(ResourceKey, PersonKey)>,
    /// Locator rows to write.
    pub(crate) located: Vec<(ResourceKey, Located)>,
    /// What is done to whole records.
    pub(crate) deed: Option<whole::Planned>,
    /// Buckets whose feed gets an entry, ascending.
    pub(crate) buckets: BTreeSet<Bucket>,
    /// The follower's step, which may be kept.
    pub(crate) step: Option<HeldStep>,
    /// What was found out about people, to be kept in memory once the commit is kept.
    pub(crate) gathered: Vec<Gathered>,
}

/// Decides a commit.
pub(crate) fn decide(
    connection: &Connection,
    heads: &Heads,
    job: &Job,
    fencing: Fencing,
) -> Result<Plan, CommitError> {
    let mut deciding = Deciding {
        connection,
        heads,
        marker: job.marker,
        locations: HashMap::new(),
        allotted: Vec::new(),
        allotted_in: HashMap::new(),
        permits: Permits::of(connection, job),
        as_sent: job.as_sent,
        author: (&job.actor, job.role),
    };
    let deed = match &job.deed {
        Some(deed) => Some(whole::decide(connection, job, deed)?),
        None => None,
    };
    let mut changes = Vec::with_capacity(job.changes.len());
    for change in &job.changes {
        changes.push(deciding.change(change)?);
    }
    let mut units = BTreeSet::new();
    let mut buckets: BTreeSet<Bucket> = deed.iter().flat_map(whole::Planned::buckets).collect();
    for (change, planned) in job.changes.iter().zip(&changes) {
        deciding.place(&change.key, planned.home);
        units.extend([Some(planned.home), planned.leaves()].into_iter().flatten());
        units.extend(&planned.members);
        buckets.extend(
            [Some(planned.home), planned.leaves()]
                .into_iter()
                .flatten()
                .map(PersonKey::bucket),
        );
    }
    if !job.many && units.len() > MOST_UNITS {
        return Err(CommitError::TooManyUnits {
            units: units.len(),
            limit: MOST_UNITS,
        });
    }
    // Last of all: from here on the follower's row is held until the transaction ends.
    let step = match &job.step {
        Some(step) => Some(keep::hold(connection, step, fencing)?),
        None => None,
    };
    let located = deciding
        .locations
        .into_iter()
        .filter(|(_, location)| location.now != location.before)
        .map(|(key, location)| (key, location.now))
        .collect();
    Ok(Plan {
        changes,
        allotted: deciding.allotted,
        located,
        deed,
        buckets,
        step,
        gathered: deciding.permits.gathered(),
    })
}

struct Location {
    before: Located,
    now: Located,
}

struct Deciding<'a> {
    connection: &'a Connection,
    heads: &'a Heads,
    marker: Marker,
    locations: HashMap<ResourceKey, Location>,
    allotted: Vec<(ResourceKey, PersonKey)>,
    /// How many were allotted in each bucket.
    allotted_in: HashMap<Bucket, u64>,
    permits: Permits<'a>,
    /// Whether the documents are as somebody sent them.
    as_sent: bool,
    /// Whoever acts, in which role.
    author: (&'a str, u16),
}

impl Deciding<'_> {
    fn change(&mut self, change: &JobChange) -> Result<PlannedChange, CommitError> {
        let found = self.find(&change.key)?;
        let mut seen = match &found {
            Some(found) => self.permits.sees(change, found)?,
            None => true,
        };
        let sees = seen;
        // What a feed brought it may bring again as it is now, though it reads nothing back.
        if let Some(found) = found.as_ref().filter(|_| !seen) {
            seen = self.is_brought_by_the_actor(change, found)?;
        }
        // What the actor may not know of is answered as if it were not there.
        check_expected(change, found.as_ref().filter(|_| seen))?;
        match &found {
            Some(found) if sees => self.permits.changes(change, found)?,
            Some(found) if seen => self.permits.writes(change.resource_type, found.home, change)?,
            Some(_) => {
                return Err(CommitError::NotFound {
                    resource_type: change.resource_type,
                    id: change.id.clone(),
                });
            }
            None => self.permits.chooses_id(change)?,
        }
        if self.as_sent {
            self.permits.as_sent(change, found.as_ref(), sees)?;
            self.keeps_to_own(change, found.as_ref())?;
        }
        let version = found.as_ref().map_or(0, |found| found.version) + 1;
        let Some(content) = &change.content else {
            let found = found.ok_or_else(|| CommitError::NotFound {
                resource_type: change.resource_type,
                id: change.id.clone(),
            })?;
            return Ok(PlannedChange {
                home: found.home,
                found: Some(found),
                members: Vec::new(),
                version,
                kind: Kind::Deleted,
                leaves_person: false,
            });
        };
        let (home, members) = self.homes(&change.key, content)?;
        self.permits.writes(change.resource_type, home, change)?;
        if self.as_sent {
            self.permits.stays(change, content, home)?;
        }
        if let Some(found) = found.as_ref().filter(|found| found.home != home) {
            self.permits.moves(change, found, self.as_sent)?;
        }
        let kind = match &found {
            Some(found) if found.home != home => Kind::MovedHere,
            Some(found) if !found.deleted => Kind::Updated,
            _ => Kind::Created,
        };
        let leaves_person = match &found {
            Some(found) if found.home != home => {
                alias::named(self.connection, found.home)?.0 == whole::patient()?
            }
            _ => false,
        };
        if let Some(reason) = change.reason {
            whole::check_reason(reason, Deed::Move)?;
            if kind != Kind::MovedHere {
                return Err(Refusal::NotMoved.into());
            }
        }
        Ok(PlannedChange {
            found,
            home,
            members,
            version,
            kind,
            leaves_person,
        })
    }

    fn find(&mut self, key: &ResourceKey) -> Result<Option<Found>, CommitError> {
        let Some(home) = self.locate(key)?.home else {
            return Ok(None);
        };
        let found = self
            .connection
            .statement(sql::CURRENT)
            .and_then(|mut statement| {
                statement
                    .query_row(
                        params![home.bucket().number(), home.number(), key.resource_type, key.id],
                        |row| {
                            Ok(Found {
                                home,
                                version: row.get(0)?,
                                seq: row.get(1)?,
                                deleted: row.get(2)?,
                                members: load_members(row.get_ref(3)?.as_blob()?),
                                entry: row.get(4)?,
                                updated: row.get(5)?,
                                labels: row.get(6)?,
                            })
                        },
                    )
                    .optional()
            })
            .map_err(|error| engine_error(&error))?;
        Ok(found)
    }

    /// Whether the first version was the actor's own, of an actor who chooses ids: whoever does knows that it is there.
    fn is_brought_by_the_actor(&self, change: &JobChange, found: &Found) -> Result<bool, CommitError> {
        Ok(self.permits.chooses_ids() && self.is_begun_by_the_actor(change, found)?)
    }

    /// Of documents as somebody sent them: refuses an actor who changes nothing of others' to change or delete what somebody else wrote. Their
    /// own is what they alone wrote, every version of it: what staff made of it since (a time, a place) is theirs.
    fn keeps_to_own(&self, change: &JobChange, found: Option<&Found>) -> Result<(), CommitError> {
        let Some(found) = found.filter(|_| !self.permits.changes_others()) else {
            return Ok(());
        };
        let mut written = self.earlier(change, found)?;
        written.push((found.home.bucket().number(), found.seq));
        // What came from elsewhere left its earlier versions there.
        let mut own = written.len() as u64 == found.version;
        for (bucket, seq) in written {
            own = own && self.is_by_the_actor(bucket, seq)?;
        }
        if own {
            return Ok(());
        }
        Err(CommitError::OthersWriting {
            resource_type: change.resource_type,
            id: change.id.clone(),
        })
    }

    /// Where the superseded versions stand in logs: bucket and row.
    fn earlier(&self, change: &JobChange, found: &Found) -> Result<Vec<(u16, i64)>, CommitError> {
        let key = params![
            found.home.bucket().number(),
            found.home.number(),
            change.key.resource_type,
            change.key.id
        ];
        let read = || -> dialect::Result<Vec<(u16, i64)>> {
            let mut statement = self.connection.statement(sql::EARLIER_VERSIONS)?;
            statement
                .query_map(key, |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        };
        Ok(read().map_err(|error| engine_error(&error))?)
    }

    /// Whether the version in this row was written by whoever acts now, in the same role.
    fn is_by_the_actor(&self, bucket: u16, seq: i64) -> Result<bool, CommitError> {
        let author = written_by(self.connection, bucket, seq)?;
        Ok(author.is_some_and(|(actor, role)| (actor.as_str(), role) == self.author))
    }

    /// Whether the first version was the actor's own.
    fn is_begun_by_the_actor(&self, change: &JobChange, found: &Found) -> Result<bool, CommitError> {
        if found.version == 1 {
            return self.is_by_the_actor(found.home.bucket().number(), found.seq);
        }
        let first = self
            .connection
            .statement(sql::FIRST_VERSION)
            .and_then(|mut statement| {
                statement
                    .query_row(
                        params![
                            found.home.bucket().number(),
                            found.home.number(),
                            change.key.resource_type,
                            change.key.id
                        ],
                        |row| Ok::<(u16, i64), _>((row.get(0)?, row.get(1)?)),
                    )
                    .optional()
            })
            .map_err(|error| engine_error(&error))?;
        match first {
            Some((bucket, seq)) => self.is_by_the_actor(bucket, seq),
            None => Ok(false),
        }
    }

    fn locate(&mut self, key: &ResourceKey) -> Result<Located, CommitError> {
        if let Some(location) = self.locations.get(key) {
            return Ok(location.now);
        }
        let located = self
            .connection
            .statement(sql::LOCATE)
            .and_then(|mut statement| {
                statement
                    .query_row(params![key.bucket.number(), key.resource_type, key.id], |row| {
                        let bucket: Option<u16> = row.get(0)?;
                        let person: Option<u64> = row.get(1)?;
                        let home = bucket
                            .and_then(Bucket::new)
                            .zip(person)
                            .map(|(bucket, person)| PersonKey::new(bucket, person));
                        Ok(Located {
                            home,
                            unit: row.get(2)?,
                        })
                    })
                    .optional()
            })
            .map_err(|error| engine_error(&error))?;
        if located.is_none() {
            self.refuse_destroyed(key)?;
        }
        let located = located.unwrap_or_default();
        self.locations.insert(
            key.clone(),
            Location {
                before: located,
                now: located,
            },
        );
        Ok(located)
    }

    /// Nothing is filed under an id of what was destroyed, nor about a person whose record was.
    fn refuse_destroyed(&self, key: &ResourceKey) -> Result<(), CommitError> {
        let mark = self.marker.of(key.resource_type, &key.id);
        if !is_located(self.connection, key.bucket, key.resource_type, &mark)? {
            return Ok(());
        }
        Err(CommitError::Destroyed {
            resource_type: resource_type(key.resource_type)?,
            id: id_text(&key.id)?,
        })
    }

    fn homes(
        &mut self,
        key: &ResourceKey,
        content: &Content,
    ) -> Result<(PersonKey, Vec<PersonKey>), CommitError> {
        match &content.home {
            Home::Own => Ok((self.unit(key)?, Vec::new())),
            Home::Unit(unit) => Ok((self.unit(unit)?, Vec::new())),
            Home::People(first, others) => {
                let home = self.unit(first)?;
                let mut members = BTreeSet::new();
                for other in others {
                    members.insert(self.unit(other)?);
                }
                members.remove(&home);
                Ok((home, members.into_iter().collect()))
            }
        }
    }

    /// The key of a person or unit; a new one when it has none yet, known or not.
    fn unit(&mut self, key: &ResourceKey) -> Result<PersonKey, CommitError> {
        let located = self.locate(key)?;
        if let Some(number) = located.unit {
            return Ok(PersonKey::new(key.bucket, number));
        }
        let before = self.allotted_in.entry(key.bucket).or_default();
        let number = self.heads.get(key.bucket).next_person + *before;
        *before += 1;
        let allotted = PersonKey::new(key.bucket, number);
        self.allotted.push((key.clone(), allotted));
        if let Some(location) = self.locations.get_mut(key) {
            location.now.unit = Some(number);
        }
        Ok(allotted)
    }

    fn place(&mut self, key: &ResourceKey, home: PersonKey) {
        if let Some(location) = self.locations.get_mut(key) {
            location.now.home = Some(home);
        }
    }
}

/// Who, in which role, made the commit to which a row of a bucket's log belongs: its entries of the feed are in the order of its rows.
fn written_by(connection: &Connection, bucket: u16, seq: i64) -> Result<Option<(String, u16)>, CommitError> {
    let engine = |error| engine_error(&error);
    let entry = |position: u64| {
        let mut statement = connection.statement(sql::COMMIT_OF)?;
        statement
            .query_row(params![bucket, position], |row| {
                Ok::<(i64, i64, String, u16), _>((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()
    };
    let last: Option<u64> = connection
        .statement(sql::HEAD_POSITION)
        .and_then(|mut statement| statement.query_row(params![bucket], |row| row.get(0)).optional())
        .map_err(engine)?;
    // Between these two, the first included.
    let (mut from, mut until) = (1, last.unwrap_or(0) + 1);
    while from < until {
        let middle = from + (until - from) / 2;
        let Some((first, count, actor, role)) = entry(middle).map_err(engine)? else {
            return Ok(None);
        };
        if seq < first {
            until = middle;
        } else if seq < first + count {
            return Ok(Some((actor, role)));
        } else {
            from = middle + 1;
        }
    }
    Ok(None)
}

fn check_expected(change: &JobChange, found: Option<&Found>) -> Result<(), CommitError> {
    let (resource_type, id) = (change.resource_type, || change.id.clone());
    let present = found.filter(|found| !found.deleted);
    if matches!(change.verb, Verb::Delete | Verb::Move) {
        match found {
            None => {
                return Err(CommitError::NotFound {
                    resource_type,
                    id: id(),
                });
            }
            Some(found) if found.deleted => {
                return Err(CommitError::Gone {
                    resource_type,
                    id: id(),
                    version: found.version,
                });
            }
            Some(_) => {}
        }
    }
    if let (Verb::Create, Some(present)) = (change.verb, present) {
        return Err(CommitError::Exists {
            resource_type,
            id: id(),
            version: present.version,
        });
    }
    let as_expected = match change.expected {
        Expected::Any => true,
        Expected::Absent => present.is_none(),
        Expected::Version(version) => found.is_some_and(|found| found.version == version),
    };
    if as_expected {
        return Ok(());
    }
    let found = found.map(|found| found.version);
    Err(CommitError::Conflict {
        resource_type,
        id: id(),
        expected: change.expected,
        found,
    })
}

/// Keys of people as `current.members` keeps them.
pub(crate) fn store_members(members: &[PersonKey]) -> Vec<u8> {
    members
        .iter()
        .flat_map(|member| member.value().to_be_bytes())
        .collect()
}

/// The keys behind their stored form.
pub(crate) fn load_members(stored: &[u8]) -> Vec<PersonKey> {
    stored
        .as_chunks::<8>()
        .0
        .iter()
        .map(|bytes| PersonKey::from_value(u64::from_be_bytes(*bytes)))
        .collect()
}
