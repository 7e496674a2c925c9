//! A restore from its beginning to its end: beside the target first, checked, then renamed.

use std::fs::File;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::backup::error::{BackupError, folder_error};
use crate::backup::item::Value;
use crate::backup::part::{self, Found};
use crate::backup::tables::{FEED, IDEMPOTENCY, LINE, LOG, MARK, PERSON, SEAL, Table};
use crate::backup::{Manifest, Runs};
use crate::clock::{FixedClock, SystemClock};
use crate::dialect::{Connection, engine_error};
use crate::encryption::Identity;
use crate::error::RecordError;
use crate::ids::Bucket;
use crate::keys;
use crate::options::{Options, Sync};
use crate::restore::derive;
use crate::restore::place::Place;
use crate::restore::replay::{Refused, Replay};
use crate::restore::small::{Setting, Small, rows};
use crate::seal::form::load_heads;
use crate::seal::line::Line;
use crate::store::Record;
use crate::verify::{self, Proof, VerifyReport};
use crate::writer::replay as answers;

/// Rows of one transaction of the new store.
const ROWS: u64 = 4000;

/// What was destroyed, as a backup carries it and an opening record reads it.
const LEDGER: &str = "destructions.log";

/// What to restore.
#[derive(Clone)]
pub struct Restore {
    /// The folder of the backup.
    pub from: PathBuf,
    /// What it can be decrypted with.
    pub identities: Vec<Identity>,
    /// The run to restore; `None`: the newest.
    pub run: Option<String>,
    /// Leave out every commit after this moment.
    pub until: Option<Timestamp>,
    /// Leave letters that waited to be sent waiting, rather than holding them for the operator: only when it is certain
    /// that nothing was sent since the backup.
    pub send_waiting: bool,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The run restored.
    pub run: String,
    /// The line of the store's history that begins with it.
    pub line: u64,
    /// Feed entries.
    pub entries: u64,
    /// Versions.
    pub versions: u64,
    /// People and units.
    pub people: u64,
    /// Entries that were left out because they are later than the moment asked for.
    pub left_out: u64,
    /// Seals that were left out because they cover such entries.
    pub seals_left_out: u64,
    /// Letters that are held until the operator releases or drops them.
    pub held_letters: u64,
    /// Versions whose bodies this release cannot read: kept, but found by no search.
    pub unread: u64,
    /// What checking the new store found.
    pub report: VerifyReport,
}

impl Restore {
    /// Restores into the data directory of `options`, which holds nothing yet.
    ///
    /// # Errors
    /// As [`BackupError`] says; then nothing is left at the target.
    pub fn run(&self, options: &Options, clock: &dyn SystemClock) -> Result<Restored, BackupError> {
        let runs = Runs::list(&self.from)?;
        let run = match &self.run {
            Some(run) => run.clone(),
            None => runs
                .newest()
                .map(|manifest| manifest.run.clone())
                .ok_or_else(|| BackupError::NoRun("there is no whole run in this folder".to_owned()))?,
        };
        let chain = runs.chain(&run)?;
        let place = Place::begin(&options.directory)?;
        let beside = Options {
            directory: place.beside.clone(),
            // All of it is synced once, at the end.
            sync: Sync::Off,
            ..options.clone()
        };
        let filled = place.fill(&beside)?;
        let mut restored = self.fill(&beside, filled.connection()?, &chain, &runs.later(&chain), clock)?;
        let filled = filled.written();
        if beside.directory.join(LEDGER).is_file() {
            // What was destroyed is destroyed again where the backup brought it back, also what it was told of later.
            Record::open_and_close(beside.clone(), Arc::new(FixedClock::new(clock.now())))?;
        }
        restored.report = verify::check(&beside, &Proof::default())?;
        place.finish(filled)?;
        Ok(restored)
    }

    fn fill(
        &self,
        options: &Options,
        connection: &Connection,
        chain: &[&Manifest],
        later: &[&Manifest],
        clock: &dyn SystemClock,
    ) -> Result<Restored, BackupError> {
        let Some(newest) = chain.last() else {
            return Err(BackupError::NoRun("the run has no files".to_owned()));
        };
        let until = self.until.map(Timestamp::as_microsecond);
        let near = chain
            .iter()
            .rfind(|manifest| self.until.is_none_or(|until| manifest.begun <= until));
        let mut filling = Filling {
            from: self,
            directory: &options.directory,
            connection,
            replay: Replay::new(until),
            until,
            people: 0,
            written: 0,
            seals: SealsTaken::default(),
        };
        let newest_small = filling.small(newest)?;
        let near_small = match near {
            Some(near) if near.run != newest.run => filling.small(near)?,
            _ => Small::new(),
        };
        filling.begin()?;
        for manifest in chain {
            filling.take(manifest)?;
        }
        filling.is_complete(newest)?;
        for manifest in later {
            filling.ledger(manifest)?;
        }
        filling.replay.deriving.finish(filling.connection)?;
        let setting = Setting {
            connection: filling.connection,
            replay: &filling.replay,
            until,
            newest: &newest_small,
            near: &near_small,
            send_waiting: self.send_waiting,
        };
        let held_letters = setting.write()?;
        let line = filling.line(newest, &newest_small, clock.now())?;
        filling.execute("COMMIT")?;
        let Filling {
            replay,
            people,
            seals,
            ..
        } = filling;
        Ok(Restored {
            run: newest.run.clone(),
            line,
            entries: replay.entries,
            versions: replay.versions,
            people,
            left_out: replay.left_out,
            seals_left_out: seals.left_out,
            held_letters,
            unread: replay.deriving.unread,
            report: VerifyReport::default(),
        })
    }
}

/// A store that is being filled.
struct Filling<'a> {
    from: &'a Restore,
    directory: &'a Path,
    connection: &'a Connection,
    replay: Replay,
    until: Option<i64>,
    people: u64,
    /// Rows in the open transaction.
    written: u64,
    seals: SealsTaken,
}

/// Which seals were taken.
#[derive(Default)]
struct SealsTaken {
    last: i64,
    left_out: u64,
    /// The newest that was left out.
    left: (i64, Vec<u8>),
}

impl Filling<'_> {
    fn execute(&self, text: &'static str) -> Result<(), RecordError> {
        self.connection
            .execute_batch(text)
            .map_err(|error| engine_error(&error))
    }

    fn begin(&self) -> Result<(), RecordError> {
        self.execute("BEGIN")?;
        self.execute("DELETE FROM line")
    }

    /// The small tables of a run.
    fn small(&self, manifest: &Manifest) -> Result<Small, BackupError> {
        let mut small = Small::new();
        self.read(manifest, "state-", |found| {
            if let Found::Row(table, values) = found {
                small.entry(table.name).or_default().push(values);
            }
            Ok(())
        })?;
        Ok(small)
    }

    fn read(
        &self,
        manifest: &Manifest,
        name: &str,
        mut each: impl FnMut(Found) -> Result<(), BackupError>,
    ) -> Result<(), BackupError> {
        let folder = self.from.from.join(&manifest.run);
        for part in manifest.parts.iter().filter(|part| part.name.starts_with(name)) {
            let damaged = |why: String| BackupError::Damaged {
                run: manifest.run.clone(),
                why,
            };
            part::check(&folder, part).map_err(damaged)?;
            part::read(&folder, manifest, part, &self.from.identities, &mut each)?;
        }
        Ok(())
    }

    /// Takes one run's rows and files.
    fn take(&mut self, manifest: &Manifest) -> Result<(), BackupError> {
        for name in ["people-", "log-", "marks-", "seals-", "answers-", "files-"] {
            let folder = self.from.from.join(&manifest.run);
            let parts: Vec<_> = manifest
                .parts
                .iter()
                .filter(|part| part.name.starts_with(name))
                .collect();
            for part in parts {
                let damaged = |why: String| BackupError::Damaged {
                    run: manifest.run.clone(),
                    why,
                };
                part::check(&folder, part).map_err(damaged)?;
                part::read(&folder, manifest, part, &self.from.identities, |found| {
                    self.found(manifest, found)
                })?;
            }
        }
        self.replay
            .is_whole()
            .map_err(|refused| refusal(manifest, refused))
    }

    fn found(&mut self, manifest: &Manifest, found: Found) -> Result<(), BackupError> {
        match found {
            Found::Row(table, values) => {
                self.row(table, &values)
                    .map_err(|refused| refusal(manifest, refused))?;
                self.written += 1;
                if self.written >= ROWS {
                    self.execute("COMMIT")?;
                    self.execute("BEGIN")?;
                    self.written = 0;
                }
                Ok(())
            }
            Found::Piece { path, offset, bytes } => self.piece(manifest, &path, offset, &bytes),
        }
    }

    fn row(&mut self, table: &'static Table, values: &[Value]) -> Result<(), Refused> {
        if table.name == FEED.name {
            self.replay.entry(self.connection, values)
        } else if table.name == LOG.name {
            self.replay.version(self.connection, values)
        } else if table.name == PERSON.name {
            Ok(self.person(values)?)
        } else if table.name == MARK.name {
            Ok(MARK.write(self.connection, values)?)
        } else if table.name == SEAL.name {
            Ok(self.seal(values)?)
        } else if table.name == IDEMPOTENCY.name {
            Ok(self.answer(values)?)
        } else {
            Err(Refused::Damaged(format!(
                "rows of {} stand in the wrong file",
                table.name
            )))
        }
    }

    fn person(&mut self, values: &[Value]) -> Result<(), RecordError> {
        let facts = || {
            let bucket = Bucket::new(u16::try_from(values.first()?.integer()?).ok()?)?;
            let number = u64::try_from(values.get(1)?.integer()?).ok()?;
            let resource_type = u16::try_from(values.get(2)?.integer()?).ok()?;
            Some((bucket, number, resource_type, values.get(3)?.blob()?))
        };
        let (bucket, number, resource_type, id) = facts().ok_or_else(|| damaged("person"))?;
        PERSON.write(self.connection, values)?;
        derive::person(self.connection, bucket, number, resource_type, id)?;
        self.people += 1;
        Ok(())
    }

    /// Seals are taken up to the first that covers an entry which is left out.
    fn seal(&mut self, values: &[Value]) -> Result<(), RecordError> {
        let number = values
            .first()
            .and_then(Value::integer)
            .ok_or_else(|| damaged("seal"))?;
        let heads = values.get(2).and_then(Value::blob).and_then(load_heads);
        let heads = heads.ok_or_else(|| damaged("seal"))?;
        let holds = |(bucket, position): &(Bucket, u64)| self.replay.holds(*bucket, *position);
        if self.seals.left_out == 0 && heads.iter().all(holds) {
            self.seals.last = number;
            return SEAL.write(self.connection, values);
        }
        self.seals.left_out += 1;
        let hash = values.get(4).and_then(Value::blob).unwrap_or_default();
        self.seals.left = (number, hash.to_vec());
        Ok(())
    }

    /// Answers are kept when their commit was.
    fn answer(&mut self, values: &[Value]) -> Result<(), RecordError> {
        let positions = values.get(5).and_then(Value::blob).and_then(answers::positions);
        let positions = positions.ok_or_else(|| damaged("idempotency"))?;
        let at = values.get(4).and_then(Value::integer).unwrap_or(i64::MAX);
        let in_time = self.until.is_none_or(|until| at <= until);
        let held = |(bucket, position): &(Bucket, u64)| self.replay.holds(*bucket, *position);
        if positions.iter().all(held) && (in_time || !positions.is_empty()) {
            IDEMPOTENCY.write(self.connection, values)?;
        }
        Ok(())
    }

    /// Writes a piece of a file: keys, the read audit, the ledger of destructions; nothing else, nowhere else.
    fn piece(&self, manifest: &Manifest, path: &str, offset: u64, bytes: &[u8]) -> Result<(), BackupError> {
        let name = path.strip_prefix("keys/").or_else(|| path.strip_prefix("reads/"));
        let is_plain = |name: &str| !name.is_empty() && !name.starts_with('.') && !name.contains('/');
        if !matches!(path, LEDGER | "process") && !name.is_some_and(is_plain) {
            return Err(BackupError::Damaged {
                run: manifest.run.clone(),
                why: "it holds a file that is none of ours".to_owned(),
            });
        }
        let target = self.directory.join(path);
        let write = || -> std::io::Result<()> {
            if let Some(folder) = target.parent() {
                std::fs::DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(folder)?;
            }
            let mode = if path == "keys/seal.pub" { 0o644 } else { 0o600 };
            let file = File::options()
                .write(true)
                .create(true)
                .truncate(offset == 0)
                .mode(mode)
                .open(&target)?;
            file.write_all_at(bytes, offset)
        };
        write().map_err(|error| folder_error(path, &error))
    }

    /// Takes the ledger of destructions of another run of the same store.
    fn ledger(&self, manifest: &Manifest) -> Result<(), BackupError> {
        self.read(manifest, "files-", |found| match found {
            Found::Piece { path, offset, bytes } if path == LEDGER => {
                self.piece(manifest, &path, offset, &bytes)
            }
            Found::Piece { .. } | Found::Row(..) => Ok(()),
        })
    }

    /// Whether everything that the run says it holds came, up to the moment asked for.
    fn is_complete(&self, newest: &Manifest) -> Result<(), BackupError> {
        let mut digest = Sha256::new();
        for (&number, &(position, _)) in &newest.buckets {
            let Some(bucket) = Bucket::new(number).filter(|_| position > 0) else {
                continue;
            };
            digest.update(number.to_be_bytes());
            digest.update(position.to_be_bytes());
            digest.update(self.replay.head(bucket).chain);
        }
        let digest: [u8; 32] = digest.finalize().into();
        if self.replay.left_out == 0 && digest != newest.heads {
            return Err(BackupError::Damaged {
                run: newest.run.clone(),
                why: "entries of its feed are missing".to_owned(),
            });
        }
        Ok(())
    }

    /// Says, signed, that another line of the store's history begins here.
    fn line(&self, newest: &Manifest, small: &Small, now: Timestamp) -> Result<u64, BackupError> {
        for row in rows(small, &LINE) {
            LINE.write(self.connection, row)?;
        }
        let line = Line {
            until: self.until,
            seal: self.seals.last.cast_unsigned(),
            left: (self.seals.left.0.cast_unsigned(), self.seals.left.1.clone()),
            ..Line::unsigned(
                newest.line + 1,
                newest.store,
                now.as_microsecond(),
                newest.run.clone(),
            )
        };
        Line::begin(line, &keys::open(self.directory)?.seal).write(self.connection)?;
        Ok(newest.line + 1)
    }
}

fn damaged(table: &str) -> RecordError {
    RecordError::Corrupt {
        detail: format!("{table}: a row of the backup is malformed"),
    }
}

fn refusal(manifest: &Manifest, refused: Refused) -> BackupError {
    match refused {
        Refused::Damaged(why) => BackupError::Damaged {
            run: manifest.run.clone(),
            why,
        },
        Refused::Record(error) => error.into(),
    }
}
