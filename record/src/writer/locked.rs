//! A group of commits where the engine has many writers: each group locks what it touches, decides under the locks, and
//! writes. Whatever is known beforehand is locked and asked for in one go; when deciding needs a bucket that is not
//! locked, everything is rolled back and decided again with it. A group that was in the way of another is tried again,
//! and so is one whose connection was lost before it was committed. When the connection is lost while committing, the
//! feed says what became of it; nothing is ever repeated on a guess.

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::{CommitError, RecordError};
use crate::ids::{Bucket, CommitId};
use crate::options::{Acknowledge, Order};
use crate::sql;
use crate::writer::group::{Answer, Writing};
use crate::writer::job::{Job, ResourceKey};
use crate::writer::replay;

/// The most commits of one group: their buckets are locked until all are on the disk.
const MOST: usize = 32;
/// No more commits are taken once they hold so many changes.
const MOST_CHANGES: usize = 256;
/// How often a group is tried.
const TRIES: u32 = 10;
/// How long a server that is away is waited for.
const AWAY: Duration = Duration::from_secs(5);
/// How long the fate of a commit is looked for: longer than the server takes to give up a session that fell silent.
const FATE: Duration = Duration::from_secs(60);

/// Why a group did not come through.
enum Trouble {
    /// It touches buckets that are not locked.
    Wider(BTreeSet<Bucket>),
    /// The connection was lost, or others were in the way; nothing was kept.
    Again(RecordError),
    /// The connection was lost while committing.
    Unsure(Vec<Answer>),
    /// The server is away; nothing was kept.
    Away(RecordError),
    /// Nothing was kept.
    Failed(RecordError),
}

impl Writing {
    pub(super) fn group_under_locks(&mut self) {
        let mut jobs = self.queue.take_some(MOST, MOST_CHANGES);
        if jobs.is_empty() {
            return;
        }
        let answers = self.settle(&mut jobs);
        self.reply(jobs, answers);
    }

    /// The answer to each commit.
    pub(super) fn settle(&mut self, jobs: &mut [Job]) -> Vec<Answer> {
        let mut also = BTreeSet::new();
        let mut last = RecordError::Busy;
        for tries in 0..TRIES {
            let trouble = match self.attempt(jobs, &also) {
                Ok(answers) => return answers,
                Err(trouble) => trouble,
            };
            self.roll_back();
            match trouble {
                Trouble::Wider(more) => also.extend(more),
                Trouble::Again(error) => {
                    last = error;
                    std::thread::sleep(Duration::from_millis(u64::from(tries) * 3));
                }
                Trouble::Unsure(answers) => match self.was_kept(&answers) {
                    Ok(true) => return answers,
                    Ok(false) => {}
                    Err(error) => {
                        tracing::error!(%error, commits = jobs.len(), "what became of a group of commits is not known");
                        return jobs.iter().map(unknown).collect();
                    }
                },
                Trouble::Away(error) => return jobs.iter().map(|_| Err(error.clone().into())).collect(),
                Trouble::Failed(error) => {
                    last = error;
                    break;
                }
            }
        }
        if let [_] = jobs {
            return vec![Err(last.into())];
        }
        tracing::warn!(error = %last, commits = jobs.len(), "a group of commits was rolled back");
        jobs.iter_mut()
            .flat_map(|job| self.settle(std::slice::from_mut(job)))
            .collect()
    }

    fn attempt(&mut self, jobs: &mut [Job], also: &BTreeSet<Bucket>) -> Result<Vec<Answer>, Trouble> {
        self.refresh().map_err(Trouble::Away)?;
        let before = self.connection.round_trips();
        let mut buckets = also.clone();
        buckets.extend(jobs.iter().flat_map(Job::buckets));
        if let Err(error) = self.prepare(jobs, &buckets) {
            return Err(self.trouble(engine_error(&error)));
        }
        let mut answers = Vec::with_capacity(jobs.len());
        let mut touched = Touched::default();
        for job in jobs.iter() {
            if touched.meets(job) {
                // An earlier commit of the group changed what was asked ahead.
                self.connection
                    .forget()
                    .map_err(|error| self.trouble(engine_error(&error)))?;
            }
            let result = self.one(job);
            // First: whatever was written over a head that is not locked may have failed for that alone.
            let missed = self.heads.missed();
            if !missed.is_empty() {
                return Err(Trouble::Wider(missed));
            }
            let answer = result.map_err(|error| self.trouble(error))?;
            if answer.as_ref().is_ok_and(|committed| !committed.replayed) {
                touched.by(job);
            }
            answers.push(answer);
        }
        if self.options.order == Order::Locked {
            self.heads
                .write(&self.connection)
                .map_err(|error| self.trouble(engine_error(&error)))?;
        }
        if self.acknowledge == Acknowledge::BeforeCommit {
            self.acknowledge_early(jobs, &answers);
        }
        if let Some(before_commit) = &self.options.before_commit {
            jobs.iter().for_each(|job| before_commit(&job.source));
        }
        match dialect::commit(&self.connection) {
            Err(_) if self.connection.is_lost() && self.acknowledge == Acknowledge::OnAGuess => {
                // As whoever believes that it was kept: heads left here would go out with the next seal.
                self.heads.commit();
                Ok(answers)
            }
            Ok(()) => {
                self.heads.commit();
                let waits = self.connection.round_trips() - before;
                tracing::debug!(commits = answers.len(), waits, "a group of commits was kept");
                Ok(answers)
            }
            Err(_) if self.connection.is_lost() => Err(Trouble::Unsure(answers)),
            Err(error) => Err(self.trouble(engine_error(&error))),
        }
    }

    /// Begins, locks, and asks for everything that deciding will look at.
    fn prepare(&mut self, jobs: &[Job], buckets: &BTreeSet<Bucket>) -> dialect::Result<()> {
        let connection = &self.connection;
        let asked = || jobs.iter().filter_map(|job| job.idempotency.as_ref());
        dialect::begin(connection, &asked().map(replay::lock_of).collect())?;
        if self.options.order == Order::Locked {
            dialect::lock_heads(connection, buckets)?;
        }
        for asked in asked() {
            replay::ask_ahead(connection, asked)?;
        }
        let mut locate = connection.statement(sql::LOCATE)?;
        for job in jobs {
            for key in job.keys() {
                locate.ask_ahead(params![key.bucket.number(), key.resource_type, key.id])?;
                // Whether it was destroyed.
                let mark = job.marker.of(key.resource_type, &key.id);
                locate.ask_ahead(params![key.bucket.number(), key.resource_type, mark])?;
            }
        }
        match self.options.order {
            Order::Locked => self.heads.read_locked(connection, buckets)?,
            Order::Unlocked => self.heads.count_on(buckets),
        }
        let mut current = connection.statement(sql::CURRENT)?;
        for key in jobs.iter().flat_map(|job| &job.changes).map(|change| &change.key) {
            let home = locate
                .query_row(params![key.bucket.number(), key.resource_type, key.id], |row| {
                    Ok((row.get::<_, Option<u16>>(0)?, row.get::<_, Option<u64>>(1)?))
                })
                .optional()?;
            if let Some((Some(bucket), Some(person))) = home {
                current.ask_ahead(params![bucket, person, key.resource_type, key.id])?;
            }
        }
        Ok(())
    }

    fn trouble(&self, error: RecordError) -> Trouble {
        if self.connection.is_lost() || matches!(error, RecordError::Busy) {
            Trouble::Again(error)
        } else {
            Trouble::Failed(error)
        }
    }

    /// Connects again when the connection was lost.
    pub(super) fn refresh(&mut self) -> Result<(), RecordError> {
        if self.connection.is_lost() {
            self.connection = self.reconnect(AWAY)?;
        }
        Ok(())
    }

    fn reconnect(&self, patience: Duration) -> Result<Connection, RecordError> {
        let began = Instant::now();
        loop {
            match dialect::connect_writer(&self.options) {
                Ok(connection) => return Ok(connection),
                Err(error) if began.elapsed() > patience => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    /// Whether a group whose connection was lost while committing was kept. The locks that it held say when the server has
    /// made up its mind; then its first entry is in the feed, or never will be.
    fn was_kept(&mut self, answers: &[Answer]) -> Result<bool, RecordError> {
        let (commit, bucket, position) = match Trace::of(answers) {
            Trace::Nothing => return Ok(true),
            Trace::Entry(commit, bucket, position) => (commit, bucket, position),
            Trace::None(commit) => {
                return Err(RecordError::Unknown {
                    commit: commit.to_string(),
                });
            }
        };
        let began = Instant::now();
        loop {
            self.connection = self.reconnect(FATE)?;
            let connection = &self.connection;
            let look = || -> dialect::Result<Option<[u8; 16]>> {
                dialect::begin(connection, &BTreeSet::new())?;
                let locked = BTreeSet::from([bucket]);
                dialect::lock_heads(connection, &locked)?;
                dialect::locked_heads(connection, &locked, |_| Ok(()))?;
                let found = connection
                    .statement(sql::COMMIT_AT)?
                    .query_row(params![bucket.number(), position], |row| row.get(0))
                    .optional()?;
                dialect::roll_back(connection)?;
                Ok(found)
            };
            match look() {
                Ok(found) => return Ok(found == Some(commit.0)),
                Err(error) if began.elapsed() > FATE => return Err(engine_error(&error)),
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }
}

/// What a group leaves in the feed when it is kept; its transaction is one, so one entry tells of all.
#[derive(Debug, PartialEq, Eq)]
enum Trace {
    /// It writes nothing.
    Nothing,
    /// This commit's entry.
    Entry(CommitId, Bucket, u64),
    /// It writes, this commit first, but nothing of it stands in the feed: a follower's step, a dead letter's end.
    None(CommitId),
}

impl Trace {
    fn of(answers: &[Answer]) -> Trace {
        let written = || answers.iter().flatten().filter(|committed| !committed.replayed);
        let entry = written().find_map(|committed| Some((committed.id, *committed.positions.first()?)));
        match (entry, written().next()) {
            (Some((commit, (bucket, position))), _) => Trace::Entry(commit, bucket, position),
            (None, Some(first)) => Trace::None(first.id),
            (None, None) => Trace::Nothing,
        }
    }
}

/// What the commits of a group have changed so far.
#[derive(Default)]
struct Touched {
    keys: HashSet<ResourceKey>,
    answers: HashSet<i64>,
    /// A deed changes whole records: what of them was asked ahead, no list of keys tells.
    deed: bool,
}

impl Touched {
    fn meets(&self, job: &Job) -> bool {
        let answered = job.idempotency.as_ref().map(replay::lock_of);
        self.deed
            || answered.is_some_and(|lock| self.answers.contains(&lock))
            || (!self.keys.is_empty()
                && (job.deed.is_some() || job.keys().any(|key| self.keys.contains(key))))
    }

    fn by(&mut self, job: &Job) {
        self.deed |= job.deed.is_some();
        self.keys.extend(job.keys().cloned());
        self.answers.extend(job.idempotency.as_ref().map(replay::lock_of));
    }
}

fn unknown(job: &Job) -> Answer {
    Err(CommitError::Storage(RecordError::Unknown {
        commit: job.id.to_string(),
    }))
}
