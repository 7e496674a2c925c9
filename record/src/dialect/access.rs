//! Opening the engine that the options name.

use std::collections::BTreeMap;
use std::path::Path;

use crate::dialect::connection::Connection;
use crate::dialect::error::engine_error;
use crate::dialect::migrations::MIGRATIONS;
use crate::dialect::value::params;
use crate::dialect::{postgres, sqlite};
use crate::error::RecordError;
use crate::options::{Engine, Options};

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// A writer.
    Write,
    /// A reader of the pool.
    Read,
    /// A reader that may lag: a replica, where there is one.
    Replica,
    /// A reader of everything, which takes its time.
    Check,
    /// Who fills an empty store, and takes its time.
    Restore,
    /// The checkpointer, or who wakes other processes.
    Checkpoint,
}

/// Opens a connection.
pub(crate) fn connect(options: &Options, access: Access) -> Result<Connection, RecordError> {
    match &options.engine {
        Engine::Sqlite => sqlite::connect(options, access),
        Engine::Postgres(postgres) => postgres::connect(postgres, access),
    }
}

/// Brings the schema up to this release's, once the engine promises to keep what it acknowledges.
pub(crate) fn migrate(connection: &mut Connection, options: &Options) -> Result<(), RecordError> {
    if let Connection::Sqlite(connection) = connection {
        return sqlite::migrate(connection);
    }
    postgres::check(connection)?;
    match &options.engine {
        Engine::Postgres(postgres) => postgres::migrate(connection, postgres),
        Engine::Sqlite => Err(RecordError::Closed),
    }
}

/// Whether the engine promises to keep what it acknowledges.
pub(crate) fn promises(connection: &Connection) -> Result<(), RecordError> {
    match connection {
        Connection::Sqlite(_) => Ok(()),
        Connection::Postgres(_) => postgres::check(connection),
    }
}

/// The number of the store's schema (0 before the first), and of this release's.
pub(crate) fn schema(connection: &Connection) -> Result<(u32, u32), RecordError> {
    let found = match connection {
        Connection::Sqlite(_) => connection.query_row("PRAGMA user_version", params![], |row| row.get(0)),
        Connection::Postgres(_) => postgres::schema_found(connection),
    };
    Ok((
        found.map_err(|error| engine_error(&error))?,
        MIGRATIONS.len() as u32,
    ))
}

/// A writer's connection: set up as the first was, the schema being there.
pub(crate) fn connect_writer(options: &Options) -> Result<Connection, RecordError> {
    let connection = connect(options, Access::Write)?;
    if matches!(connection, Connection::Postgres(_)) {
        postgres::check(&connection)?;
    }
    Ok(connection)
}

/// Bytes of the store on its disk.
pub(crate) fn size(connection: &Connection, directory: &Path) -> Result<u64, RecordError> {
    let file = |name: &str| std::fs::metadata(directory.join(name)).map_or(0, |file| file.len());
    match connection {
        Connection::Sqlite(_) => Ok(file("record.sqlite") + file("record.sqlite-wal")),
        Connection::Postgres(_) => connection
            .query_row("SELECT pg_database_size(current_database())", params![], |row| {
                row.get(0)
            })
            .map_err(|error| engine_error(&error)),
    }
}

/// Writes anew what holds content, so that nothing is left of what was deleted in the engine's files. A server's log keeps
/// its old segments until it uses them again.
pub(crate) fn write_over(connection: &Connection, options: &Options) -> Result<(), RecordError> {
    if let Connection::Sqlite(_) = connection {
        return sqlite::write_over(connection);
    }
    // It takes as long as it takes.
    postgres::write_over(&connect(options, Access::Check)?)
}

/// Whether everything can be written over that a destruction has to: a server lets only the database's owner.
pub(crate) fn may_write_over(connection: &Connection) -> crate::dialect::Result<bool> {
    match connection {
        Connection::Sqlite(_) => Ok(true),
        Connection::Postgres(_) => postgres::owns_database(connection),
    }
}

/// The tables of a server that have pages which do not hold, with what was said of each.
pub(crate) fn damaged_tables(
    connection: &Connection,
) -> crate::dialect::Result<BTreeMap<String, Vec<String>>> {
    match connection {
        Connection::Sqlite(_) => Ok(BTreeMap::new()),
        Connection::Postgres(_) => postgres::damaged_tables(connection),
    }
}

/// What the engine's own check of its pages finds wrong. A server looks at a page when it is read.
pub(crate) fn check_pages(connection: &Connection, options: &Options) -> Result<Vec<String>, RecordError> {
    let Connection::Sqlite(_) = connection else {
        // A connection of its own: what fails there ends no snapshot here.
        let damaged =
            damaged_tables(&connect(options, Access::Check)?).map_err(|error| engine_error(&error))?;
        let told = |(table, words): (String, Vec<String>)| {
            words
                .into_iter()
                .map(move |word| format!("table {table}: {word}"))
        };
        return Ok(damaged.into_iter().flat_map(told).collect());
    };
    let read = || -> crate::dialect::Result<Vec<String>> {
        connection
            .prepare("PRAGMA quick_check(20)")?
            .query_map(params![], |row| row.get(0))?
            .collect()
    };
    let mut found = read().map_err(|error| engine_error(&error))?;
    found.retain(|words| words != "ok");
    Ok(found)
}
