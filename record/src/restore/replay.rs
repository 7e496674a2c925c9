//! Feed and log as they come out of a backup: whole entries, in order within each bucket, each checked against the chain
//! before it is written.

use crate::backup::item::Value;
use crate::dialect::{Connection, engine_error};
use crate::error::RecordError;
use crate::feed::{FeedRow, LogRow};
use crate::ids::{BUCKETS, Bucket, CommitId};
use crate::restore::derive::Deriving;
use crate::verify::feed::follows;

/// Where a bucket's feed stands so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Head {
    pub(super) position: u64,
    pub(super) updated: i64,
    pub(super) chain: [u8; 32],
    /// The last number of the bucket's rows in the log.
    pub(super) seq: i64,
}

/// Why an entry cannot be taken.
pub(super) enum Refused {
    /// It is not what was backed up; the words say where.
    Damaged(String),
    /// The new store refused it.
    Record(RecordError),
}

impl From<RecordError> for Refused {
    fn from(error: RecordError) -> Refused {
        Refused::Record(error)
    }
}

/// Takes rows of feed and log.
pub(super) struct Replay {
    /// Entries later than this (microseconds) are left out.
    until: Option<i64>,
    heads: Vec<Head>,
    open: Option<Open>,
    pub(super) entries: u64,
    pub(super) versions: u64,
    /// Entries after the moment asked for.
    pub(super) left_out: u64,
    pub(super) deriving: Deriving,
}

/// An entry whose versions are coming.
struct Open {
    bucket: Bucket,
    row: FeedRow,
    versions: Vec<LogRow>,
}

impl Replay {
    pub(super) fn new(until: Option<i64>) -> Replay {
        Replay {
            until,
            heads: vec![Head::default(); usize::from(BUCKETS)],
            open: None,
            entries: 0,
            versions: 0,
            left_out: 0,
            deriving: Deriving::default(),
        }
    }

    pub(super) fn head(&self, bucket: Bucket) -> Head {
        self.heads[usize::from(bucket.number())]
    }

    /// Whether an entry was taken.
    pub(super) fn holds(&self, bucket: Bucket, position: u64) -> bool {
        self.head(bucket).position >= position
    }

    /// Takes a row of the feed.
    pub(super) fn entry(&mut self, connection: &Connection, values: &[Value]) -> Result<(), Refused> {
        if let Some(open) = &self.open {
            return Err(incomplete(open));
        }
        let (bucket, row) =
            feed_row(values).ok_or_else(|| Refused::Damaged("a row of the feed is malformed".to_owned()))?;
        self.open = Some(Open {
            bucket,
            row,
            versions: Vec::new(),
        });
        self.close_when_whole(connection)
    }

    /// Takes a row of the log.
    pub(super) fn version(&mut self, connection: &Connection, values: &[Value]) -> Result<(), Refused> {
        let row = log_row(values);
        let (Some(open), Some(row)) = (&mut self.open, row) else {
            return Err(Refused::Damaged(
                "a row of the log belongs to no entry".to_owned(),
            ));
        };
        open.versions.push(row);
        self.close_when_whole(connection)
    }

    /// Whether every entry came whole.
    pub(super) fn is_whole(&self) -> Result<(), Refused> {
        self.open.as_ref().map_or(Ok(()), |open| Err(incomplete(open)))
    }

    fn close_when_whole(&mut self, connection: &Connection) -> Result<(), Refused> {
        let whole = |open: &Open| open.versions.len() as i64 >= open.row.count;
        let Some(Open {
            bucket,
            row,
            versions,
        }) = self.open.take_if(|open| whole(open))
        else {
            return Ok(());
        };
        if self.until.is_some_and(|until| row.at > until) {
            self.left_out += 1;
            return Ok(());
        }
        let before = self.head(bucket);
        if row.position != before.position + 1 || row.at <= before.updated {
            return Err(Refused::Damaged(format!(
                "bucket {}: entry {} does not follow entry {}",
                bucket.number(),
                row.position,
                before.position
            )));
        }
        follows(bucket, &before.chain, &row, &versions).map_err(Refused::Damaged)?;
        write(connection, bucket, &row, &versions).map_err(|error| engine_error(&error))?;
        for version in &versions {
            self.deriving.row(connection, version, row.commit)?;
        }
        self.entries += 1;
        self.versions += versions.len() as u64;
        self.heads[usize::from(bucket.number())] = Head {
            position: row.position,
            updated: row.at,
            chain: row.chain,
            seq: versions.last().map_or(before.seq, |version| version.seq),
        };
        Ok(())
    }
}

fn incomplete(open: &Open) -> Refused {
    Refused::Damaged(format!(
        "bucket {}: entry {} has {} versions of {}",
        open.bucket.number(),
        open.row.position,
        open.versions.len(),
        open.row.count
    ))
}

/// Writes the rows as they were.
fn write(
    connection: &Connection,
    bucket: Bucket,
    row: &FeedRow,
    versions: &[LogRow],
) -> crate::dialect::Result<()> {
    use crate::dialect::params;
    connection.statement(crate::sql::INSERT_FEED)?.put(params![
        bucket.number(),
        row.position,
        row.commit.0,
        row.at,
        row.actor,
        row.role,
        row.purpose,
        row.source,
        row.buckets,
        row.first_seq,
        row.count,
        row.kinds,
        row.chain
    ])?;
    for version in versions {
        // A store that came from a server numbers its log in each bucket; a file's log learns to when two numbers meet.
        if let Err(error) = insert(connection, version) {
            if !crate::dialect::number_by_bucket(connection)? {
                return Err(error);
            }
            insert(connection, version)?;
        }
    }
    Ok(())
}

fn insert(connection: &Connection, version: &LogRow) -> crate::dialect::Result<()> {
    use crate::dialect::params;
    connection.statement(crate::sql::INSERT_LOG)?.put(params![
        version.seq,
        version.bucket,
        version.person,
        version.resource_type,
        version.id,
        version.version,
        version.at,
        version.kind,
        version.body
    ])
}

/// Takes the values of a row one after the other.
struct Columns<'a>(std::slice::Iter<'a, Value>);

impl Columns<'_> {
    fn number<T: TryFrom<i64>>(&mut self) -> Option<T> {
        self.0.next()?.integer()?.try_into().ok()
    }

    fn text(&mut self) -> Option<String> {
        self.0.next()?.text().map(str::to_owned)
    }

    fn bytes(&mut self) -> Option<Vec<u8>> {
        self.0.next()?.blob().map(<[u8]>::to_vec)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.0.next()?.blob()?.try_into().ok()
    }
}

/// The columns of [`crate::backup::tables::FEED`].
fn feed_row(values: &[Value]) -> Option<(Bucket, FeedRow)> {
    let mut columns = Columns(values.iter());
    let bucket = Bucket::new(columns.number()?)?;
    let row = FeedRow {
        position: columns.number()?,
        commit: CommitId(columns.array()?),
        at: columns.number()?,
        actor: columns.text()?,
        role: columns.number()?,
        purpose: columns.number()?,
        source: columns.text()?,
        buckets: columns.bytes()?,
        first_seq: columns.number()?,
        count: columns.number()?,
        kinds: columns.number()?,
        chain: columns.array()?,
    };
    Some((bucket, row))
}

/// The columns of [`crate::backup::tables::LOG`].
fn log_row(values: &[Value]) -> Option<LogRow> {
    let mut columns = Columns(values.iter());
    Some(LogRow {
        seq: columns.number()?,
        bucket: columns.number()?,
        person: columns.number()?,
        resource_type: columns.number()?,
        id: columns.bytes()?,
        version: columns.number()?,
        at: columns.number()?,
        kind: columns.number()?,
        body: columns.bytes()?,
    })
}
