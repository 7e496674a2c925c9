//! SQLite: write-ahead log, `synchronous=FULL`, no memory mapping (a truncated file must be an error, not a signal).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
pub(super) use rusqlite::{CachedStatement, Connection as Open, Error as Failure, Row, Rows};
use rusqlite::{ErrorCode, OpenFlags, ToSql};

use crate::dialect::connection::Connection;
use crate::dialect::migrations::MIGRATIONS;
use crate::dialect::value::{Bind, Column, Params, Value};
use crate::dialect::{Access, error};
use crate::error::RecordError;
use crate::options::{Options, Sync};

/// How long a statement waits for a lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens `record.sqlite` in the data directory.
pub(super) fn connect(options: &Options, access: Access) -> Result<Connection, RecordError> {
    let path = options.directory.join("record.sqlite");
    let flags = match access {
        Access::Write | Access::Restore => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Access::Checkpoint => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Read | Access::Replica | Access::Check => OpenFlags::SQLITE_OPEN_READ_ONLY,
    } | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match &options.vfs {
        Some(vfs) => rusqlite::Connection::open_with_flags_and_vfs(&path, flags, vfs.as_str()),
        None => rusqlite::Connection::open_with_flags(&path, flags),
    }
    .map_err(|error| engine_error(&error))?;
    set_up(&connection, options, access, &path).map_err(|error| engine_error(&error))?;
    Ok(Connection::Sqlite(connection))
}

fn set_up(
    connection: &rusqlite::Connection,
    options: &Options,
    access: Access,
    path: &Path,
) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    // Plans do not look at bound values: without this, each run of a kept statement would prepare it again.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(128);
    let cache_mib = match access {
        Access::Write | Access::Restore => options.cache_mib,
        Access::Read | Access::Replica | Access::Check => (options.cache_mib / 4).max(2),
        Access::Checkpoint => 2,
    };
    let cache_kib = i64::try_from(cache_mib * 1024).unwrap_or(i64::MAX);
    if matches!(access, Access::Write | Access::Restore) {
        if !path.exists() || std::fs::metadata(path).is_ok_and(|file| file.len() == 0) {
            connection.pragma_update(None, "page_size", 8192)?;
        }
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        if let Some(pages) = options.max_pages {
            connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
        }
    }
    let synchronous = match options.sync {
        Sync::Full => "FULL",
        Sync::Off => "OFF",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection
        .pragma_update(None, "mmap_size", 0)
        .or_else(returned_a_row)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))
}

/// A pragma that answers with its value is not an error.
fn returned_a_row(error: rusqlite::Error) -> rusqlite::Result<()> {
    match error {
        rusqlite::Error::ExecuteReturnedResults => Ok(()),
        other => Err(other),
    }
}

/// Brings the schema up to this release's.
pub(super) fn migrate(connection: &mut Open) -> Result<(), RecordError> {
    let found: u32 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|error| engine_error(&error))?;
    let known = MIGRATIONS.len() as u32;
    if found > known {
        return Err(RecordError::Newer { found, known });
    }
    for (number, migration) in (1u32..).zip(MIGRATIONS).skip(found as usize) {
        let apply = |connection: &mut rusqlite::Connection| -> rusqlite::Result<()> {
            let transaction = connection.transaction()?;
            transaction.execute_batch(migration.sqlite)?;
            transaction.pragma_update(None, "user_version", number)?;
            transaction.commit()
        };
        apply(connection).map_err(|error| engine_error(&error))?;
    }
    Ok(())
}

/// A value on its way into a statement.
struct Bound<'a>(&'a dyn Bind);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = self.0.value().map_err(|_| {
            rusqlite::Error::ToSqlConversionFailure("a number is larger than can be stored".into())
        })?;
        Ok(ToSqlOutput::Borrowed(match value {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// Runs a statement.
pub(super) fn execute(statement: &mut rusqlite::Statement<'_>, params: Params<'_>) -> error::Result<usize> {
    Ok(statement.execute(rusqlite::params_from_iter(
        params.iter().map(|value| Bound(*value)),
    ))?)
}

/// Runs a statement for its rows.
pub(super) fn query<'s>(
    statement: &'s mut rusqlite::Statement<'_>,
    params: Params<'_>,
) -> error::Result<rusqlite::Rows<'s>> {
    Ok(statement.query(rusqlite::params_from_iter(
        params.iter().map(|value| Bound(*value)),
    ))?)
}

/// A column where it lies.
pub(super) fn column<'r>(row: &'r rusqlite::Row<'r>, index: usize) -> error::Result<Column<'r>> {
    match row.get_ref(index)? {
        ValueRef::Null => Ok(Column::Null),
        ValueRef::Integer(number) => Ok(Column::Integer(number)),
        ValueRef::Text(bytes) => Ok(Column::Text(bytes)),
        ValueRef::Blob(bytes) => Ok(Column::Blob(bytes)),
        ValueRef::Real(_) => Err(error::Error::Column("anything that is ever stored")),
    }
}

/// Counts the pages in the write-ahead log into the number returned, after each commit of this connection.
pub(crate) fn wal_pages(connection: &mut Connection) -> Result<Arc<AtomicU64>, RecordError> {
    let Connection::Sqlite(connection) = connection else {
        return Err(no_log());
    };
    let pages = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&pages);
    connection
        .wal_hook(Some(
            move |_: &mut rusqlite::hooks::Wal, count: std::ffi::c_int| {
                counted.store(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
                Ok(())
            },
        ))
        .map_err(|error| engine_error(&error))?;
    Ok(pages)
}

/// Copies what is in the write-ahead log into the database, without waiting for anybody.
pub(crate) fn checkpoint_passive(connection: &Connection) -> Result<Checkpoint, RecordError> {
    checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)")
}

/// Copies the rest and starts the write-ahead log afresh; for the writer, when little is left to copy. It waits for
/// nobody: while a reader needs the log, the answer is busy.
pub(crate) fn checkpoint_restart(connection: &Connection) -> Result<Checkpoint, RecordError> {
    let Connection::Sqlite(embedded) = connection else {
        return Err(no_log());
    };
    let patience = |time: Duration| embedded.busy_timeout(time).map_err(|error| engine_error(&error));
    patience(Duration::ZERO)?;
    let result = checkpoint(connection, "PRAGMA wal_checkpoint(RESTART)");
    patience(PATIENCE)?;
    result
}

/// Writes the whole database anew, so that nothing is left of what was deleted: not in freed pages, not in the gaps
/// between rows, not in the write-ahead log. Commits wait meanwhile, about a second for each 100 MB. What it puts aside
/// while it works goes to a nameless file in the system's folder for such (`TMPDIR`), and holds only what stays.
pub(super) fn write_over(connection: &Connection) -> Result<(), RecordError> {
    let execute = |text: &str| {
        connection
            .execute_batch(text)
            .map_err(|error| error::engine_error(&error))
    };
    execute("PRAGMA temp_store = FILE")?;
    let written = execute("VACUUM");
    execute("PRAGMA temp_store = MEMORY")?;
    written?;
    // A reader that began before must end before the log can be cut; each waits as long as for a lock.
    for _ in 0..TRIES {
        if checkpoint(connection, "PRAGMA wal_checkpoint(TRUNCATE)")?.is_whole() {
            return Ok(());
        }
    }
    Err(RecordError::Busy)
}

/// How often the write-ahead log is tried to be cut.
const TRIES: usize = 3;

/// A server keeps its own log.
fn no_log() -> RecordError {
    RecordError::Engine {
        detail: "the engine has no write-ahead log of ours".to_owned(),
    }
}

/// What came of a copy of the write-ahead log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    /// Somebody was in the way.
    pub(crate) busy: bool,
    /// Pages in the log.
    pub(crate) pages: i64,
    /// Pages of the log that are in the database now.
    pub(crate) copied: i64,
}

impl Checkpoint {
    /// Nothing of the log is left to copy.
    pub(crate) fn is_whole(&self) -> bool {
        !self.busy && self.copied == self.pages
    }
}

fn checkpoint(connection: &Connection, pragma: &str) -> Result<Checkpoint, RecordError> {
    let Connection::Sqlite(connection) = connection else {
        return Err(no_log());
    };
    connection
        .query_row(pragma, [], |row| {
            Ok(Checkpoint {
                busy: row.get(0)?,
                pages: row.get(1)?,
                copied: row.get(2)?,
            })
        })
        .map_err(|error| engine_error(&error))
}

/// What an error of SQLite means to us.
pub(super) fn engine_error(error: &rusqlite::Error) -> RecordError {
    let detail = || error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => RecordError::DiskFull,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => RecordError::ReadOnly,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            RecordError::Corrupt { detail: detail() }
        }
        Some(ErrorCode::SystemIoFailure) if is_short_read(error) => RecordError::Corrupt { detail: detail() },
        Some(ErrorCode::SystemIoFailure) => RecordError::Disk { detail: detail() },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => RecordError::Busy,
        Some(ErrorCode::CannotOpen) => RecordError::Directory {
            what: "record.sqlite".to_owned(),
            why: detail(),
        },
        _ => match error {
            rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::FromSqlConversionFailure(..) => RecordError::Corrupt { detail: detail() },
            _ => RecordError::Engine { detail: detail() },
        },
    }
}

fn is_short_read(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(failure, _)
        if failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHORT_READ)
}
