//! What only a server can have wrong: nobody at its address, settings that may lose a commit, a clock that differs from
//! this machine's, pages that do not hold, an archive that does not take its log, a replica that lags.

use crate::clock::SystemClock;
use crate::dialect::{self, Access, Connection, Result, engine_error, params};
use crate::doctor::store::words;
use crate::doctor::{Expectations, Finding, damage};
use crate::error::RecordError;
use crate::options::{Engine, Options};

const CLOCK: &str = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)";
const CHECKSUMS: &str = "SELECT current_setting('data_checksums') = 'on'";
const ARCHIVE: &str = "SELECT current_setting('archive_mode') <> 'off',
    failed_count > 0 AND (last_archived_time IS NULL OR last_failed_time > last_archived_time),
    coalesce(last_failed_wal, '') FROM pg_stat_archiver";
const ENTRIES: &str = "SELECT CAST(sum(position) AS bigint), max(updated) FROM bucket_head";

/// What there is to say of a server that cannot be used; the words hold no address.
pub(super) fn away(error: &RecordError) -> Finding {
    match error {
        RecordError::UnsafeSetting { .. } => unsafe_setting(error),
        _ => Finding::fault(
            "server",
            format!("the database cannot be used: {error}"),
            "is the server running, and is record.postgres its address? its own log says more. Nothing is lost: what was \
             acknowledged is on its disk, and commits go on when it answers",
        ),
    }
}

fn unsafe_setting(error: &RecordError) -> Finding {
    Finding::fault(
        "setting",
        error.to_string(),
        "change it in postgresql.conf (or with ALTER SYSTEM, ALTER DATABASE, ALTER ROLE), reload or restart the server; \
         `sarsen serve` does not start before",
    )
}

/// Looks at the server; false when what it holds is no record.
pub(super) fn look(
    options: &Options,
    connection: &Connection,
    expected: &Expectations,
    clock: &dyn SystemClock,
    found: &mut Vec<Finding>,
) -> bool {
    if let Err(error) = dialect::refuse_half(connection) {
        found.push(Finding::fault(
            "restore",
            error.to_string(),
            "run `sarsen restore` again, with the same --to: what is there is cleared away first",
        ));
        return false;
    }
    if let Err(error) = dialect::promises(connection) {
        found.push(away(&error));
    }
    for (about, look) in [
        ("clock", skew as Look),
        ("damage", checksums),
        ("archive", archive),
        ("rights", owner),
    ] {
        if let Err(error) = look(connection, expected, clock, found) {
            found.push(Finding::note(
                about,
                format!("this could not be looked at: {}", engine_error(&error)),
            ));
        }
    }
    replica(options, connection, expected, found);
    true
}

type Look = fn(&Connection, &Expectations, &dyn SystemClock, &mut Vec<Finding>) -> Result<()>;

/// The server's clock against this machine's.
fn skew(
    connection: &Connection,
    expected: &Expectations,
    clock: &dyn SystemClock,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let before = clock.now().as_microsecond();
    let server: i64 = connection.query_row(CLOCK, params![], |row| row.get(0))?;
    let after = clock.now().as_microsecond();
    let apart = if server < before {
        before - server
    } else {
        (server - after).max(0)
    };
    if u128::from(apart.unsigned_abs()) > expected.skew.as_micros() {
        let side = if server < before { "behind" } else { "ahead of" };
        found.push(Finding::warning(
            "clock",
            format!(
                "the server's clock is {} {side} this machine's",
                words(apart)
            ),
            "is a time service running on both? Commits bear this machine's time; the server's own recovery to a moment goes \
             by the server's",
        ));
    }
    Ok(())
}

fn checksums(
    connection: &Connection,
    _: &Expectations,
    _: &dyn SystemClock,
    found: &mut Vec<Finding>,
) -> Result<()> {
    if !connection.query_row(CHECKSUMS, params![], |row| row.get(0))? {
        found.push(Finding::warning(
            "damage",
            "the server keeps no checksums of its pages (data_checksums is off): a page that the disk changed is found only \
             where it breaks something, or by `sarsen verify`",
            "stop the server once and run `pg_checksums --enable`",
        ));
    }
    Ok(())
}

fn archive(
    connection: &Connection,
    _: &Expectations,
    _: &dyn SystemClock,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let (on, fails, segment): (bool, bool, String) = connection.query_row(ARCHIVE, params![], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    if on && fails {
        found.push(Finding::fault(
            "archive",
            format!("the server's log is not archived: {segment} was refused last. It keeps what it cannot archive, until its disk is full"),
            "look at archive_command and the room where it writes; the server tries again by itself",
        ));
    }
    Ok(())
}

/// Who destroys records has to own the database.
fn owner(
    connection: &Connection,
    _: &Expectations,
    _: &dyn SystemClock,
    found: &mut Vec<Finding>,
) -> Result<()> {
    if !dialect::may_write_over(connection)? {
        found.push(Finding::warning(
            "rights",
            "the user in record.postgres does not own the database: a destroyed record cannot be taken out of the planner's \
             statistics, and its destruction stays unfinished",
            "ALTER DATABASE … OWNER TO that user",
        ));
    }
    Ok(())
}

/// How far the replica that views and followers read is behind.
fn replica(options: &Options, connection: &Connection, expected: &Expectations, found: &mut Vec<Finding>) {
    let Engine::Postgres(postgres) = &options.engine else {
        return;
    };
    if postgres.replica_url.is_none() {
        return;
    }
    let entries = |connection: &Connection| -> Result<(i64, i64)> {
        connection.query_row(ENTRIES, params![], |row| {
            Ok((
                row.get::<_, Option<i64>>(0)?.unwrap_or(0),
                row.get::<_, Option<i64>>(1)?.unwrap_or(0),
            ))
        })
    };
    let asked = dialect::connect(options, Access::Replica).and_then(|replica| {
        // The replica first: what is committed meanwhile is not held against it for long.
        let there = entries(&replica).map_err(|error| engine_error(&error))?;
        let here = entries(connection).map_err(|error| engine_error(&error))?;
        Ok((there, here))
    });
    match asked {
        Ok((there, here)) if here.0 > there.0 => {
            let late = here.1 - there.1;
            let told = format!(
                "the replica is {} entries behind; its newest is {} older",
                here.0 - there.0,
                words(late)
            );
            if u128::from(late.max(0).unsigned_abs()) > expected.lag.as_micros() {
                let next = "is replication running (pg_stat_replication on the primary, the replica's log)? views and \
                            followers lag as far; record.replica = \"\" has them read the primary";
                found.push(Finding::warning("replica", told, next));
            } else {
                found.push(Finding::note("replica", told));
            }
        }
        Ok(_) => found.push(Finding::note("replica", "the replica has everything")),
        Err(error) => found.push(Finding::fault(
            "replica",
            format!("the replica cannot be read: {error}"),
            "start it, or set record.replica to \"\": views and followers then read the primary",
        )),
    }
}

/// Tells of what does not hold; false when something is damaged.
pub(super) fn pages(options: &Options, found: &mut Vec<Finding>) -> bool {
    // It takes as long as the tables are large.
    let read = dialect::connect(options, Access::Check)
        .and_then(|connection| dialect::damaged_tables(&connection).map_err(|error| engine_error(&error)));
    let damaged = match read {
        Ok(damaged) => damaged,
        Err(error) => {
            found.push(Finding::note(
                "damage",
                format!("the pages could not be read: {error}"),
            ));
            return true;
        }
    };
    let next = "stop Sarsen; copy the server's data folder aside; check the disk (dmesg, smartctl); restore the newest backup \
                into an empty database on another disk with `sarsen restore`, or fail over to a standby that is whole";
    for (table, words) in &damaged {
        let first = words.first().map(String::as_str).unwrap_or_default();
        found.push(damage::told(table, first, words.len(), next));
    }
    damaged.is_empty()
}
