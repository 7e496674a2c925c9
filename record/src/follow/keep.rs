//! Checking a step when its commit is decided, and writing it with the changes.

use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::{CommitError, RecordError};
use crate::follow::step::{Cause, DueChange, Step};
use crate::ids::{CommitId, PersonKey, store_id};
use crate::options::Fencing;

/// Changes nothing, and counts one row when the fence and the cursor are as the step says. It locks the row, so that
/// nobody takes the lease, and no repetition of this very commit goes on, before the transaction ends.
const HOLD: &str = "UPDATE follower SET fence = fence
    WHERE bucket = ?1 AND follower = ?2 AND fence = ?3 AND position = ?4";
const MOVE: &str = "UPDATE follower SET position = ?3, failures = 0, error = NULL, retry_at = 0
    WHERE bucket = ?1 AND follower = ?2";
const DUE_CAUSE: &str =
    "SELECT cause FROM due WHERE bucket = ?1 AND reactor = ?2 AND key = ?3 AND at = ?4 AND state = 1";
const CLEAR_DUE: &str = "DELETE FROM due WHERE bucket = ?1 AND reactor = ?2 AND key = ?3";
const SET_DUE: &str = "INSERT INTO due
    (bucket, reactor, key, at, person, type, id, note, cause, state, failures, retry_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, 0, 0)
    ON CONFLICT (bucket, reactor, key) DO UPDATE
    SET at = ?4, person = ?5, type = ?6, id = ?7, note = ?8, cause = ?9,
    state = 1, failures = 0, error = NULL, retry_at = 0";
const INSERT_LETTER: &str = "INSERT INTO outbox
    (bucket, key, reactor, channel, address, person, body, state, attempts, next_at, at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, 0, ?8, ?8)";
const FAILURES: &str = "SELECT failures FROM follower WHERE bucket = ?1 AND follower = ?2";
const INSERT_DEAD: &str = "INSERT INTO dead_letter (bucket, follower, position, at, attempts, error, state)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)";
const REPLAYED: &str = "SELECT attempts FROM dead_letter
    WHERE bucket = ?1 AND follower = ?2 AND position = ?3 AND state = 2";
const DELETE_DEAD: &str = "DELETE FROM dead_letter WHERE bucket = ?1 AND follower = ?2 AND position = ?3";

/// A step that may be kept.
#[derive(Debug)]
pub(crate) struct HeldStep {
    /// What the keys of its letters begin with.
    letters: String,
}

/// Decides whether a step may be kept: the last thing a commit is asked, since it holds the follower's row from here on.
pub(crate) fn hold(connection: &Connection, step: &Step, fencing: Fencing) -> Result<HeldStep, CommitError> {
    let fenced = || CommitError::Fenced {
        follower: step.follower.clone(),
        bucket: step.bucket.number(),
    };
    if fencing == Fencing::On && !is_held(connection, step).map_err(|error| engine_error(&error))? {
        return Err(fenced());
    }
    let cause = match &step.cause {
        Cause::Entry | Cause::GaveUp { .. } => step.to.to_string(),
        Cause::Replay { position } => {
            let row = params![step.bucket.number(), step.follower, position];
            let found = connection
                .statement(REPLAYED)
                .and_then(|mut statement| statement.query_row(row, |_| Ok(())).optional())
                .map_err(|error| engine_error(&error))?;
            found.ok_or_else(fenced)?;
            position.to_string()
        }
        Cause::Due { key, at } => {
            let row = params![step.bucket.number(), step.follower, key, at.as_microsecond()];
            let cause: Option<Vec<u8>> = connection
                .statement(DUE_CAUSE)
                .and_then(|mut statement| statement.query_row(row, |row| row.get(0)).optional())
                .map_err(|error| engine_error(&error))?;
            let cause = cause.ok_or_else(fenced)?;
            // The commit that set it tells two settings of one key to one time apart.
            let setting: String = cause.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            format!("due/{key}/{}/{setting}", at.as_microsecond())
        }
    };
    Ok(HeldStep {
        letters: format!("{}/{}/{cause}", step.follower, step.bucket.number()),
    })
}

fn is_held(connection: &Connection, step: &Step) -> dialect::Result<bool> {
    let held = connection.statement(HOLD)?.execute(params![
        step.bucket.number(),
        step.follower,
        step.fence,
        step.from
    ])?;
    Ok(held == 1)
}

/// Writes a step; `now` in microseconds.
pub(crate) fn write(
    connection: &Connection,
    step: &Step,
    held: &HeldStep,
    commit: CommitId,
    now: i64,
) -> dialect::Result<()> {
    let (bucket, follower) = (step.bucket.number(), &step.follower);
    match &step.cause {
        Cause::Entry => {}
        Cause::Due { key, .. } => {
            connection
                .statement(CLEAR_DUE)?
                .put(params![bucket, follower, key])?;
        }
        Cause::GaveUp { error } => {
            let failures: u64 = connection
                .statement(FAILURES)?
                .query_row(params![bucket, follower], |row| row.get(0))?;
            connection.statement(INSERT_DEAD)?.put(params![
                bucket,
                follower,
                step.to,
                now,
                failures + 1,
                error
            ])?;
        }
        Cause::Replay { position } => {
            connection
                .statement(DELETE_DEAD)?
                .put(params![bucket, follower, position])?;
        }
    }
    if step.to != step.from {
        connection
            .statement(MOVE)?
            .put(params![bucket, follower, step.to])?;
    }
    for change in &step.due {
        match change {
            DueChange::Set {
                key,
                at,
                person,
                resource_type,
                id,
                note,
            } => connection.statement(SET_DUE)?.put(params![
                bucket,
                follower,
                key,
                at.as_microsecond(),
                person.number(),
                resource_type.number(),
                store_id(id),
                note,
                commit.0
            ])?,
            DueChange::Clear { key } => connection
                .statement(CLEAR_DUE)?
                .put(params![bucket, follower, key])?,
        };
    }
    for (ordinal, letter) in step.letters.iter().enumerate() {
        connection.statement(INSERT_LETTER)?.put(params![
            bucket,
            format!("{}/{ordinal}", held.letters),
            follower,
            letter.channel,
            letter.address,
            letter.person.map_or(0, PersonKey::number),
            letter.body,
            now
        ])?;
    }
    Ok(())
}

/// A stored number that is out of range.
pub(crate) fn damaged(table: &str) -> RecordError {
    RecordError::Corrupt {
        detail: table.to_owned(),
    }
}
