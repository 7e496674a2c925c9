//! The schema: made and brought up to date under a lock, so that processes that start together do it once.

use crate::dialect::connection::Connection;
use crate::dialect::error::{OptionalExtension, Result, engine_error};
use crate::dialect::migrations::MIGRATIONS;
use crate::dialect::value::params;
use crate::error::RecordError;
use crate::options::Postgres;

/// Held while the schema is changed, by one process at a time.
const MIGRATING: &str = "SELECT pg_advisory_lock(8314893267)";
/// Lets go of it.
const MIGRATED: &str = "SELECT pg_advisory_unlock(8314893267)";

/// Brings the schema up to this release's.
pub(in crate::dialect) fn migrate(
    connection: &Connection,
    postgres: &Postgres,
) -> std::result::Result<(), RecordError> {
    let engine = |error| engine_error(&error);
    if found(connection).map_err(engine)? == MIGRATIONS.len() as u32 {
        return Ok(());
    }
    // Another process may be at it, and a large table takes its time.
    connection.execute_batch("SET lock_timeout = 0").map_err(engine)?;
    connection.execute_batch(MIGRATING).map_err(engine)?;
    let done = apply(connection, postgres);
    if !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    let _ = connection.execute_batch(MIGRATED);
    connection
        .execute_batch("SET lock_timeout = '10s'")
        .map_err(engine)?;
    done
}

fn apply(connection: &Connection, postgres: &Postgres) -> std::result::Result<(), RecordError> {
    let engine = |error| engine_error(&error);
    let known = MIGRATIONS.len() as u32;
    let found = found(connection).map_err(engine)?;
    if found > known {
        return Err(RecordError::Newer { found, known });
    }
    let partitions = format!("SET sarsen.partitions = '{}'", postgres.partitions.clamp(1, 1024));
    connection.execute_batch(&partitions).map_err(engine)?;
    for (number, migration) in (1u32..).zip(MIGRATIONS).skip(found as usize) {
        let text = format!(
            "BEGIN; {}; CREATE TABLE IF NOT EXISTS schema_version (number integer PRIMARY KEY);
             INSERT INTO schema_version (number) VALUES ({number}); COMMIT",
            migration.postgres
        );
        connection.execute_batch(&text).map_err(engine)?;
    }
    Ok(())
}

/// The schema that is there; 0 when there is none.
pub(in crate::dialect) fn found(connection: &Connection) -> Result<u32> {
    let exists: bool = connection.query_row(
        "SELECT to_regclass('schema_version') IS NOT NULL",
        params![],
        |row| row.get(0),
    )?;
    if !exists {
        return Ok(0);
    }
    let newest: Option<Option<u32>> = connection
        .query_row("SELECT max(number) FROM schema_version", params![], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(newest.flatten().unwrap_or(0))
}
