//! Legal holds: people whose record may not be destroyed. Placing and lifting one stands in the log like a version.

use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::ids::PersonKey;
use crate::reason::Reason;

const HOLD: &str = "SELECT reason FROM legal_hold WHERE bucket = ?1 AND person = ?2";
const INSERT_HOLD: &str =
    "INSERT INTO legal_hold (bucket, person, at, reason, actor) VALUES (?1, ?2, ?3, ?4, ?5)";
const DELETE_HOLD: &str = "DELETE FROM legal_hold WHERE bucket = ?1 AND person = ?2";

/// Why a person's record is held; `None` when it is not.
pub(crate) fn of(connection: &Connection, person: PersonKey) -> Result<Option<Reason>, RecordError> {
    let number: Option<u16> = connection
        .statement(HOLD)
        .and_then(|mut statement| {
            statement
                .query_row(params![person.bucket().number(), person.number()], |row| {
                    row.get(0)
                })
                .optional()
        })
        .map_err(|error| engine_error(&error))?;
    number
        .map(|number| {
            Reason::from_number(number).ok_or_else(|| RecordError::Corrupt {
                detail: format!("legal_hold: reason {number} is unknown"),
            })
        })
        .transpose()
}

/// Places a hold.
pub(crate) fn insert(
    connection: &Connection,
    person: PersonKey,
    at: i64,
    reason: Reason,
    actor: &str,
) -> dialect::Result<()> {
    connection.statement(INSERT_HOLD)?.put(params![
        person.bucket().number(),
        person.number(),
        at,
        reason.number(),
        actor
    ])
}

/// Lifts it.
pub(crate) fn delete(connection: &Connection, person: PersonKey) -> dialect::Result<()> {
    connection
        .statement(DELETE_HOLD)?
        .put(params![person.bucket().number(), person.number()])
}
