//! The tables that change. A backup holds them as they stood when each of its runs began, not as they stood at every
//! moment; what of them a restore can and cannot bring back is decided here, table by table.

use std::collections::BTreeMap;

use crate::backup::item::Value;
use crate::backup::tables::{
    BUCKET_HEAD, CABINET, DEAD_LETTER, DESTRUCTION, DUE, FOLLOWER, INDEX_STATE, LEGAL_HOLD, OUTBOX, SIGNER,
    Table,
};
use crate::dialect::{Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::ids::{Bucket, id_bucket, load_id};
use crate::mark::MARKED;
use crate::restore::replay::Replay;
use crate::sql;

/// A letter that waits for the operator's word, as the outbox numbers its states.
pub(super) const WAITING: i64 = 1;
pub(super) const DEAD: i64 = 3;
/// Why it waits.
pub(super) const HELD: &str = "held after a restore";

const PERSON_ID: &str = "SELECT id FROM person WHERE bucket = ?1 AND person = ?2";

/// The rows of the small tables, by table.
pub(super) type Small = BTreeMap<&'static str, Vec<Vec<Value>>>;

/// What is to be restored, and from where.
pub(super) struct Setting<'a> {
    pub(super) connection: &'a Connection,
    pub(super) replay: &'a Replay,
    /// Microseconds.
    pub(super) until: Option<i64>,
    /// The tables of the newest run.
    pub(super) newest: &'a Small,
    /// The tables of the last run before the moment asked for.
    pub(super) near: &'a Small,
    pub(super) send_waiting: bool,
}

impl Setting<'_> {
    /// Writes them; gives how many letters are held.
    pub(super) fn write(&self) -> Result<u64, RecordError> {
        self.heads()?;
        self.destructions()?;
        for table in [&SIGNER, &LEGAL_HOLD, &INDEX_STATE, &CABINET] {
            for row in rows(self.newest, table) {
                table.write(self.connection, row)?;
            }
        }
        self.followers()?;
        self.timers()?;
        self.letters()
    }

    /// Destructions whose trace is there. At an earlier moment fewer of the versions are there that they emptied.
    fn destructions(&self) -> Result<(), RecordError> {
        let mut kept = Vec::new();
        for row in rows(self.newest, &DESTRUCTION) {
            // Where an earlier run brought the person back, the ledger has it done again, and this row made anew.
            if self.is_destroyed(row)? {
                kept.push(row.clone());
            }
        }
        if self.until.is_some() {
            self.count_emptied(&mut kept);
        }
        kept.iter()
            .try_for_each(|row| DESTRUCTION.write(self.connection, row))
    }

    /// Has each destruction count the emptied versions that are there: those that stand under the person's own number, then
    /// those that came to the person from elsewhere, which nothing but the sum tells of.
    fn count_emptied(&self, kept: &mut [Vec<Value>]) {
        let Some(versions) = DESTRUCTION.at("versions") else {
            return;
        };
        let emptied = &self.replay.deriving.emptied;
        let mut spare: i64 = emptied.values().sum();
        let mut counted = Vec::new();
        for row in kept.iter() {
            let said = row[versions].integer().unwrap_or(0);
            let person = bucket_of(row).map(Bucket::number).zip(row[1].integer());
            let own = person
                .and_then(|person| emptied.get(&person))
                .copied()
                .unwrap_or(0)
                .min(said);
            spare -= own;
            counted.push((said, own));
        }
        for (row, (said, own)) in kept.iter_mut().zip(counted) {
            let more = spare.clamp(0, said - own);
            spare -= more;
            row[versions] = Value::Integer(own + more);
        }
    }

    /// Whether nothing is left of a person but the mark.
    fn is_destroyed(&self, row: &[Value]) -> Result<bool, RecordError> {
        let (Some(bucket), Some(person)) = (bucket_of(row), row.get(1).and_then(Value::integer)) else {
            return Ok(false);
        };
        let id: Option<Vec<u8>> = self
            .connection
            .statement(PERSON_ID)
            .and_then(|mut statement| {
                statement
                    .query_row(params![bucket.number(), person], |row| row.get(0))
                    .optional()
            })
            .map_err(|error| engine_error(&error))?;
        Ok(id.is_none_or(|id| id.first() == Some(&MARKED)))
    }

    /// The heads: as the log left them; numbers of people go on from where they had come, so that none is given twice.
    fn heads(&self) -> Result<(), RecordError> {
        let column = |name| BUCKET_HEAD.at(name).unwrap_or(usize::MAX);
        for row in rows(self.newest, &BUCKET_HEAD) {
            let mut row = row.clone();
            let Some(bucket) = bucket_of(&row) else { continue };
            let head = self.replay.head(bucket);
            let facts = [
                ("position", Value::Integer(head.position.cast_signed())),
                ("updated", Value::Integer(head.updated)),
                ("chain", Value::Blob(head.chain.to_vec())),
                ("seq", Value::Integer(head.seq)),
            ];
            for (name, value) in facts {
                if let Some(place) = row.get_mut(column(name)) {
                    *place = value;
                }
            }
            // A bucket that was never used has a row on a server only.
            if row != untouched(bucket) {
                BUCKET_HEAD.write(self.connection, &row)?;
            }
        }
        Ok(())
    }

    /// Followers stand where they stood, but not beyond what is there; nobody holds a lease, and no old holder's fence
    /// is valid any more.
    fn followers(&self) -> Result<(), RecordError> {
        for row in rows(self.newest, &FOLLOWER) {
            let mut row = row.clone();
            let Some(bucket) = bucket_of(&row) else { continue };
            let reached = self.replay.head(bucket).position.cast_signed();
            for ((name, _), value) in FOLLOWER.columns.iter().zip(&mut row) {
                *value = match *name {
                    "position" => Value::Integer(value.integer().unwrap_or(0).min(reached)),
                    "fence" => Value::Integer(value.integer().unwrap_or(0) + 1),
                    "holder" | "error" => Value::Null,
                    "failures" | "retry_at" => Value::Integer(0),
                    _ => continue,
                };
            }
            FOLLOWER.write(self.connection, &row)?;
        }
        for row in rows(self.newest, &DEAD_LETTER) {
            let position = row.get(2).and_then(Value::integer).unwrap_or(i64::MAX);
            let there =
                bucket_of(row).is_some_and(|bucket| self.replay.holds(bucket, position.cast_unsigned()));
            if there {
                DEAD_LETTER.write(self.connection, row)?;
            }
        }
        Ok(())
    }

    /// Timers: those of the last run before the moment and those of the newest. One too many wakes a reactor that finds
    /// nothing to do; one too few is a review that nobody is reminded of.
    fn timers(&self) -> Result<(), RecordError> {
        let mut timers: BTreeMap<Vec<Value>, &Vec<Value>> = BTreeMap::new();
        for row in rows(self.newest, &DUE).chain(rows(self.near, &DUE)) {
            timers.insert(row.iter().take(3).cloned().collect(), row);
        }
        for row in timers.into_values() {
            if self.until.is_none() || self.is_known(row)? {
                DUE.write(self.connection, row)?;
            }
        }
        Ok(())
    }

    /// Whether the resource that a timer is about is there.
    fn is_known(&self, row: &[Value]) -> Result<bool, RecordError> {
        let facts = (
            row.get(5).and_then(Value::integer),
            row.get(6).and_then(Value::blob),
        );
        let (Some(resource_type), Some(id)) = facts else {
            return Ok(false);
        };
        let bucket = load_id(id).map_or(0, |id| id_bucket(&id).number());
        self.connection
            .statement(sql::LOCATE)
            .and_then(|mut statement| {
                statement
                    .query_row(params![bucket, resource_type, id], |row| {
                        row.get::<_, Option<u16>>(0)
                    })
                    .optional()
            })
            .map(|home| home.flatten().is_some())
            .map_err(|error| engine_error(&error))
    }

    /// Letters of the newest run: what was sent stays sent. What waited may have been sent since, by a process that
    /// this backup knows nothing of: it is held for the operator, unless told otherwise.
    fn letters(&self) -> Result<u64, RecordError> {
        let (state, error) = (OUTBOX.at("state"), OUTBOX.at("error"));
        let mut held = 0;
        for row in rows(self.newest, &OUTBOX) {
            let mut row = row.clone();
            let (Some(state), Some(error)) = (state, error) else {
                break;
            };
            if !self.send_waiting && row[state].integer() == Some(WAITING) {
                row[state] = Value::Integer(DEAD);
                row[error] = Value::Text(HELD.to_owned());
                held += 1;
            }
            OUTBOX.write(self.connection, &row)?;
        }
        Ok(held)
    }
}

/// The rows of a table.
pub(super) fn rows<'a>(small: &'a Small, table: &Table) -> std::slice::Iter<'a, Vec<Value>> {
    small
        .get(table.name)
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
}

/// The head of a bucket that nobody was ever put into.
fn untouched(bucket: Bucket) -> [Value; 6] {
    let number = |number: i64| Value::Integer(number);
    let bucket = number(i64::from(bucket.number()));
    [
        bucket,
        number(0),
        number(0),
        Value::Blob(vec![0; 32]),
        number(1),
        number(0),
    ]
}

fn bucket_of(row: &[Value]) -> Option<Bucket> {
    Bucket::new(u16::try_from(row.first()?.integer()?).ok()?)
}
