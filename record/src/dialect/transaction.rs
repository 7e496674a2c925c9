//! Transactions. The embedded engine has one writer, which holds the store for a group of commits. A server has many
//! writers, which lock what they touch in the order that keeps two groups from waiting for each other: the clients' keys,
//! ascending, then the heads of the buckets, ascending. Whatever is decided is decided under these locks.

use std::collections::BTreeSet;

use crate::dialect::connection::{Connection, Row};
use crate::dialect::error::{Result, engine_error};
use crate::error::RecordError;
use crate::ids::Bucket;

/// Held until the transaction ends, by one sealing process at a time.
const SEALING: &str = "SELECT pg_advisory_xact_lock(8314893268)";
const KEYS: &str = "SELECT pg_advisory_xact_lock(key) FROM unnest(?1::bigint[]) AS key";
const HEADS: &str = "SELECT bucket, position, updated, chain, next_person, seq FROM bucket_head
    WHERE bucket = ANY (?1::smallint[]) ORDER BY bucket FOR UPDATE";

/// Begins a transaction that writes, and locks these clients' keys (hashes) for it. Where the engine has one writer, its
/// lock is the only one.
pub(crate) fn begin(connection: &Connection, keys: &BTreeSet<i64>) -> Result<()> {
    match connection {
        Connection::Sqlite(_) => connection.run("BEGIN IMMEDIATE"),
        Connection::Postgres(session) => {
            session.begin("BEGIN ISOLATION LEVEL READ COMMITTED")?;
            if keys.is_empty() {
                return Ok(());
            }
            session.put_own(KEYS, vec![keys.iter().copied().collect::<Vec<i64>>()])
        }
    }
}

/// Locks the heads of these buckets until the transaction ends; what is asked from here on is answered under the locks.
/// Where the engine has one writer there is nothing to lock.
pub(crate) fn lock_heads(connection: &Connection, buckets: &BTreeSet<Bucket>) -> Result<()> {
    match connection {
        Connection::Sqlite(_) => Ok(()),
        Connection::Postgres(session) => session.ask_ahead_of_all(HEADS, numbers(buckets)),
    }
}

/// Waits for the locks, and reads each head: `bucket, position, updated, chain, next_person, seq`.
pub(crate) fn locked_heads(
    connection: &Connection,
    buckets: &BTreeSet<Bucket>,
    mut read: impl FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    let Connection::Postgres(session) = connection else {
        return Ok(());
    };
    for row in session.answer_of_all(HEADS, &numbers(buckets))?.iter() {
        read(&Row::Postgres(row))?;
    }
    Ok(())
}

fn numbers(buckets: &BTreeSet<Bucket>) -> Vec<i16> {
    buckets.iter().map(|bucket| bucket.number() as i16).collect()
}

/// Lets one process at a time seal, until the transaction ends.
pub(crate) fn lock_seals(connection: &Connection) -> Result<()> {
    match connection {
        Connection::Sqlite(_) => Ok(()),
        Connection::Postgres(session) => session.put_own::<i64>(SEALING, Vec::new()),
    }
}

/// Commits; what was put and not yet sent goes with it.
pub(crate) fn commit(connection: &Connection) -> Result<()> {
    match connection {
        Connection::Sqlite(_) => connection.run("COMMIT"),
        Connection::Postgres(session) => session.commit(),
    }
}

/// Rolls back, when a transaction is open: the engine may have ended it by itself.
pub(crate) fn roll_back(connection: &Connection) -> Result<()> {
    match connection {
        Connection::Sqlite(embedded) if embedded.is_autocommit() => Ok(()),
        Connection::Sqlite(_) => connection.run("ROLLBACK"),
        Connection::Postgres(session) => session.roll_back(),
    }
}

/// Reads everything as it stood at one moment.
pub(crate) fn snapshot<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> std::result::Result<T, RecordError>,
) -> std::result::Result<T, RecordError> {
    begin_reading(connection).map_err(|error| engine_error(&error))?;
    let result = work(connection);
    end_reading(connection).map_err(|error| engine_error(&error))?;
    result
}

/// Begins a transaction that reads everything as it stands now.
pub(crate) fn begin_reading(connection: &Connection) -> Result<()> {
    match connection {
        Connection::Sqlite(_) => connection.run("BEGIN DEFERRED"),
        Connection::Postgres(session) => session.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
    }
}

/// Ends it.
pub(crate) fn end_reading(connection: &Connection) -> Result<()> {
    match connection {
        // The engine may have ended it by itself.
        Connection::Sqlite(embedded) if embedded.is_autocommit() => Ok(()),
        Connection::Sqlite(_) => connection.run("ROLLBACK"),
        Connection::Postgres(session) => session.end_reading(),
    }
}
