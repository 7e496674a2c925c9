//! Reading, changing, listing and sweeping documents.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use crate::cabinet::drawer::Drawer;
use crate::commit::Expected;
use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::ids::Bucket;
use crate::store::Record;
use crate::writer::write::timestamp;

const GET: &str = "SELECT version, value, expires FROM cabinet
    WHERE bucket = ?1 AND drawer = ?2 AND key = ?3 AND expires > ?4";
const LIST: &str = "SELECT key, version, value, expires FROM cabinet
    WHERE drawer = ?1 AND key > ?2 AND key >= ?3 AND key < ?4 AND expires > ?5 ORDER BY key LIMIT ?6";
// What has expired counts as absent.
const PUT_NEW: &str = "INSERT INTO cabinet (bucket, drawer, key, version, value, expires)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (bucket, drawer, key) DO UPDATE
    SET version = CASE WHEN cabinet.version < ?4 THEN ?4 ELSE cabinet.version + 1 END, value = ?5, expires = ?6
    WHERE cabinet.expires <= ?7 RETURNING version";
const PUT_ANY: &str = "INSERT INTO cabinet (bucket, drawer, key, version, value, expires)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (bucket, drawer, key) DO UPDATE
    SET version = CASE WHEN cabinet.version < ?4 THEN ?4 ELSE cabinet.version + 1 END, value = ?5, expires = ?6
    RETURNING version";
const PUT_OVER: &str = "UPDATE cabinet
    SET version = CASE WHEN version < ?4 THEN ?4 ELSE version + 1 END, value = ?5, expires = ?6
    WHERE bucket = ?1 AND drawer = ?2 AND key = ?3 AND expires > ?7 AND version = ?8 RETURNING version";
const DROP: &str = "DELETE FROM cabinet WHERE bucket = ?1 AND drawer = ?2 AND key = ?3";
const DROP_VERSION: &str =
    "DELETE FROM cabinet WHERE bucket = ?1 AND drawer = ?2 AND key = ?3 AND expires > ?4 AND version = ?5";
// The condition stands twice: one that was renewed meanwhile is kept.
const SWEEP: &str = "DELETE FROM cabinet WHERE expires <= ?1 AND (bucket, drawer, key) IN
    (SELECT bucket, drawer, key FROM cabinet WHERE expires <= ?1 LIMIT ?2)";

/// The most bytes of a document.
pub const LARGEST_DOCUMENT: usize = 256 << 10;
/// The most bytes of a key.
const LONGEST_KEY: usize = 200;
/// The most documents of a page, and of one sweep.
const MOST: usize = 1000;

/// A document as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its key within the drawer.
    pub key: String,
    /// Its version: higher with every change.
    pub version: u64,
    /// What was put there.
    pub value: Vec<u8>,
    /// When it is absent again, if ever.
    pub expires: Option<Timestamp>,
}

/// One change of one document.
#[derive(Debug, Clone)]
pub struct Put {
    /// Where.
    pub drawer: Drawer,
    /// Under which key: 1 to 200 bytes of printable ASCII without spaces.
    pub key: String,
    /// What must be there for the change to be made.
    pub expected: Expected,
    /// What is to be there; `None` takes it out.
    pub value: Option<Vec<u8>>,
    /// When it is absent again (system clock), if ever.
    pub expires: Option<Timestamp>,
}

/// What became of changes that were asked for together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// All were made; the versions in the order of the changes, 0 for what was taken out.
    Made(Vec<u64>),
    /// None was made: the change with this number, counted from 0, found something else than it expected.
    Stale(usize),
}

impl Taken {
    /// Whether the changes were made.
    #[must_use]
    pub fn is_made(&self) -> bool {
        matches!(self, Taken::Made(_))
    }
}

/// The cabinet of a record.
#[derive(Clone)]
pub struct Cabinet {
    record: Record,
}

impl Record {
    /// The cabinet: small documents of the house itself. See [`Cabinet`].
    #[must_use]
    pub fn cabinet(&self) -> Cabinet {
        Cabinet { record: self.clone() }
    }
}

impl Cabinet {
    /// The document, unless it is absent or has expired.
    ///
    /// # Errors
    /// When the store fails, or the key is none.
    pub async fn get(&self, drawer: Drawer, key: &str) -> Result<Option<Document>, RecordError> {
        let place = Place::of(drawer, key)?;
        let now = self.record.now_microseconds();
        self.record
            .pool()
            .here(|connection| {
                connection
                    .statement(GET)
                    .and_then(|mut statement| {
                        statement
                            .query_row(params![place.bucket, place.drawer, place.key, now], |row| {
                                Ok(Document {
                                    key: key.to_owned(),
                                    version: row.get(0)?,
                                    value: row.get(1)?,
                                    expires: end(row.get(2)?),
                                })
                            })
                            .optional()
                    })
                    .map_err(|error| engine_error(&error))
            })
            .await
    }

    /// Puts one document; `None` when something else was there than expected, otherwise the new version.
    ///
    /// # Errors
    /// When the store fails, the key is none or the value is larger than [`LARGEST_DOCUMENT`].
    pub async fn put(
        &self,
        drawer: Drawer,
        key: &str,
        expected: Expected,
        value: Vec<u8>,
        expires: Option<Timestamp>,
    ) -> Result<Option<u64>, RecordError> {
        let put = Put {
            drawer,
            key: key.to_owned(),
            expected,
            value: Some(value),
            expires,
        };
        Ok(match self.change(vec![put]).await? {
            Taken::Made(versions) => versions.first().copied(),
            Taken::Stale(_) => None,
        })
    }

    /// Takes one document out; says whether what was expected was there. With [`Expected::Any`] it always is.
    ///
    /// # Errors
    /// When the store fails, or the key is none.
    pub async fn delete(&self, drawer: Drawer, key: &str, expected: Expected) -> Result<bool, RecordError> {
        let put = Put {
            drawer,
            key: key.to_owned(),
            expected,
            value: None,
            expires: None,
        };
        Ok(self.change(vec![put]).await?.is_made())
    }

    /// Makes all changes, durably, or none.
    ///
    /// # Errors
    /// When the store fails, a key is none or a value is larger than [`LARGEST_DOCUMENT`]; then none was made.
    pub async fn change(&self, puts: Vec<Put>) -> Result<Taken, RecordError> {
        let mut placed = Vec::with_capacity(puts.len());
        for (number, put) in puts.into_iter().enumerate() {
            let place = Place::of(put.drawer, &put.key)?;
            if put
                .value
                .as_ref()
                .is_some_and(|value| value.len() > LARGEST_DOCUMENT)
            {
                return Err(RecordError::Engine {
                    detail: format!(
                        "a document of drawer {} is larger than {LARGEST_DOCUMENT} bytes",
                        put.drawer.code()
                    ),
                });
            }
            placed.push((number, place, put));
        }
        // Whoever changes several takes their locks in one order.
        placed.sort_by(|(_, one, _), (_, other, _)| one.cmp(other));
        let now = self.record.now_microseconds();
        let stale = Arc::new(OnceLock::new());
        let found = Arc::clone(&stale);
        let made = self
            .record
            .write_apart(move |connection| {
                let mut versions = vec![0; placed.len()];
                for (number, place, put) in &placed {
                    let made = one(connection, place, put, now).map_err(|error| engine_error(&error))?;
                    let (Some(version), Some(kept)) = (made, versions.get_mut(*number)) else {
                        let _ = found.set(*number);
                        // It takes back those before it, and is heard by nobody.
                        return Err(RecordError::Busy);
                    };
                    *kept = version;
                }
                Ok(versions)
            })
            .await;
        match stale.get() {
            Some(number) => Ok(Taken::Stale(*number)),
            None => made.map(Taken::Made),
        }
    }

    /// The documents of a drawer whose keys begin with `prefix`, by key, after the key `after`: a page of at most `limit`
    /// (1,000). The next page is asked for with the last key of this one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list(
        &self,
        drawer: Drawer,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Document>, RecordError> {
        let now = self.record.now_microseconds();
        // Keys are printable ASCII: this is above each that begins so.
        let end_of_prefix = format!("{prefix}\u{7f}");
        let (after, limit) = (after.unwrap_or_default(), limit.clamp(1, MOST));
        self.record
            .pool()
            .here(|connection| {
                let read = || -> dialect::Result<Vec<Document>> {
                    connection
                        .statement(LIST)?
                        .query_map(
                            params![drawer.number(), after, prefix, end_of_prefix, now, limit],
                            |row| {
                                Ok(Document {
                                    key: row.get(0)?,
                                    version: row.get(1)?,
                                    value: row.get(2)?,
                                    expires: end(row.get(3)?),
                                })
                            },
                        )?
                        .collect()
                };
                read().map_err(|error| engine_error(&error))
            })
            .await
    }

    /// Takes out what has expired, at most 1,000 at a time; gives how many. To be called now and then.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sweep(&self) -> Result<usize, RecordError> {
        let now = self.record.now_microseconds();
        self.record
            .write_apart(move |connection| {
                connection
                    .statement(SWEEP)
                    .and_then(|mut statement| statement.execute(params![now, MOST]))
                    .map_err(|error| engine_error(&error))
            })
            .await
    }

    /// Seals what must not be read off the store or a backup; it opens again only for the same drawer and key.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn seal(&self, drawer: Drawer, key: &str, plain: &[u8]) -> Result<Vec<u8>, RecordError> {
        self.record.sealing().seal(drawer, key, plain)
    }

    /// What was sealed; `None` when it was not, or for another place or under another key.
    #[must_use]
    pub fn open(&self, drawer: Drawer, key: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.record.sealing().open(drawer, key, sealed)
    }
}

/// Where a document lies.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    bucket: u16,
    drawer: u16,
    key: String,
}

impl Place {
    fn of(drawer: Drawer, key: &str) -> Result<Place, RecordError> {
        let printable = key.bytes().all(|byte| byte.is_ascii_graphic());
        if key.is_empty() || key.len() > LONGEST_KEY || !printable {
            return Err(RecordError::Engine {
                detail: format!("a key of drawer {} is none", drawer.code()),
            });
        }
        let hashed = [drawer.code().as_bytes(), b"/", key.as_bytes()].concat();
        Ok(Place {
            bucket: Bucket::of_hash(&hashed).number(),
            drawer: drawer.number(),
            key: key.to_owned(),
        })
    }
}

/// Makes one change; `None` when something else was there than expected.
fn one(connection: &Connection, place: &Place, put: &Put, now: i64) -> dialect::Result<Option<u64>> {
    let (bucket, drawer, key) = (place.bucket, place.drawer, &place.key);
    let Some(value) = &put.value else {
        let made = match put.expected {
            Expected::Any => {
                connection
                    .statement(DROP)?
                    .execute(params![bucket, drawer, key])?;
                true
            }
            Expected::Version(version) => {
                let place = params![bucket, drawer, key, now, version];
                connection.statement(DROP_VERSION)?.execute(place)? == 1
            }
            Expected::Absent => connection
                .statement(GET)?
                .query_row(params![bucket, drawer, key, now], |row| row.get::<_, u64>(0))
                .optional()?
                .is_none(),
        };
        return Ok(made.then_some(0));
    };
    let expires = put.expires.map_or(i64::MAX, Timestamp::as_microsecond);
    // A version follows the clock, so that one taken out and put again is not mistaken for the one before.
    let fresh = now.max(1);
    let read = |row: &dialect::Row<'_>| row.get::<_, u64>(0);
    match put.expected {
        Expected::Any => connection
            .statement(PUT_ANY)?
            .query_row(params![bucket, drawer, key, fresh, value, expires], read)
            .map(Some),
        Expected::Absent => connection
            .statement(PUT_NEW)?
            .query_row(params![bucket, drawer, key, fresh, value, expires, now], read)
            .optional(),
        Expected::Version(version) => connection
            .statement(PUT_OVER)?
            .query_row(
                params![bucket, drawer, key, fresh, value, expires, now, version],
                read,
            )
            .optional(),
    }
}

fn end(expires: i64) -> Option<Timestamp> {
    (expires != i64::MAX).then(|| timestamp(expires))
}
