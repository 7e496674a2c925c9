//! Idempotency: the answer that a repeated commit gets again, for 30 days.

use std::collections::HashSet;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::bytes::{Reader, Writer};
use crate::commit::{Committed, Idempotency, Outcome};
use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::{CommitError, RecordError};
use crate::ids::{Bucket, CommitId, store_id};
use crate::sql;

const ANSWERS: &str = "SELECT bucket, client, key, answer FROM idempotency";
const FORGET: &str = "DELETE FROM idempotency WHERE bucket = ?1 AND client = ?2 AND key = ?3";

/// How long an answer is kept, in microseconds.
const KEPT: i64 = 30 * 24 * 3600 * 1_000_000;

/// The answer to repeat, when this client used this key before.
pub(crate) fn answer(
    connection: &Connection,
    asked: &Idempotency,
    now: i64,
) -> Result<Option<Committed>, CommitError> {
    let kept = connection
        .statement(sql::IDEMPOTENT)
        .and_then(|mut statement| {
            statement
                .query_row(params![bucket(asked).number(), asked.client, asked.key], |row| {
                    Ok((
                        row.get::<_, Vec<u8>>(0)?,
                        row.get::<_, i64>(1)?,
                        row.get::<_, Vec<u8>>(2)?,
                    ))
                })
                .optional()
        })
        .map_err(|error| engine_error(&error))?;
    match kept {
        Some((digest, at, answer)) if at + KEPT > now => {
            if digest != asked.digest {
                return Err(CommitError::IdempotencyMismatch);
            }
            let committed = load(&answer).ok_or_else(|| RecordError::Corrupt {
                detail: format!("idempotency {}", bucket(asked).number()),
            })?;
            Ok(Some(committed))
        }
        _ => Ok(None),
    }
}

/// Keeps the answer.
pub(crate) fn keep(
    connection: &Connection,
    asked: &Idempotency,
    now: i64,
    committed: &Committed,
) -> dialect::Result<()> {
    connection.statement(sql::PUT_IDEMPOTENT)?.put(params![
        bucket(asked).number(),
        asked.client,
        asked.key,
        asked.digest,
        now,
        store(committed, &asked.note)
    ])?;
    Ok(())
}

/// The most answers that are dropped at once: commits wait meanwhile.
pub(crate) const MOST_EXPIRED: usize = 2000;

/// Drops answers that are too old, in some of the buckets, at most [`MOST_EXPIRED`]; gives how many.
pub(crate) fn expire(connection: &Connection, from: u16, to: u16, now: i64) -> dialect::Result<usize> {
    connection
        .statement(sql::EXPIRE_IDEMPOTENT)?
        .execute(params![from, to, now - KEPT, MOST_EXPIRED])
}

/// Drops the answers that name a resource which was destroyed.
pub(crate) fn forget(connection: &Connection, gone: &HashSet<(u16, &[u8])>) -> dialect::Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    let mut named = Vec::new();
    let mut statement = connection.prepare(ANSWERS)?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        let answer: Vec<u8> = row.get(3)?;
        let names = |outcome: &Outcome| {
            let id = store_id(&outcome.id);
            gone.contains(&(outcome.resource_type.number(), id.as_slice()))
        };
        if load(&answer).is_none_or(|answer| answer.outcomes.iter().any(names)) {
            named.push((
                row.get::<_, u16>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
            ));
        }
    }
    drop(rows);
    drop(statement);
    for (bucket, client, key) in named {
        connection.statement(FORGET)?.put(params![bucket, client, key])?;
    }
    Ok(())
}

/// What is locked so that two processes do not take up the same key of a client at once.
pub(crate) fn lock_of(asked: &Idempotency) -> i64 {
    let mut digest = Sha256::new();
    digest.update((asked.client.len() as u64).to_be_bytes());
    digest.update(&asked.client);
    digest.update(&asked.key);
    let [first, ..] = *digest.finalize().as_chunks::<8>().0 else {
        return 0;
    };
    // Never that of a lock with a fixed number.
    i64::from_be_bytes(first) | i64::MIN
}

/// Asks for the answer ahead; see [`answer`].
pub(crate) fn ask_ahead(connection: &Connection, asked: &Idempotency) -> dialect::Result<()> {
    connection
        .statement(sql::IDEMPOTENT)?
        .ask_ahead(params![bucket(asked).number(), asked.client, asked.key])
}

fn bucket(asked: &Idempotency) -> Bucket {
    Bucket::of_hash(asked.client.as_bytes())
}

fn store(committed: &Committed, note: &[u8]) -> Vec<u8> {
    let mut bytes = Writer::default();
    bytes
        .fixed(&committed.id.0)
        .number(committed.positions.len() as u64);
    for (bucket, position) in &committed.positions {
        bytes.number(u64::from(bucket.number())).number(*position);
    }
    bytes.number(committed.outcomes.len() as u64);
    for outcome in &committed.outcomes {
        bytes
            .number(u64::from(outcome.resource_type.number()))
            .bytes(outcome.id.as_bytes())
            .number(outcome.version)
            .fixed(&outcome.updated.as_microsecond().to_be_bytes())
            .number(u64::from(outcome.created));
    }
    bytes.bytes(note);
    bytes.0
}

/// The positions of the commit that a stored answer is about; `None` when it is malformed.
pub(crate) fn positions(stored: &[u8]) -> Option<Vec<(Bucket, u64)>> {
    load_positions(&mut Reader(stored)).map(|(_, positions)| positions)
}

fn load_positions(bytes: &mut Reader<'_>) -> Option<(CommitId, Vec<(Bucket, u64)>)> {
    let id = CommitId(bytes.array()?);
    let positions = (0..bytes.number()?)
        .map(|_| {
            Some((
                Bucket::new(u16::try_from(bytes.number()?).ok()?)?,
                bytes.number()?,
            ))
        })
        .collect::<Option<Vec<_>>>()?;
    Some((id, positions))
}

fn load(stored: &[u8]) -> Option<Committed> {
    let mut bytes = Reader(stored);
    let (id, positions) = load_positions(&mut bytes)?;
    let outcomes = (0..bytes.number()?)
        .map(|_| {
            Some(Outcome {
                resource_type: fhir::ResourceType::from_number(u16::try_from(bytes.number()?).ok()?)?,
                id: bytes.text()?,
                version: bytes.number()?,
                updated: Timestamp::from_microsecond(i64::from_be_bytes(bytes.array()?)).ok()?,
                created: bytes.number()? == 1,
            })
        })
        .collect::<Option<Vec<_>>>()?;
    // Answers of a release that kept no notes end here.
    let note = if bytes.is_empty() {
        Vec::new()
    } else {
        bytes.bytes()?.to_vec()
    };
    Some(Committed {
        id,
        positions,
        outcomes,
        replayed: true,
        note,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{self, Access};
    use crate::options::Options;

    #[test]
    fn answers_that_are_too_old_are_dropped_some_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let options = Options::new(folder.path());
        let mut connection = dialect::connect(&options, Access::Write).expect("it opens");
        dialect::migrate(&mut connection, &options).expect("it has tables");
        connection.execute_batch("BEGIN").expect("begun");
        for number in 0..=MOST_EXPIRED {
            let row = params![3, "clinic", format!("key-{number}"), [0u8; 32], 0, [0u8; 1]];
            let mut put = connection.statement(sql::PUT_IDEMPOTENT).expect("a statement");
            put.execute(row).expect("put");
        }
        connection.execute_batch("COMMIT").expect("committed");
        let expire = |from, to| expire(&connection, from, to, KEPT + 1).expect("expired");
        assert_eq!(expire(4, 20), 0);
        assert_eq!(
            (expire(0, 16), expire(0, 16), expire(0, 16)),
            (MOST_EXPIRED, 1, 0)
        );
    }
}
