//! Reading what only grows, in transactions of at most 20 ms, so that the write-ahead log can be folded in between.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::backup::item::Value;
use crate::backup::manifest::Manifest;
use crate::backup::tables::{FEED, IDEMPOTENCY, LOG, MARK, PERSON, SEAL, Table};
use crate::dialect::{self, Connection, engine_error, params};
use crate::error::RecordError;
use crate::feed::{self, FeedRow, LogRow};
use crate::ids::{BUCKETS, Bucket};
use crate::mark::MARKED;
use crate::writer::replay;

/// How long a read goes on within one transaction.
const SLICE: Duration = Duration::from_millis(15);
/// Rows of one statement.
const ROWS: i64 = 200;
/// Feed entries of one statement.
const ENTRIES: i64 = 32;
/// Log numbers of one round over the buckets: what is written together is read, and restored, together.
const ROUND: i64 = 20_000;

/// A row that goes into the backup.
pub(crate) type Row = (&'static Table, Vec<Value>);

/// Something that is read step by step.
pub(crate) trait Steps {
    /// Reads one statement's worth; false when nothing is left.
    fn step(&mut self, connection: &Connection, rows: &mut Vec<Row>) -> Result<bool, RecordError>;
}

/// Takes steps, in transactions of at most 20 ms, until nothing is left; rows are handed out between transactions. Gives
/// the longest transaction.
pub(crate) fn read<E: From<RecordError>>(
    connection: &Connection,
    steps: &mut impl Steps,
    mut each: impl FnMut(Row) -> Result<(), E>,
) -> Result<Duration, E> {
    let mut longest = Duration::ZERO;
    let mut more = true;
    while more {
        let mut rows = Vec::new();
        let began = Instant::now();
        more = dialect::snapshot(connection, |connection| {
            while steps.step(connection, &mut rows)? {
                if began.elapsed() >= SLICE {
                    return Ok(true);
                }
            }
            Ok(false)
        })?;
        longest = longest.max(began.elapsed());
        for row in rows {
            each(row)?;
        }
    }
    Ok(longest)
}

/// How far each bucket is to be read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Span {
    /// The last position that an earlier run holds.
    pub(crate) from: u64,
    /// The last position to read.
    pub(crate) to: u64,
    /// The first number of a person that no earlier run holds.
    pub(crate) first_person: u64,
    /// The number that the next new person gets.
    pub(crate) next_person: u64,
}

/// Feed entries, each followed by its versions, in rounds over the buckets.
pub(crate) struct Entries {
    buckets: Vec<Reading>,
    at: usize,
    /// Entries that begin behind this log number wait for a later round.
    round_end: i64,
    /// The least log number that waits for a later round.
    next_round: Option<i64>,
    /// The entry whose versions are being read: bucket, next log number, versions left.
    open: Option<(Bucket, i64, i64)>,
    pub(crate) entries: u64,
    pub(crate) versions: u64,
}

/// How far one bucket was read.
struct Reading {
    bucket: Bucket,
    from: u64,
    to: u64,
    waiting: VecDeque<FeedRow>,
}

impl Entries {
    pub(crate) fn new(spans: &[Span]) -> Entries {
        let spans = Bucket::all().zip(spans);
        Entries {
            buckets: spans
                .filter(|(_, span)| span.from < span.to)
                .map(|(bucket, span)| Reading {
                    bucket,
                    from: span.from,
                    to: span.to,
                    waiting: VecDeque::new(),
                })
                .collect(),
            at: 0,
            round_end: ROUND,
            next_round: None,
            open: None,
            entries: 0,
            versions: 0,
        }
    }

    /// Goes to the next bucket, and after the last to the next round; false when all is read.
    fn go_on(&mut self) -> bool {
        self.at += 1;
        if self.at < self.buckets.len() {
            return true;
        }
        self.at = 0;
        self.buckets.retain(|reading| reading.from < reading.to);
        self.round_end = self.next_round.take().unwrap_or(self.round_end) + ROUND;
        !self.buckets.is_empty()
    }

    fn versions(
        &mut self,
        connection: &Connection,
        (bucket, first, left): (Bucket, i64, i64),
        rows: &mut Vec<Row>,
    ) -> Result<(), RecordError> {
        let count = left.min(ROWS);
        let versions =
            feed::log_rows(connection, bucket, first, count).map_err(|error| engine_error(&error))?;
        if versions.len() as i64 != count {
            return Err(RecordError::Corrupt {
                detail: format!("log {}: rows from {first} on are missing", bucket.number()),
            });
        }
        self.versions += versions.len() as u64;
        rows.extend(versions.into_iter().map(|version| (&LOG, log_values(version))));
        self.open = (left > count).then_some((bucket, first + count, left - count));
        Ok(())
    }
}

impl Steps for Entries {
    fn step(&mut self, connection: &Connection, rows: &mut Vec<Row>) -> Result<bool, RecordError> {
        if let Some(open) = self.open.take() {
            self.versions(connection, open, rows)?;
            return Ok(true);
        }
        let Some(reading) = self.buckets.get_mut(self.at) else {
            return Ok(false);
        };
        if reading.waiting.is_empty() && reading.from < reading.to {
            let limit = ENTRIES.min(i64::try_from(reading.to - reading.from).unwrap_or(ENTRIES));
            let found = feed::rows(connection, reading.bucket, reading.from, limit);
            reading.waiting = found.map_err(|error| engine_error(&error))?.into();
            let follows = |row: &FeedRow| row.position == reading.from + 1;
            if !reading.waiting.front().is_some_and(follows) {
                return Err(RecordError::Corrupt {
                    detail: format!(
                        "feed {}: entry {} is missing",
                        reading.bucket.number(),
                        reading.from + 1
                    ),
                });
            }
        }
        match reading.waiting.pop_front() {
            None => Ok(self.go_on()),
            Some(row) if row.first_seq >= self.round_end => {
                let least = self
                    .next_round
                    .map_or(row.first_seq, |least| least.min(row.first_seq));
                self.next_round = Some(least);
                reading.waiting.push_front(row);
                Ok(self.go_on())
            }
            Some(row) => {
                reading.from = row.position;
                self.entries += 1;
                self.open = (row.count > 0).then_some((reading.bucket, row.first_seq, row.count));
                rows.push((&FEED, feed_values(reading.bucket, row)));
                Ok(true)
            }
        }
    }
}

/// People whom no earlier run holds, and those whose access version was raised.
pub(crate) struct People {
    spans: Vec<Span>,
    bucket: u16,
    after: i64,
    pub(crate) people: u64,
}

impl People {
    pub(crate) fn new(spans: &[Span]) -> People {
        People {
            spans: spans.to_vec(),
            bucket: 0,
            after: 0,
            people: 0,
        }
    }
}

impl Steps for People {
    fn step(&mut self, connection: &Connection, rows: &mut Vec<Row>) -> Result<bool, RecordError> {
        let Some(span) = self.spans.get(usize::from(self.bucket)).copied() else {
            return Ok(false);
        };
        let found: Vec<Vec<Value>> = connection
            .statement(PERSON.select)
            .and_then(|mut statement| {
                statement
                    .query_map(
                        params![self.bucket, self.after, span.first_person, span.next_person, ROWS],
                        |row| PERSON.values(row),
                    )?
                    .collect()
            })
            .map_err(|error| engine_error(&error))?;
        self.people += found.len() as u64;
        match found.last().and_then(|row| row[1].integer()) {
            Some(last) if found.len() as i64 == ROWS => self.after = last,
            _ => {
                self.bucket += 1;
                self.after = 0;
            }
        }
        rows.extend(found.into_iter().map(|row| (&PERSON, row)));
        Ok(self.bucket < BUCKETS)
    }
}

/// Seals after one number, up to another.
pub(crate) struct Seals {
    pub(crate) after: i64,
    pub(crate) last: i64,
}

impl Steps for Seals {
    fn step(&mut self, connection: &Connection, rows: &mut Vec<Row>) -> Result<bool, RecordError> {
        let found: Vec<Vec<Value>> = connection
            .statement(SEAL.select)
            .and_then(|mut statement| {
                statement
                    .query_map(params![self.after, self.last, ROWS], |row| SEAL.values(row))?
                    .collect()
            })
            .map_err(|error| engine_error(&error))?;
        let Some(last) = found.last().and_then(|row| row[0].integer()) else {
            return Ok(false);
        };
        self.after = last;
        rows.extend(found.into_iter().map(|row| (&SEAL, row)));
        Ok(self.after < self.last)
    }
}

/// Answers to repeat of commits that the earlier run does not hold. They are read after the snapshot: an answer that is
/// newer than the heads is left out again by the restore, because it names the positions of its commit.
pub(crate) struct Answers<'a> {
    pub(crate) parent: Option<&'a Manifest>,
    pub(crate) bucket: u16,
    pub(crate) after: (String, String),
}

impl Steps for Answers<'_> {
    fn step(&mut self, connection: &Connection, rows: &mut Vec<Row>) -> Result<bool, RecordError> {
        let (client, key) = &self.after;
        let found: Vec<Vec<Value>> = connection
            .statement(IDEMPOTENCY.select)
            .and_then(|mut statement| {
                statement
                    .query_map(params![self.bucket, client, key, ROWS], |row| {
                        IDEMPOTENCY.values(row)
                    })?
                    .collect()
            })
            .map_err(|error| engine_error(&error))?;
        let text = |value: &Value| value.text().unwrap_or_default().to_owned();
        match found.last() {
            Some(last) if found.len() as i64 == ROWS => self.after = (text(&last[1]), text(&last[2])),
            _ => {
                self.bucket += 1;
                self.after = (String::new(), String::new());
            }
        }
        let is_new = |row: &Vec<Value>| {
            let positions = row[5].blob().and_then(replay::positions).unwrap_or_default();
            let held = |(bucket, position): &(Bucket, u64)| {
                self.parent
                    .is_some_and(|parent| parent.head(*bucket).0 >= *position)
            };
            positions.is_empty() || !positions.iter().all(held)
        };
        rows.extend(found.into_iter().filter(is_new).map(|row| (&IDEMPOTENCY, row)));
        Ok(self.bucket < BUCKETS)
    }
}

/// Marks of what was destroyed. A chain of runs begins anew after a destruction, so its first run holds them all.
#[derive(Default)]
pub(crate) struct Marks {
    bucket: u16,
    after: (i64, Vec<u8>),
}

impl Steps for Marks {
    fn step(&mut self, connection: &Connection, rows: &mut Vec<Row>) -> Result<bool, RecordError> {
        let (kind, id) = &self.after;
        let marks = ([MARKED], [MARKED + 1]);
        let found: Vec<Vec<Value>> = connection
            .statement(MARK.select)
            .and_then(|mut statement| {
                statement
                    .query_map(params![self.bucket, kind, id, marks.0, marks.1, ROWS], |row| {
                        MARK.values(row)
                    })?
                    .collect()
            })
            .map_err(|error| engine_error(&error))?;
        match found.last().map(|row| (row[1].integer(), row[2].blob())) {
            Some((Some(kind), Some(id))) if found.len() as i64 == ROWS => self.after = (kind, id.to_vec()),
            _ => {
                self.bucket += 1;
                self.after = (0, Vec::new());
            }
        }
        rows.extend(found.into_iter().map(|row| (&MARK, row)));
        Ok(self.bucket < BUCKETS)
    }
}

fn feed_values(bucket: Bucket, row: FeedRow) -> Vec<Value> {
    vec![
        Value::Integer(i64::from(bucket.number())),
        Value::Integer(row.position as i64),
        Value::Blob(row.commit.0.to_vec()),
        Value::Integer(row.at),
        Value::Text(row.actor),
        Value::Integer(i64::from(row.role)),
        Value::Integer(i64::from(row.purpose)),
        Value::Text(row.source),
        Value::Blob(row.buckets),
        Value::Integer(row.first_seq),
        Value::Integer(row.count),
        Value::Integer(row.kinds as i64),
        Value::Blob(row.chain.to_vec()),
    ]
}

fn log_values(row: LogRow) -> Vec<Value> {
    vec![
        Value::Integer(row.seq),
        Value::Integer(i64::from(row.bucket)),
        Value::Integer(row.person as i64),
        Value::Integer(i64::from(row.resource_type)),
        Value::Blob(row.id),
        Value::Integer(row.version as i64),
        Value::Integer(row.at),
        Value::Integer(i64::from(row.kind)),
        Value::Blob(row.body),
    ]
}
