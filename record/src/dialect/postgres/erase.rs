//! Writing anew what a destruction took rows of, so that nothing of them is left in any file of the database.

use std::time::{Duration, Instant};

use crate::dialect::connection::Connection;
use crate::dialect::error::{Error, OptionalExtension, engine_error};
use crate::dialect::value::params;
use crate::error::RecordError;

/// How long it waits for those who may still read what was there.
const PATIENCE: Duration = Duration::from_secs(5);

/// The tables of which a destruction takes rows or changes them.
const TABLES: [&str; 12] = [
    "log",
    "current",
    "locator",
    "person",
    "history",
    "member",
    "value",
    "identity",
    "idempotency",
    "due",
    "outbox",
    "dead_letter",
];

/// What makes the planner forget what it noted of the columns of a table that hold content: a column's type set to what it
/// is. A table that became empty would keep its notes.
const FORGET: &str = "SELECT format('ALTER TABLE %s %s', attrelid::regclass,
    string_agg(format('ALTER COLUMN %I TYPE %s', attname, format_type(atttypid, atttypmod)), ', '))
    FROM pg_attribute WHERE attrelid = to_regclass(CAST(?1 AS text)) AND attnum > 0 AND NOT attisdropped
      AND atttypid IN (CAST('bytea' AS regtype), CAST('text' AS regtype)) GROUP BY attrelid";

/// A number that every transaction which begins from here on lies behind.
const NOW: &str = "SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)";

/// Writes the tables anew, and what the planner noted of them. A row that somebody may still read is not left out of a
/// table that is written anew, so such readers are waited for; when they stay, it has failed. The server's log is its own:
/// old segments are given up where we may ask for that.
pub(in crate::dialect) fn write_over(connection: &Connection) -> Result<(), RecordError> {
    if !owns_database(connection).map_err(|error| engine_error(&error))? {
        // The server would leave them out with a warning that nobody reads.
        return Err(RecordError::Engine {
            detail: "this user does not own the database, and may not write its statistics anew".to_owned(),
        });
    }
    wait_for_readers(connection)?;
    let run = |text: &str| {
        connection
            .execute_batch(text)
            .map_err(|error| engine_error(&error))
    };
    for table in TABLES {
        let forget: Option<String> = connection
            .query_row(FORGET, params![table], |row| row.get(0))
            .optional()
            .map_err(|error| engine_error(&error))?;
        if let Some(forget) = forget {
            run(&forget)?;
        }
        run(&format!("VACUUM (FULL, ANALYSE) {table}"))?;
    }
    // The values that were most frequent stood there too; whoever began since the first wait may still see them.
    wait_for_readers(connection)?;
    run("VACUUM (FULL) pg_statistic")?;
    for text in ["SELECT pg_switch_wal()", "CHECKPOINT"] {
        if let Err(error) = run(text) {
            tracing::info!(%error, "the server's log keeps old segments for a while: this user may not ask to give them up");
            break;
        }
    }
    Ok(())
}

/// Whether this session's user owns the database, or belongs to who does.
pub(in crate::dialect) fn owns_database(connection: &Connection) -> Result<bool, Error> {
    connection.query_row(
        "SELECT pg_has_role(datdba, 'MEMBER') FROM pg_database WHERE datname = current_database()",
        params![],
        |row| row.get(0),
    )
}

fn wait_for_readers(connection: &Connection) -> Result<(), RecordError> {
    let begun = Instant::now();
    let look = || -> Result<String, Error> { connection.query_row(NOW, params![], |row| row.get(0)) };
    let now = look().map_err(|error| engine_error(&error))?;
    let readers = format!(
        "SELECT (SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()
             AND (datname = current_database() OR datname IS NULL) AND age(backend_xmin) > age('{now}'::xid))
          + (SELECT count(*) FROM pg_replication_slots WHERE age(xmin) > age('{now}'::xid))
          + (SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database())"
    );
    loop {
        let left: i64 = connection
            .query_row(&readers, params![], |row| row.get(0))
            .map_err(|error| engine_error(&error))?;
        if left == 0 {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            return Err(RecordError::Busy);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
