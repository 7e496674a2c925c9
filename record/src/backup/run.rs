//! Making a backup: a short snapshot of the heads and the small tables, then everything that only grows, in slices.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::audit::appender::io_error;
use crate::audit::segment::{self, Frames, HEADER};
use crate::backup::error::{BackupError, folder_error};
use crate::backup::folder::{Runs, Writing};
use crate::backup::item::Value;
use crate::backup::manifest::{Manifest, Part, hex};
use crate::backup::part::PartWriter;
use crate::backup::slices::{self, Answers, Entries, Marks, People, Seals, Span};
use crate::backup::tables::{BUCKET_HEAD, DESTRUCTION, LINE, SNAPSHOT};
use crate::clock::SystemClock;
use crate::dialect::{self, Access, Connection, OptionalExtension, engine_error, params};
use crate::encryption::Recipient;
use crate::error::RecordError;
use crate::ids::Bucket;
use crate::keys;
use crate::ledger;
use crate::options::Options;
use crate::process;
use crate::writer::finish;

/// The largest piece of a file in one item.
const PIECE: usize = 1 << 20;

/// How often a run is begun in whose time a record was destroyed.
const ATTEMPTS: u32 = 3;

/// What to back up to where.
#[derive(Debug, Clone)]
pub struct Backup {
    /// The folder of the backup; made when it does not exist.
    pub to: std::path::PathBuf,
    /// Who can read it.
    pub recipients: Vec<Recipient>,
    /// Begin anew, although an earlier run could be continued.
    pub full: bool,
}

/// What a run wrote.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its manifest.
    pub manifest: Manifest,
    /// Feed entries, and the versions in them.
    pub entries: u64,
    /// Versions.
    pub versions: u64,
    /// People and units.
    pub people: u64,
    /// How long the snapshot of the heads and small tables took.
    pub snapshot: Duration,
    /// The longest of the other read transactions.
    pub longest_slice: Duration,
}

impl Backup {
    /// Writes one run. The record may be open in another process, and goes on meanwhile.
    ///
    /// # Errors
    /// As [`BackupError`] says; then nothing of the run is left.
    pub fn run(&self, options: &Options, clock: &dyn SystemClock) -> Result<Report, BackupError> {
        if self.recipients.is_empty() {
            return Err(BackupError::NoRecipient);
        }
        for _ in 0..ATTEMPTS {
            match self.attempt(options, clock) {
                Err(BackupError::Destroying) => {
                    tracing::info!("a record was destroyed while the backup was read: it is begun again");
                }
                done => return done,
            }
        }
        Err(BackupError::Destroying)
    }

    fn attempt(&self, options: &Options, clock: &dyn SystemClock) -> Result<Report, BackupError> {
        let connection = dialect::connect(options, Access::Read)?;
        dialect::refuse_half(&connection)?;
        let (found, known) = dialect::schema(&connection)?;
        if found != known {
            return Err(BackupError::Schema { found, known });
        }
        let begun = clock.now();
        let drawn: [u8; 4] = keys::random()?;
        let run = format!("{}-{}", begun.strftime("%Y%m%dT%H%M%SZ"), hex(&drawn));
        let writing = Writing::begin(&self.to, &run)?;
        let runs = Runs::list(&self.to)?;
        let began = Instant::now();
        let state = dialect::snapshot(&connection, State::read)?;
        let snapshot = began.elapsed();
        let process = process::of(&options.directory)?.map(|process| process.0);
        let parent = if self.full {
            None
        } else {
            state.parent(&connection, &runs, process)?
        };
        let mut files = Files {
            folder: writing.path(),
            recipients: &self.recipients,
            parts: Vec::new(),
            longest: Duration::ZERO,
        };
        let counts = files.tables(&connection, &state, parent)?;
        let reads = files.directory(&connection, &options.directory, parent)?;
        let manifest = Manifest {
            run,
            parent: parent.map(|parent| parent.run.clone()),
            store: state.store,
            process,
            line: state.line,
            release: env!("CARGO_PKG_VERSION").to_owned(),
            begun,
            ended: clock.now(),
            newest: state.newest,
            seal: state.seal,
            reads,
            buckets: state.buckets.clone(),
            heads: state.digest,
            parts: std::mem::take(&mut files.parts),
        };
        let longest_slice = files.longest;
        if state.is_destroyed_since(&connection)? {
            return Err(BackupError::Destroying);
        }
        writing.finish(&manifest)?;
        Ok(Report {
            manifest,
            entries: counts.0,
            versions: counts.1,
            people: counts.2,
            snapshot,
            longest_slice,
        })
    }
}

const DESTROYED_AT: &str = "SELECT position FROM feed WHERE bucket = ?1 AND commit_id = ?2";

/// What stood in the record at one moment.
struct State {
    rows: Vec<(&'static crate::backup::tables::Table, Vec<Vec<Value>>)>,
    buckets: BTreeMap<u16, (u64, u64)>,
    digest: [u8; 32],
    newest: i64,
    seal: (u64, [u8; 32]),
    store: [u8; 16],
    line: u64,
}

impl State {
    /// Reads the small tables; within one transaction.
    fn read(connection: &Connection) -> Result<State, RecordError> {
        let mut rows = Vec::with_capacity(SNAPSHOT.len());
        for table in SNAPSHOT {
            rows.push((table, table.all(connection)?));
        }
        let seal = connection
            .statement(crate::sql::LAST_SEAL)
            .and_then(|mut statement| {
                statement
                    .query_map(params![], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .next()
                    .transpose()
            })
            .map_err(|error| engine_error(&error))?;
        let mut state = State {
            rows: Vec::new(),
            buckets: BTreeMap::new(),
            digest: [0; 32],
            newest: 0,
            seal: seal.unwrap_or((0, [0; 32])),
            store: [0; 16],
            line: 0,
        };
        let mut digest = HeadsDigest::default();
        for (table, rows) in &rows {
            for row in rows {
                if table.name == BUCKET_HEAD.name {
                    state
                        .head(row, &mut digest)
                        .ok_or_else(|| damaged("bucket_head"))?;
                } else if table.name == LINE.name {
                    state.line(row).ok_or_else(|| damaged("line"))?;
                }
            }
        }
        state.digest = digest.finish();
        state.rows = rows;
        Ok(state)
    }

    fn head(&mut self, row: &[Value], digest: &mut HeadsDigest) -> Option<()> {
        let number = |at: usize| u64::try_from(row.get(at)?.integer()?).ok();
        let bucket = Bucket::new(u16::try_from(number(0)?).ok()?)?;
        let (position, next_person) = (number(1)?, number(4)?);
        self.buckets.insert(bucket.number(), (position, next_person));
        self.newest = self.newest.max(row.get(2)?.integer()?);
        digest.add(bucket, position, row.get(3)?.blob()?);
        Some(())
    }

    fn line(&mut self, row: &[Value]) -> Option<()> {
        let number = u64::try_from(row.first()?.integer()?).ok()?;
        if number > self.line {
            self.line = number;
            self.store = row.get(1)?.blob()?.try_into().ok()?;
        }
        Some(())
    }

    fn spans(&self, parent: Option<&Manifest>) -> Vec<Span> {
        Bucket::all()
            .map(|bucket| {
                let (to, next_person) = self.buckets.get(&bucket.number()).copied().unwrap_or((0, 1));
                let (from, first_person) = parent.map_or((0, 1), |parent| parent.head(bucket));
                Span {
                    from,
                    to,
                    first_person,
                    next_person,
                }
            })
            .collect()
    }

    /// Whether a record was destroyed since this was read: then what was read in slices since may hold some of it, and may
    /// lack the rest.
    fn is_destroyed_since(&self, connection: &Connection) -> Result<bool, RecordError> {
        let now = DESTRUCTION.all(connection)?;
        let then = self.rows.iter().find(|(table, _)| table.name == DESTRUCTION.name);
        // All but the last column, whether freed space was written over: that comes later.
        let facts = |row: &Vec<Value>| row.split_last().map(|(_, facts)| facts.to_vec());
        let then = then.iter().flat_map(|(_, rows)| rows).map(facts);
        Ok(!then.eq(now.iter().map(facts)))
    }

    /// Whether a record was destroyed here after the run.
    fn destroyed_since(&self, connection: &Connection, run: &Manifest) -> dialect::Result<bool> {
        for (_, rows) in self
            .rows
            .iter()
            .filter(|(table, _)| table.name == DESTRUCTION.name)
        {
            for row in rows {
                let bucket = row
                    .first()
                    .and_then(Value::integer)
                    .and_then(|bucket| u16::try_from(bucket).ok());
                let (Some(bucket), Some(commit)) = (bucket, row.get(7).and_then(Value::blob)) else {
                    return Ok(true);
                };
                let kept = run.buckets.get(&bucket).map_or(0, |head| head.0);
                let position: Option<u64> = connection
                    .statement(DESTROYED_AT)?
                    .query_row(params![bucket, commit], |row| row.get(0))
                    .optional()?;
                if position.is_none_or(|position| position > kept) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The newest run that this store is the continuation of: whose every head, and last seal, stand in it. It holds the
    /// read audit of this process, which is continued too.
    fn parent<'a>(
        &self,
        connection: &Connection,
        runs: &'a Runs,
        process: Option<[u8; 16]>,
    ) -> Result<Option<&'a Manifest>, BackupError> {
        let mut candidates: Vec<&Manifest> = runs
            .runs
            .values()
            .filter(|manifest| manifest.store == self.store && manifest.process == process)
            .filter(|manifest| runs.chain(&manifest.run).is_ok())
            .collect();
        candidates.sort_by_key(|manifest| std::cmp::Reverse(manifest.age()));
        for candidate in candidates {
            // What a chain of runs carried before a destruction would come back with it: a new chain begins after one.
            if self
                .destroyed_since(connection, candidate)
                .map_err(|error| engine_error(&error))?
            {
                continue;
            }
            if continues(connection, candidate).map_err(|error| engine_error(&error))? {
                return Ok(Some(candidate));
            }
        }
        Ok(None)
    }
}

fn damaged(table: &str) -> RecordError {
    RecordError::Corrupt {
        detail: table.to_owned(),
    }
}

/// Whether every head of a run stands in the feed, and its last seal among the seals.
fn continues(connection: &Connection, run: &Manifest) -> dialect::Result<bool> {
    let mut digest = HeadsDigest::default();
    for (bucket, (position, _)) in &run.buckets {
        let Some(bucket) = Bucket::new(*bucket) else {
            return Ok(false);
        };
        if *position == 0 {
            continue;
        }
        let chain = connection
            .statement(crate::sql::FEED_CHAIN)?
            .query_map(params![bucket.number(), position], |row| {
                row.get::<_, [u8; 32]>(0)
            })?
            .next()
            .transpose()?;
        let Some(chain) = chain else {
            return Ok(false);
        };
        digest.add(bucket, *position, &chain);
    }
    let (seal, hash) = run.seal;
    let sealed = seal == 0
        || connection
            .statement(crate::sql::SEAL_HASH)?
            .query_map(params![seal], |row| row.get::<_, [u8; 32]>(0))?
            .next()
            .transpose()?
            == Some(hash);
    Ok(sealed && digest.finish() == run.heads)
}

/// SHA-256 over bucket (2 bytes), position (8 bytes), chain hash of every bucket with entries, ascending.
#[derive(Default)]
struct HeadsDigest(Sha256);

impl HeadsDigest {
    fn add(&mut self, bucket: Bucket, position: u64, chain: &[u8]) {
        if position > 0 {
            self.0.update(bucket.number().to_be_bytes());
            self.0.update(position.to_be_bytes());
            self.0.update(chain);
        }
    }

    fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The encrypted files of a run, as they are written.
struct Files<'a> {
    folder: &'a Path,
    recipients: &'a [Recipient],
    parts: Vec<Part>,
    longest: Duration,
}

impl<'a> Files<'a> {
    fn part(&self, name: &'static str) -> PartWriter<'a> {
        PartWriter::new(self.folder, name, self.recipients)
    }

    /// Entries, versions and people written.
    fn tables(
        &mut self,
        connection: &Connection,
        state: &State,
        parent: Option<&Manifest>,
    ) -> Result<(u64, u64, u64), BackupError> {
        let mut writer = self.part("state");
        for (table, rows) in &state.rows {
            for row in rows {
                writer.row(table, row.clone())?;
            }
        }
        self.parts.extend(writer.finish()?);
        let spans = state.spans(parent);
        let mut people = People::new(&spans);
        self.sliced("people", connection, &mut people)?;
        let mut entries = Entries::new(&spans);
        self.sliced("log", connection, &mut entries)?;
        let has_marks = |(table, rows): &(&crate::backup::tables::Table, Vec<Vec<Value>>)| {
            table.name == DESTRUCTION.name && !rows.is_empty()
        };
        if parent.is_none() && state.rows.iter().any(has_marks) {
            self.sliced("marks", connection, &mut Marks::default())?;
        }
        let mut seals = Seals {
            after: parent.map_or(0, |parent| parent.seal.0.cast_signed()),
            last: state.seal.0.cast_signed(),
        };
        self.sliced("seals", connection, &mut seals)?;
        let mut answers = Answers {
            parent,
            bucket: 0,
            after: (String::new(), String::new()),
        };
        self.sliced("answers", connection, &mut answers)?;
        Ok((entries.entries, entries.versions, people.people))
    }

    fn sliced(
        &mut self,
        name: &'static str,
        connection: &Connection,
        steps: &mut impl slices::Steps,
    ) -> Result<(), BackupError> {
        let mut writer = self.part(name);
        let longest = slices::read(connection, steps, |(table, row)| writer.row(table, row))?;
        self.longest = self.longest.max(longest);
        self.parts.extend(writer.finish()?);
        Ok(())
    }

    /// The keys, the process's id, the ledger of destructions and the read audit; gives how far the read audit was read.
    fn directory(
        &mut self,
        connection: &Connection,
        directory: &Path,
        parent: Option<&Manifest>,
    ) -> Result<(u64, u64), BackupError> {
        let mut writer = self.part("files");
        for entry in
            std::fs::read_dir(directory.join("keys")).map_err(|error| folder_error("keys", &error))?
        {
            let path = entry.map_err(|error| folder_error("keys", &error))?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            // A key that is just being made has no name yet.
            if path.is_file() && !name.ends_with(".part") {
                whole(&mut writer, &path, &format!("keys/{name}"))?;
            }
        }
        let process = directory.join("process");
        if process.is_file() {
            whole(&mut writer, &process, "process")?;
        }
        // Also what another process destroyed.
        let destructions = ledger::with(directory, &finish::destructions(connection)?)?;
        pieces(&mut writer, ledger::NAME, 0, &destructions)?;
        let reads = reads(
            &mut writer,
            directory,
            parent.map_or((0, 0), |parent| parent.reads),
        )?;
        self.parts.extend(writer.finish()?);
        Ok(reads)
    }
}

fn whole(writer: &mut PartWriter<'_>, path: &Path, name: &str) -> Result<(), BackupError> {
    let bytes = std::fs::read(path).map_err(|error| folder_error(name, &error))?;
    pieces(writer, name, 0, &bytes)
}

fn pieces(writer: &mut PartWriter<'_>, name: &str, from: u64, bytes: &[u8]) -> Result<(), BackupError> {
    let mut offset = from;
    for piece in bytes.chunks(PIECE) {
        writer.piece(name.to_owned(), offset, piece.to_vec())?;
        offset += piece.len() as u64;
    }
    Ok(())
}

/// The whole frames of the read audit behind those that the earlier run holds, and what was set aside.
fn reads(
    writer: &mut PartWriter<'_>,
    directory: &Path,
    (held, held_to): (u64, u64),
) -> Result<(u64, u64), BackupError> {
    let mut reached = (held, held_to);
    let failed = |error: std::io::Error| BackupError::Record(io_error(&error));
    for number in segment::numbers(directory).map_err(failed)? {
        if number < held {
            continue;
        }
        let bytes = std::fs::read(segment::path(directory, number)).map_err(failed)?;
        let Some((mut frames, _)) = Frames::open(&bytes) else {
            continue;
        };
        while frames.next().is_some() {}
        let end = frames.head.end;
        let from = if number == held { held_to } else { 0 };
        if end <= HEADER.max(from) {
            continue;
        }
        let (first, last) = (
            usize::try_from(from).unwrap_or(0),
            usize::try_from(end).unwrap_or(0),
        );
        let name = format!("reads/{number:08}.segment");
        pieces(writer, &name, from, bytes.get(first..last).unwrap_or_default())?;
        reached = (number, end);
    }
    for name in segment::set_aside(directory).map_err(failed)? {
        let bytes = std::fs::read(segment::folder(directory).join(&name)).map_err(failed)?;
        pieces(writer, &format!("reads/{name}"), 0, &bytes)?;
    }
    Ok(reached)
}
