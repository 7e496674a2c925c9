//! Whether there is a backup, how old it is, and what would be missing after a restore.

use std::time::Duration;

use crate::backup::Runs;
use crate::clock::SystemClock;
use crate::dialect::{Connection, Result, engine_error, params};
use crate::doctor::store::words;
use crate::doctor::{Expectations, Finding};

const HEADS: &str = "SELECT bucket, position FROM bucket_head";
const STORE: &str = "SELECT store FROM line ORDER BY number DESC LIMIT 1";

pub(super) fn look(
    connection: Option<&Connection>,
    expected: &Expectations,
    clock: &dyn SystemClock,
    found: &mut Vec<Finding>,
) {
    let make = "make one now: `sarsen backup`, then look at why none was made in time";
    let Some(folder) = &expected.backups else {
        found.push(Finding::warning(
            "backup",
            "no folder for backups is set (backup.directory), so nobody looks whether there are any",
            "set it, make an identity with `sarsen backup key`, keep that away from this machine, and back up every hour",
        ));
        return;
    };
    let runs = match Runs::list(folder) {
        Ok(runs) => runs,
        Err(error) => {
            found.push(Finding::fault(
                "backup",
                format!("the backups cannot be read: {error}"),
                make,
            ));
            return;
        }
    };
    for (run, why) in &runs.unreadable {
        found.push(Finding::fault(
            "backup",
            format!("run {run} is not usable: {why}"),
            "make a full one now: `sarsen backup --full`",
        ));
    }
    let Some(newest) = runs.newest() else {
        found.push(Finding::fault("backup", "there is no backup", make));
        return;
    };
    if let Err(error) = runs.chain(&newest.run) {
        found.push(Finding::fault(
            "backup",
            format!("the newest backup cannot be restored: {error}"),
            "make a full one now: `sarsen backup --full`",
        ));
    }
    let age = clock.now().as_microsecond() - newest.begun.as_microsecond();
    if u128::try_from(age).unwrap_or(0) > expected.backup_age.max(Duration::ZERO).as_micros() {
        found.push(Finding::fault(
            "backup",
            format!("the newest backup is {} old", words(age)),
            make,
        ));
    }
    let Some(connection) = connection else {
        return;
    };
    match missing(connection, newest) {
        Ok(Some(missing)) => found.push(Finding::note(
            "backup",
            format!(
                "a restore now would bring run {} of {} ago; {missing} commits by bucket are newer than that",
                newest.run,
                words(age)
            ),
        )),
        Ok(None) => found.push(Finding::fault(
            "backup",
            "the newest backup is of another store",
            "give each store a folder of its own (backup.directory)",
        )),
        Err(error) => found.push(Finding::note(
            "backup",
            format!("not compared with the store: {}", engine_error(&error)),
        )),
    }
}

/// How many feed entries the run does not hold; `None` when it is another store's.
fn missing(connection: &Connection, newest: &crate::backup::Manifest) -> Result<Option<u64>> {
    let store: [u8; 16] = connection
        .prepare(STORE)?
        .query_row(params![], |row| row.get(0))?;
    if store != newest.store {
        return Ok(None);
    }
    let mut missing = 0;
    let mut statement = connection.prepare(HEADS)?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        let (bucket, position): (u16, u64) = (row.get(0)?, row.get(1)?);
        let held = newest.buckets.get(&bucket).map_or(0, |(position, _)| *position);
        missing += position.saturating_sub(held);
    }
    Ok(Some(missing))
}
