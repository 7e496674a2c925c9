//! What Sarsen has to know when a server brought its database back by its own recovery, to a moment that no restore of ours
//! chose: the store's history has another line from here on, signed; nobody's lease holds; letters that waited may have
//! been sent; what was given after that moment (numbers of people, fences) is not given again; and who was signed in at
//! that moment is not any more, because they may have signed out since.

use crate::cabinet::Drawer;
use crate::clock::SystemClock;
use crate::dialect::{self, Access, Connection, engine_error, params};
use crate::error::RecordError;
use crate::keys;
use crate::options::Options;
use crate::restore::small::{DEAD, HELD, WAITING};
use crate::seal::line::{self, Line};
use crate::seal::signers;
use crate::sql;
use crate::store;
use crate::verify::{self, Proof, VerifyReport};

/// What stands in place of a run.
const BY_THE_SERVER: &str = "recovered by the server";
/// How far numbers leap over those that may have been given after the moment.
const LEAP: i64 = 100_000;

const LEAP_PEOPLE: &str = "UPDATE bucket_head SET next_person = next_person + ?1 WHERE position > 0";
const LEAP_FENCES: &str =
    "UPDATE follower SET fence = fence + ?1, holder = NULL, failures = 0, error = NULL, retry_at = 0";
const NO_HOLDERS: &str = "DELETE FROM follower_holder";
const EMPTY_DRAWER: &str = "DELETE FROM cabinet WHERE drawer = ?1";
const HOLD_LETTERS: &str = "UPDATE outbox SET state = ?1, error = ?2 WHERE state = ?3";

/// What came of it.
#[derive(Debug, Clone)]
pub struct Recovered {
    /// The line of the store's history that begins with it.
    pub line: u64,
    /// Letters that are held until the operator releases or drops them.
    pub held_letters: u64,
    /// What checking the store found.
    pub report: VerifyReport,
}

/// Takes a store in hand that a server recovered. No process may serve it meanwhile; the data directory holds its keys.
///
/// # Errors
/// When the folder is in use, the key in it is not the store's newest signer, or the store cannot be written.
pub fn recovered(
    options: &Options,
    send_waiting: bool,
    clock: &dyn SystemClock,
) -> Result<Recovered, RecordError> {
    let _lock = store::lock(options)?;
    let mut connection = dialect::connect(options, Access::Write)?;
    dialect::refuse_half(&connection)?;
    dialect::migrate(&mut connection, options)?;
    dialect::begin(&connection, &std::collections::BTreeSet::new()).map_err(|error| engine_error(&error))?;
    let written = write(&connection, options, send_waiting, clock);
    let (line, held_letters) = match written {
        Ok(written) => written,
        Err(error) => {
            let _ = dialect::roll_back(&connection);
            return Err(error);
        }
    };
    dialect::commit(&connection).map_err(|error| engine_error(&error))?;
    drop(connection);
    Ok(Recovered {
        line,
        held_letters,
        report: verify::check(options, &Proof::default())?,
    })
}

fn write(
    connection: &Connection,
    options: &Options,
    send_waiting: bool,
    clock: &dyn SystemClock,
) -> Result<(u64, u64), RecordError> {
    let key = keys::open(&options.directory)?.seal;
    let newest = signers::all(connection)
        .map_err(|error| engine_error(&error))?
        .pop();
    if let Some(newest) = newest.filter(|newest| newest.public != key.verifying_key().as_bytes()) {
        return Err(RecordError::SigningKey {
            signer: newest.number,
        });
    }
    let last = line::all(connection)?.pop().ok_or_else(|| RecordError::Corrupt {
        detail: "line: there is none".to_owned(),
    })?;
    let rows = || -> dialect::Result<(u64, usize)> {
        let seal: Option<(u64, Vec<u8>)> = connection
            .statement(sql::LAST_SEAL)?
            .query_map(params![], |row| Ok((row.get(0)?, row.get(1)?)))?
            .next()
            .transpose()?;
        connection.statement(LEAP_PEOPLE)?.execute(params![LEAP])?;
        connection.statement(LEAP_FENCES)?.execute(params![LEAP])?;
        connection.statement(NO_HOLDERS)?.execute(params![])?;
        // As after a restore: what a backup would not carry is not there.
        for drawer in Drawer::ALL.into_iter().filter(|drawer| !drawer.is_backed_up()) {
            connection
                .statement(EMPTY_DRAWER)?
                .execute(params![drawer.number()])?;
        }
        let held = if send_waiting {
            0
        } else {
            connection
                .statement(HOLD_LETTERS)?
                .execute(params![DEAD, HELD, WAITING])?
        };
        Ok((seal.map_or(0, |(number, _)| number), held))
    };
    let (seal, held) = rows().map_err(|error| engine_error(&error))?;
    let begun = Line {
        seal,
        ..Line::unsigned(
            last.number + 1,
            last.store,
            clock.now().as_microsecond(),
            BY_THE_SERVER.to_owned(),
        )
    };
    let begun = Line::begin(begun, &key);
    begun.write(connection)?;
    Ok((begun.number, held as u64))
}
