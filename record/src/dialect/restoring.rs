//! A store that a restore fills: empty before, and nobody's record until all of it is there. With a file that follows
//! from where it lies. A server's database is marked by a table, made before any other and taken away last; what a killed
//! restore left there is told by the mark, refused by everybody else, and cleared away by the next restore.

use crate::dialect::access::{Access, connect, migrate};
use crate::dialect::connection::Connection;
use crate::dialect::error::{Error, Result, engine_error};
use crate::dialect::value::params;
use crate::error::RecordError;
use crate::options::Options;

/// Held by the session that restores.
const WORKING: &str = "SELECT pg_try_advisory_lock(8314893269)";
const MARKED: &str = "SELECT to_regclass('restoring') IS NOT NULL";
const MARK: &str = "CREATE TABLE restoring (since timestamptz NOT NULL DEFAULT now())";
/// What stands in the schema that tables are made in, and whether it is a table; but for what extensions brought.
const THINGS: &str = "SELECT quote_ident(c.relname), c.relkind IN ('r', 'p') FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT c.relispartition
      AND NOT EXISTS (SELECT 1 FROM pg_depend d
        WHERE d.classid = CAST('pg_class' AS regclass) AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname = 'restoring', c.relname";

/// Why a store cannot be filled.
pub(crate) enum NotFilled {
    /// It holds something.
    NotEmpty,
    /// Another restore is at it.
    Busy,
    /// The engine failed or refused.
    Record(RecordError),
}

impl From<RecordError> for NotFilled {
    fn from(error: RecordError) -> NotFilled {
        NotFilled::Record(error)
    }
}

impl From<Error> for NotFilled {
    fn from(error: Error) -> NotFilled {
        NotFilled::Record(engine_error(&error))
    }
}

/// Opens an empty store and makes its tables. On a server it is marked until [`whole`], and nothing is synced before.
pub(crate) fn fill(options: &Options) -> std::result::Result<Connection, NotFilled> {
    let mut connection = connect(options, Access::Restore)?;
    if let Connection::Postgres(_) = &connection {
        if !said(&connection, WORKING)? {
            return Err(NotFilled::Busy);
        }
        if said(&connection, MARKED)? {
            clear(&connection)?;
        }
        if !things(&connection)?.is_empty() {
            return Err(NotFilled::NotEmpty);
        }
        connection.execute_batch(MARK)?;
    }
    let made = migrate(&mut connection, options);
    if made.is_err() {
        let _ = clear(&connection);
    }
    made?;
    if let Connection::Postgres(_) = &connection {
        connection.execute_batch("SET synchronous_commit = off; SET lock_timeout = 0")?;
    }
    Ok(connection)
}

/// All of it is there, on the disk: from here on it is a record.
pub(crate) fn whole(connection: &Connection) -> Result<()> {
    match connection {
        Connection::Sqlite(_) => Ok(()),
        // What was committed before is on the disk when this is.
        Connection::Postgres(_) => {
            connection.execute_batch("ANALYSE; SET synchronous_commit = on; DROP TABLE restoring")
        }
    }
}

/// Takes away what a restore that failed has made.
pub(crate) fn clear(connection: &Connection) -> Result<()> {
    if let Connection::Sqlite(_) = connection {
        return Ok(());
    }
    if !connection.is_autocommit() {
        crate::dialect::roll_back(connection)?;
    }
    // The mark is the last; one table each time, since a server has only so many locks.
    for (table, _) in things(connection)?.into_iter().filter(|(_, is_table)| *is_table) {
        connection.execute_batch(&format!("DROP TABLE IF EXISTS {table} CASCADE"))?;
    }
    connection.execute_batch("DROP FUNCTION IF EXISTS partition_by_bucket(text)")
}

/// Refuses a store that a restore has not filled to its end.
pub(crate) fn refuse_half(connection: &Connection) -> std::result::Result<(), RecordError> {
    if let Connection::Postgres(_) = connection
        && said(connection, MARKED).map_err(|error| engine_error(&error))?
    {
        return Err(RecordError::HalfRestored);
    }
    Ok(())
}

fn said(connection: &Connection, question: &str) -> Result<bool> {
    connection.query_row(question, params![], |row| row.get(0))
}

fn things(connection: &Connection) -> Result<Vec<(String, bool)>> {
    connection
        .prepare(THINGS)?
        .query_map(params![], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Lets rows of a file's log be numbered in each bucket, as a server numbers them; false where they can be already.
pub(crate) fn number_by_bucket(connection: &Connection) -> Result<bool> {
    let Connection::Sqlite(_) = connection else {
        return Ok(false);
    };
    let keyed: i64 = connection.query_row(
        "SELECT count(*) FROM pragma_table_info('log') WHERE pk > 0",
        params![],
        |row| row.get(0),
    )?;
    if keyed > 1 {
        return Ok(false);
    }
    connection.execute_batch(
        "CREATE TABLE log_by_bucket (
           seq INTEGER NOT NULL,
           bucket INTEGER NOT NULL,
           person INTEGER NOT NULL,
           type INTEGER NOT NULL,
           id BLOB NOT NULL,
           version INTEGER NOT NULL,
           at INTEGER NOT NULL,
           kind INTEGER NOT NULL,
           body BLOB NOT NULL,
           PRIMARY KEY (bucket, seq)
         );
         INSERT INTO log_by_bucket SELECT * FROM log;
         DROP TABLE log;
         ALTER TABLE log_by_bucket RENAME TO log;",
    )?;
    Ok(true)
}
