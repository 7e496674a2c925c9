//! One resource: its current version, one version, all versions.

use std::sync::Arc;

use fhir::ResourceType;

use crate::access::Sight;
use crate::access::mutants::is_removed;
use crate::dialect::{self, Connection, OptionalExtension, Row, engine_error, params};
use crate::error::{ReadError, RecordError};
use crate::feed::FeedChange;
use crate::held::{Page, Stored};
use crate::ids::{Bucket, PersonKey, id_bucket, is_made_here, store_id};
use crate::lens::Lens;
use crate::reader::ask::Ask;
use crate::reader::candidate::{Version, person_key, pointer, render};
use crate::reader::past::Past;
use crate::reader::seen::{Place, lens_of, masked, sees};
use crate::sql;
use crate::store::Record;

/// How often a resource is looked for that is moved meanwhile.
const MOVES: usize = 3;

/// The current version as a row gives it.
pub(super) struct Current {
    pub(super) person: PersonKey,
    pub(super) version: u64,
    seq: i64,
    updated: i64,
    deleted: bool,
    labels: u64,
    /// Empty when the log has no such row.
    body: Vec<u8>,
    /// The log row says that it is this version of this resource.
    sound: bool,
    /// How often access to the person had changed, and their type, where it was read with the row.
    state: Option<(u64, u16)>,
}

impl Ask {
    pub(super) async fn read_current(
        &self,
        resource_type: ResourceType,
        id: &str,
    ) -> Result<Stored, ReadError> {
        let found = self
            .record
            .pool()
            .here(|connection| self.seen(connection, resource_type, id))
            .await?;
        let (current, lens) = found.ok_or(ReadError::NotFound)?;
        if current.deleted {
            return Err(ReadError::Gone {
                version: current.version,
            });
        }
        Ok(masked(&lens, current.render(resource_type, id)?)?)
    }

    pub(super) async fn read_version(
        &self,
        resource_type: ResourceType,
        id: &str,
        version: u64,
    ) -> Result<Stored, ReadError> {
        // The engine's numbers end there; so do versions.
        if i64::try_from(version).is_err() {
            return Err(ReadError::NotFound);
        }
        let found = self
            .record
            .pool()
            .at_once(|connection| {
                let Some((current, lens)) = self.seen(connection, resource_type, id)? else {
                    return Ok(None);
                };
                let found = if version == current.version {
                    Some(current.render(resource_type, id)?)
                } else {
                    Past::of(connection, &lens, &current, resource_type, id).one(version)?
                };
                found.map(|found| masked(&lens, found)).transpose()
            })
            .await?
            .ok_or(ReadError::NotFound)?;
        if found.deleted {
            Err(ReadError::Gone { version })
        } else {
            Ok(found)
        }
    }

    pub(super) async fn read_history(
        &self,
        resource_type: ResourceType,
        id: &str,
        page: Option<&str>,
        count: usize,
    ) -> Result<Page<Stored>, ReadError> {
        let bound = self.bound(format!("history {}/{id} {count}", resource_type.name()).as_bytes());
        let below = match page {
            None => None,
            Some(token) => Some(self.place(token, &bound).ok_or(ReadError::BadPage)?),
        };
        let (mut items, total) = self
            .record
            .pool()
            .at_once(|connection| {
                let Some((current, lens)) = self.seen(connection, resource_type, id)? else {
                    return Ok(None);
                };
                let mut items = Vec::new();
                if below.is_none() {
                    items.push(masked(&lens, current.render(resource_type, id)?)?);
                }
                let wanted = count + 1 - items.len();
                let below = below.unwrap_or(current.version);
                let past = Past::of(connection, &lens, &current, resource_type, id);
                let (earlier, total) = past.below(below, wanted)?;
                for each in earlier {
                    items.push(masked(&lens, each)?);
                }
                Ok(Some((items, total + 1)))
            })
            .await?
            .ok_or(ReadError::NotFound)?;
        let mut next = None;
        if items.len() > count {
            items.truncate(count);
            let last = items.last().map_or(0, |item| item.version);
            next = Some(self.record.tokens().close(&last.to_be_bytes(), &bound)?);
        }
        Ok(Page {
            items,
            total: Some(total),
            next,
        })
    }

    /// The result, or that what is not found was destroyed.
    pub(super) async fn or_destroyed<T>(
        &self,
        resource_type: ResourceType,
        id: &str,
        result: Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        if !matches!(result, Err(ReadError::NotFound)) || !self.sight.judge().hears_of_destruction() {
            return result;
        }
        let mark = self.record.marker().of(resource_type.number(), &store_id(id));
        let destroyed = self
            .record
            .pool()
            .here(|connection| is_located(connection, id_bucket(id), resource_type.number(), &mark))
            .await?;
        if destroyed {
            Err(ReadError::Destroyed)
        } else {
            result
        }
    }

    fn place(&self, token: &str, bound: &[u8; 32]) -> Option<u64> {
        let place = self.record.tokens().open(token, bound)?;
        Some(u64::from_be_bytes(place.try_into().ok()?))
    }

    /// The current version and the lens of its record, as far as the lens admits it.
    fn seen(
        &self,
        connection: &Connection,
        resource_type: ResourceType,
        id: &str,
    ) -> Result<Option<(Current, Arc<Lens>)>, RecordError> {
        let Some(current) = find(connection, resource_type, id)? else {
            return Ok(None);
        };
        // The row first, then the rules as they are now or were with the row: what was taken away meanwhile is not shown.
        let lens = current.lens(&self.record, &self.sight, connection)?;
        let place = Place {
            person: current.person,
            resource_type,
            id: &store_id(id),
            labels: current.labels,
        };
        let admitted = sees(connection, &lens, &place, None)? || is_removed("read");
        Ok(admitted.then_some((current, lens)))
    }
}

impl Record {
    /// Whether somebody with these eyes may hear of a change: they see what was changed as it is now, or, where a whole record was,
    /// they may know of the person. Nothing is shown, so nothing is audited; whoever tells of it keeps what was told.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tells(&self, sight: &Sight, change: &FeedChange) -> Result<bool, RecordError> {
        self.pool()
            .here(|connection| {
                let Some(current) = (match change.id.as_str() {
                    "" => None,
                    id => find(connection, change.resource_type, id)?,
                }) else {
                    let lens = lens_of(self, sight, connection, change.person)?;
                    return Ok(lens.knows_person() && lens.read.contains(change.resource_type));
                };
                let lens = current.lens(self, sight, connection)?;
                let place = Place {
                    person: current.person,
                    resource_type: change.resource_type,
                    id: &store_id(&change.id),
                    labels: current.labels,
                };
                Ok(sees(connection, &lens, &place, None)? || is_removed("event"))
            })
            .await
    }
}

/// Whether the locator knows this id, or mark.
pub(crate) fn is_located(
    connection: &Connection,
    bucket: Bucket,
    resource_type: u16,
    stored_id: &[u8],
) -> Result<bool, RecordError> {
    connection
        .statement(sql::LOCATE)
        .and_then(|mut statement| {
            statement
                .query_row(params![bucket.number(), resource_type, stored_id], |_| Ok(()))
                .optional()
        })
        .map(|found| found.is_some())
        .map_err(|error| engine_error(&error))
}

/// The current version, as far as there is one.
fn find(
    connection: &Connection,
    resource_type: ResourceType,
    id: &str,
) -> Result<Option<Current>, RecordError> {
    let found = if connection.is_of_one_process() {
        find_by_one_statement(connection, resource_type, id)
    } else {
        find_by_bucket(connection, resource_type, id)
    };
    let Some((bucket, person, current)) = found.map_err(|error| engine_error(&error))? else {
        return Ok(None);
    };
    // A deletion's body is its one-byte mark.
    if !current.sound || current.deleted != (current.body.len() <= 1) {
        return Err(pointer(current.seq));
    }
    Ok(Some(Current {
        person: person_key(bucket, person)?,
        ..current
    }))
}

type Found = Option<(u16, u64, Current)>;

fn find_by_one_statement(
    connection: &Connection,
    resource_type: ResourceType,
    id: &str,
) -> dialect::Result<Found> {
    connection
        .statement(sql::READ)?
        .query_row(
            params![id_bucket(id).number(), resource_type.number(), store_id(id)],
            |row| Ok((row.get(0)?, row.get(1)?, current(row)?)),
        )
        .optional()
}

/// Where the tables are in parts by bucket, a statement that joins them without naming the bucket of each begins with every part of
/// each. So the home is looked for first, but of an id that we made: it is mostly where the id says.
fn find_by_bucket(connection: &Connection, resource_type: ResourceType, id: &str) -> dialect::Result<Found> {
    let (bucket, kind, id_stored) = (id_bucket(id).number(), resource_type.number(), store_id(id));
    let with_state = |row: &Row<'_>| {
        let state = match row.get::<_, Option<u64>>(9)? {
            Some(version) => Some((version, row.get(10)?)),
            None => None,
        };
        let current = Current {
            state,
            ..current(row)?
        };
        Ok((row.get(0)?, row.get(1)?, current))
    };
    if is_made_here(id) {
        let found = connection
            .statement(sql::READ_HERE)?
            .query_row(params![bucket, kind, id_stored], with_state)
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    // Whoever moves it between the two questions is followed.
    for _ in 0..MOVES {
        let home: Option<(Option<u16>, Option<u64>)> = connection
            .statement(sql::LOCATE)?
            .query_row(params![bucket, kind, id_stored], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((Some(home_bucket), Some(person))) = home else {
            return Ok(None);
        };
        let found = connection
            .statement(sql::READ_AT)?
            .query_row(params![home_bucket, person, kind, id_stored], with_state)
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

impl Current {
    /// The lens of its record, as it was with the row where that is known, or as it is now.
    fn lens(
        &self,
        record: &Record,
        sight: &Sight,
        connection: &Connection,
    ) -> Result<Arc<Lens>, RecordError> {
        let Some(state) = self.state else {
            return lens_of(record, sight, connection, self.person);
        };
        let facts = record.known().facts_at(connection, self.person, state)?;
        Ok(sight.judge().lens(&facts))
    }

    fn render(&self, resource_type: ResourceType, id: &str) -> Result<Stored, RecordError> {
        render(Version {
            person: self.person,
            resource_type,
            id: id.to_owned(),
            version: self.version,
            seq: self.seq,
            updated: self.updated,
            body: &self.body,
        })
    }
}

fn current(row: &Row<'_>) -> dialect::Result<Current> {
    Ok(Current {
        person: PersonKey::from_value(0),
        version: row.get(2)?,
        seq: row.get(3)?,
        updated: row.get(4)?,
        deleted: row.get(5)?,
        labels: row.get(6)?,
        body: row.get::<_, Option<Vec<u8>>>(7)?.unwrap_or_default(),
        sound: row.get(8)?,
        state: None,
    })
}
