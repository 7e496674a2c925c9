//! Counts and a digest of what is stored.

use std::path::Path;

use fhir::ResourceType;
use sha2::{Digest, Sha256};

use crate::audit::segment;
use crate::bytes::Writer;
use crate::dialect::{self, Column, Connection, engine_error, params};
use crate::error::RecordError;

/// Counts of what is stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stats {
    /// Current resources that are not deleted.
    pub resources: u64,
    /// Versions ever written.
    pub versions: u64,
    /// Resources whose current version is a deletion.
    pub deleted: u64,
    /// People and units that have a key.
    pub people: u64,
    /// Feed entries.
    pub feed_entries: u64,
    /// Bytes of the database and its log on the disk.
    pub bytes: u64,
    /// Bytes of the read audit on the disk.
    pub audit_bytes: u64,
    /// Current resources by type, most first.
    pub by_type: Vec<(ResourceType, u64)>,
}

/// Counts.
pub(crate) fn count(connection: &Connection, directory: &Path) -> Result<Stats, RecordError> {
    let number = |text: &str| connection.query_row(text, params![], |row| row.get::<_, u64>(0));
    let read = || -> dialect::Result<Stats> {
        let mut by_type = Vec::new();
        let mut resources = 0;
        let mut statement = connection.prepare(
            "SELECT type, count(*) FROM current WHERE deleted = 0 GROUP BY type ORDER BY count(*) DESC, type",
        )?;
        let mut rows = statement.query(params![])?;
        while let Some(row) = rows.next()? {
            let count = row.get(1)?;
            resources += count;
            if let Some(resource_type) = ResourceType::from_number(row.get(0)?) {
                by_type.push((resource_type, count));
            }
        }
        Ok(Stats {
            resources,
            versions: number("SELECT count(*) FROM log")?,
            deleted: number("SELECT count(*) FROM current WHERE deleted <> 0")?,
            people: number("SELECT count(*) FROM person")?,
            feed_entries: number("SELECT count(*) FROM feed")?,
            bytes: 0,
            audit_bytes: 0,
            by_type,
        })
    };
    let mut stats = read().map_err(|error| engine_error(&error))?;
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    stats.bytes = dialect::size(connection, directory)?;
    stats.audit_bytes = segment::numbers(directory)
        .unwrap_or_default()
        .into_iter()
        .map(|number| size(&segment::path(directory, number)))
        .sum();
    Ok(stats)
}

/// The tables that hold content, with the columns that order them.
const CONTENT: [(&str, &str); 14] = [
    ("log", "bucket, seq"),
    ("current", "bucket, person, type, id"),
    ("locator", "bucket, type, id"),
    ("person", "bucket, person"),
    ("history", "bucket, person, type, id, version"),
    ("member", "bucket, person, type, id"),
    ("value", "bucket, number, key, person, type, id"),
    (
        "identity",
        "bucket, number, key, home_bucket, home_person, type, id",
    ),
    // On a server there is a row for every bucket, used or not.
    (
        "(SELECT * FROM bucket_head WHERE position > 0 OR next_person > 1) AS heads",
        "bucket",
    ),
    ("feed", "bucket, position"),
    ("idempotency", "bucket, client, key"),
    ("due", "bucket, reactor, key"),
    ("outbox", "bucket, key"),
    ("dead_letter", "bucket, follower, position"),
];

/// What is made from the log, without places in it.
const INDEX: [(&str, &str); 7] = [
    (
        "(SELECT bucket, person, type, id, version, updated, deleted, labels, members, entry FROM current) AS present",
        "bucket, person, type, id",
    ),
    ("locator", "bucket, type, id"),
    ("member", "bucket, person, type, id"),
    ("value", "bucket, number, key, person, type, id"),
    (
        "identity",
        "bucket, number, key, home_bucket, home_person, type, id",
    ),
    ("alias", "bucket, person"),
    ("aliased", "bucket, person, alias_bucket, alias_person"),
];

/// SHA-256 over every row of content.
pub(crate) fn digest(connection: &Connection) -> Result<[u8; 32], RecordError> {
    digest_of(connection, &CONTENT)
}

/// SHA-256 over every row that is made from the log.
pub(crate) fn index_digest(connection: &Connection) -> Result<[u8; 32], RecordError> {
    digest_of(connection, &INDEX)
}

fn digest_of(connection: &Connection, tables: &[(&str, &str)]) -> Result<[u8; 32], RecordError> {
    let read = || -> dialect::Result<[u8; 32]> {
        let mut digest = Sha256::new();
        for (table, order) in tables {
            digest.update(table.as_bytes());
            let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))?;
            let columns = statement.column_count();
            let mut rows = statement.query(params![])?;
            while let Some(row) = rows.next()? {
                for column in 0..columns {
                    let mut value = Writer::default();
                    match row.get_ref(column)? {
                        Column::Null => value.number(0),
                        Column::Integer(number) => value.number(1).fixed(&number.to_be_bytes()),
                        Column::Text(bytes) => value.number(3).bytes(bytes),
                        Column::Blob(bytes) => value.number(4).bytes(bytes),
                    };
                    digest.update(&value.0);
                }
            }
        }
        Ok(digest.finalize().into())
    };
    read().map_err(|error| engine_error(&error))
}
