//! The writer's thread: it commits what waits as one group, so that many commits share one wait for the disk. When
//! the engine fails, the group is rolled back and each of its commits is tried alone, so that every caller hears what
//! became of its own.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::access::known::{Gathered, Known};
use crate::audit::appender::Appender;
use crate::clock::SystemClock;
use crate::commit::Committed;
use crate::dialect::{self, Bell, Connection, engine_error};
use crate::error::{CommitError, RecordError};
use crate::follow::dead;
use crate::follow::wake::Wake;
use crate::ids::BUCKETS;
use crate::mark::Marker;
use crate::options::{Acknowledge, Fencing, Options};
use crate::process::{self, ProcessId};
use crate::seal::anchorer::Anchorer;
use crate::seal::sealer::Sealer;
use crate::seal::status;
use crate::writer::checkpoint::Checkpointer;
use crate::writer::decide::decide;
use crate::writer::heads::Heads;
use crate::writer::job::Job;
use crate::writer::queue::{Next, Queue, Serving, Work};
use crate::writer::turn::Turn;
use crate::writer::{finish, replay, write};

/// The most care commits of one group.
const MOST_CARE: usize = 512;
/// How long bulk commits may hold the writer.
const SLICE: Duration = Duration::from_millis(20);
/// How many buckets are cleared of old idempotency answers after each seal.
const EXPIRED_AT_ONCE: u16 = 16;

/// What the writer's thread owns.
pub(crate) struct Writing {
    pub(crate) connection: Connection,
    pub(crate) heads: Heads,
    /// What readers keep in memory is good for one turn.
    pub(crate) turn: Arc<Turn>,
    pub(crate) queue: Arc<Queue>,
    pub(crate) clock: Arc<dyn SystemClock>,
    pub(crate) sealer: Sealer,
    pub(crate) seal_every: Option<Duration>,
    pub(crate) seal_status: status::Shared,
    pub(crate) anchorer: Option<Anchorer>,
    pub(crate) process: ProcessId,
    /// Up to which generation of search parameters this process packs.
    pub(crate) generation: u16,
    pub(crate) audit: Arc<Appender>,
    /// Where the engine keeps its log in a file of ours.
    pub(crate) checkpointer: Option<Checkpointer>,
    /// Where other processes are to be woken.
    pub(crate) bell: Option<Arc<Bell>>,
    pub(crate) options: Options,
    /// It seals, and waits for the others at the end.
    pub(crate) leads: bool,
    pub(crate) others: Vec<JoinHandle<()>>,
    pub(crate) acknowledge: Acknowledge,
    pub(crate) fencing: Fencing,
    pub(crate) wake: Wake,
    pub(crate) expire_from: u16,
    /// How many care commits were there around the last group: those who made them mostly come again at once.
    pub(crate) around: usize,
    /// What was found out about people in the open transaction.
    pub(crate) gathered: Vec<(Arc<Known>, Gathered)>,
    /// The data directory.
    pub(crate) directory: PathBuf,
    pub(crate) marker: Marker,
    /// Something was destroyed whose freed space was not written over yet: known to all writers of the process, because
    /// the one that leads tries again what another could not finish.
    pub(crate) unfinished: Arc<AtomicBool>,
}

pub(super) type Answer = Result<Committed, CommitError>;

impl Writing {
    /// Works until the queue is closed and empty, then seals.
    pub(crate) fn run(mut self) {
        let _serving = Serving {
            queue: Arc::clone(&self.queue),
            leads: self.leads,
        };
        if self.leads {
            self.catch_up();
        }
        let mut next_seal = self.seal_every.map(|every| Instant::now() + every);
        loop {
            if next_seal.is_some_and(|at| at <= Instant::now()) {
                next_seal = self.seal_every.map(|every| Instant::now() + every);
                if let Err(error) = self.seal() {
                    tracing::error!(%error, "no seal was written");
                }
                self.finish();
            }
            self.queue.gather(std::mem::take(&mut self.around));
            match self.queue.wait(next_seal, self.leads) {
                Next::Commits => self.group(),
                Next::Seal(replies) => {
                    let result = self.seal();
                    for reply in replies {
                        let _ = reply.send(result.clone());
                    }
                }
                Next::Work(work) => self.work(work),
                Next::Idle => {}
                Next::Stop => break,
            }
        }
        for other in self.others.drain(..) {
            let _ = other.join();
        }
        if !self.leads {
            return;
        }
        // What was read last is sealed too.
        self.audit.close();
        if let Err(error) = self.seal() {
            tracing::error!(%error, "no seal was written at the end");
        }
        if let Some(anchorer) = &mut self.anchorer {
            anchorer.close();
        }
    }

    fn group(&mut self) {
        if !self.connection.is_of_one_process() {
            return self.group_under_locks();
        }
        let mut jobs = Vec::new();
        if let Err(error) = self.begin() {
            for job in self
                .queue
                .take_care(MOST_CARE)
                .into_iter()
                .chain(self.queue.take_bulk())
            {
                let _ = job.reply.send(Err(error.clone().into()));
            }
            return;
        }
        let mut answers = Vec::new();
        let began = Instant::now();
        let mut fault = None;
        for job in self.queue.take_care(MOST_CARE) {
            self.take(job, &mut jobs, &mut answers, &mut fault);
        }
        let care = jobs.len();
        while began.elapsed() < SLICE && fault.is_none() {
            let Some(job) = self.queue.take_bulk() else { break };
            self.take(job, &mut jobs, &mut answers, &mut fault);
        }
        if self.acknowledge == Acknowledge::BeforeCommit {
            self.acknowledge_early(&mut jobs, &answers);
        }
        match fault.map_or_else(|| self.end(), Err) {
            Ok(()) => {
                self.around = (care + self.queue.care()).min(MOST_CARE);
                self.reply(jobs, answers);
            }
            Err(error) => {
                self.roll_back();
                tracing::warn!(%error, commits = jobs.len(), "a group of commits was rolled back");
                self.each_alone(jobs, &error);
            }
        }
    }

    /// Answers a group that was kept.
    pub(super) fn reply(&mut self, jobs: Vec<Job>, answers: Vec<Answer>) {
        self.wake.raise();
        // Whoever destroyed something hears of it when freed space was written over; nobody else waits for that.
        let mut last = Vec::new();
        for (job, answer) in jobs.into_iter().zip(answers) {
            if answer.is_ok() && finish::destroys(job.deed.as_ref()) {
                last.push((job, answer));
            } else {
                let _ = job.reply.send(answer);
            }
        }
        if !last.is_empty() {
            self.finish_now();
        }
        for (job, answer) in last {
            let _ = job.reply.send(answer);
        }
        self.after_commit();
    }

    /// Decides and writes one commit within the open group, unless the engine has failed already.
    fn take(
        &mut self,
        job: Job,
        jobs: &mut Vec<Job>,
        answers: &mut Vec<Answer>,
        fault: &mut Option<RecordError>,
    ) {
        if fault.is_none() {
            match self.one(&job) {
                Ok(answer) => answers.push(answer),
                Err(error) => *fault = Some(error),
            }
        }
        jobs.push(job);
    }

    /// The answer to one commit; an error when the engine failed and the group cannot go on.
    pub(super) fn one(&mut self, job: &Job) -> Result<Answer, RecordError> {
        let now = self.clock.now().as_microsecond();
        if let Some(asked) = &job.idempotency {
            match replay::answer(&self.connection, asked, now) {
                Ok(Some(committed)) => return Ok(Ok(committed)),
                Ok(None) => {}
                Err(CommitError::Storage(error)) => return Err(error),
                Err(refused) => return Ok(Err(refused)),
            }
        }
        let mut plan = match decide(&self.connection, &self.heads, job, self.fencing) {
            Ok(plan) => plan,
            Err(CommitError::Storage(error)) => return Err(error),
            Err(refused) => return Ok(Err(refused)),
        };
        if let Some(change) = &job.dead {
            match dead::decide(&self.connection, change, now) {
                Ok(()) => {}
                Err(CommitError::Storage(error)) => return Err(error),
                Err(refused) => return Ok(Err(refused)),
            }
        }
        let committed = write::write(&self.connection, &mut self.heads, job, &plan, now)
            .and_then(|committed| {
                if let Some(asked) = &job.idempotency {
                    replay::keep(&self.connection, asked, now, &committed)?;
                }
                Ok(committed)
            })
            .map_err(|error| engine_error(&error))?;
        let gathered = std::mem::take(&mut plan.gathered);
        self.gathered
            .extend(gathered.into_iter().map(|each| (Arc::clone(&job.known), each)));
        Ok(Ok(committed))
    }

    /// Runs a short piece of work in a transaction of its own.
    fn work(&mut self, mut work: Work) {
        let result = self
            .begin()
            .and_then(|()| (work.run)(&self.connection))
            .and_then(|()| self.commit());
        if result.is_err() {
            self.roll_back();
        } else {
            self.after_commit();
        }
        let _ = work.reply.send(result);
    }

    fn each_alone(&mut self, jobs: Vec<Job>, error: &RecordError) {
        if jobs.len() == 1 {
            for job in jobs {
                let _ = job.reply.send(Err(error.clone().into()));
            }
            return;
        }
        for job in jobs {
            let answer = self
                .begin()
                .and_then(|()| self.one(&job))
                .and_then(|answer| self.end().map(|()| answer));
            let destroyed = answer.is_ok() && finish::destroys(job.deed.as_ref());
            let answer = answer.unwrap_or_else(|error| {
                self.roll_back();
                Err(error.into())
            });
            if destroyed {
                self.finish_now();
            }
            let _ = job.reply.send(answer);
        }
        self.wake.raise();
        self.after_commit();
    }

    /// For proofs only: tells the callers before anything is on the disk.
    pub(super) fn acknowledge_early(&self, jobs: &mut [Job], answers: &[Answer]) {
        for (job, answer) in jobs.iter_mut().zip(answers) {
            let (unheard, _) = oneshot::channel();
            let _ = std::mem::replace(&mut job.reply, unheard).send(answer.clone());
        }
        // The window that a kill must find.
        std::thread::sleep(Duration::from_millis(3));
    }

    pub(super) fn begin(&mut self) -> Result<(), RecordError> {
        self.refresh()?;
        dialect::begin(&self.connection, &BTreeSet::new()).map_err(|error| engine_error(&error))
    }

    pub(super) fn end(&mut self) -> Result<(), RecordError> {
        self.heads
            .write(&self.connection)
            .map_err(|error| engine_error(&error))?;
        self.commit()?;
        self.heads.commit();
        for (known, gathered) in self.gathered.drain(..) {
            known.keep(gathered);
        }
        Ok(())
    }

    /// Commits what this process alone writes: a turn ends with it.
    fn commit(&self) -> Result<(), RecordError> {
        self.turn
            .end(|| dialect::commit(&self.connection))
            .map_err(|error| engine_error(&error))
    }

    pub(super) fn roll_back(&mut self) {
        if let Err(error) = dialect::roll_back(&self.connection)
            && !self.connection.is_lost()
        {
            tracing::error!(error = %engine_error(&error), "a rollback failed");
        }
        self.heads.roll_back();
        self.gathered.clear();
    }

    /// What follows a commit: other processes are woken, and the log is copied.
    pub(super) fn after_commit(&mut self) {
        if let Some(checkpointer) = &mut self.checkpointer {
            checkpointer.after_commit(&self.connection);
        }
        if let Some(bell) = &self.bell {
            bell.ring();
        }
    }

    /// Seals what moved, and lets the anchor file and the operator know.
    fn seal(&mut self) -> Result<(), RecordError> {
        let result = self.write_seal();
        let now = self.clock.now();
        self.seal_status.change(|status| match &result {
            Ok(()) => {
                status.sealed_at = Some(now);
                status.error = None;
            }
            Err(error) => {
                status.failures += 1;
                status.error = Some(error.to_string());
            }
        });
        if let (Ok(()), Some(anchorer)) = (&result, &self.anchorer) {
            anchorer.after_seal();
        }
        result
    }

    fn write_seal(&mut self) -> Result<(), RecordError> {
        let now = self.clock.now().as_microsecond();
        let reads = self.audit.head();
        self.begin()?;
        dialect::lock_seals(&self.connection).map_err(|error| engine_error(&error))?;
        let (from, to) = (self.expire_from, self.expire_from + EXPIRED_AT_ONCE);
        let written = self
            .sealer
            .write(&self.connection, reads, now)
            .and_then(|written| {
                process::say_alive(&self.connection, self.process, self.generation, now)
                    .and_then(|()| replay::expire(&self.connection, from, to, now))
                    .map(|expired| (written, expired))
                    .map_err(|error| engine_error(&error))
            })
            .and_then(|done| self.end().map(|()| done));
        match written {
            Ok((written, expired)) => {
                // Where more may be left, the next seal goes on.
                if expired < replay::MOST_EXPIRED {
                    self.expire_from = to % BUCKETS;
                }
                self.after_commit();
                self.sealer.remember(written)
            }
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }
}
