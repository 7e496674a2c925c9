//! One bucket's work: the next entries, a timer, a replay. Whatever is kept is kept with the step that names its cause,
//! under the fence of the lease.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::record::{Bucket, Cause, Commit, CommitError, Due, FeedEntry, Step};
use futures_util::FutureExt;
use jiff::SignedDuration;
use tokio::time::Instant;

use crate::reactors::engine::{Keeping, Settings};
use crate::reactors::reactor::{Effects, Failure, Reactor};
use crate::reactors::reads::Reads;

/// How often a decision is taken anew at once when what it was decided on had changed.
const DECISIONS: usize = 3;
/// How long a copy of the store that is behind is left alone.
const A_MOMENT: Duration = Duration::from_millis(20);

/// Where a reactor stands in a bucket that it holds.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) bucket: Bucket,
    pub(crate) fence: u64,
    /// The cursor in the record.
    pub(crate) kept: u64,
    /// What was looked at; what lies between is of no interest and is moved past later.
    pub(crate) seen: u64,
    /// How often the next entry of interest failed.
    pub(crate) failures: u32,
    /// When it is tried again.
    pub(crate) wait: Option<Instant>,
}

/// What to do in a bucket.
#[derive(Debug)]
pub(crate) enum Task {
    /// Look at the next entries.
    Entries,
    /// A timer is due.
    Due(Box<Due>),
    /// An operator wants this entry tried again.
    Replay(u64),
}

/// The bucket cannot be worked on: its lease was taken, or the record failed and nobody knows what was kept.
#[derive(Debug)]
pub(crate) struct Lost;

/// What the tasks of one reactor share.
pub(crate) struct Shared<R> {
    pub(crate) reactor: R,
    pub(crate) reads: Reads,
    pub(crate) settings: Settings,
    pub(crate) stopping: AtomicBool,
}

impl<R: Reactor> Shared<R> {
    /// Does a task; gives the place as it stands afterwards.
    pub(crate) async fn work(self: Arc<Self>, mut place: Place, task: Task) -> (Bucket, Result<Place, Lost>) {
        let bucket = place.bucket;
        let done = match task {
            Task::Entries => self.entries(&mut place).await,
            Task::Due(due) => self.due(&mut place, &due).await,
            Task::Replay(position) => self.replay(&place, position).await,
        };
        (bucket, done.map(|()| place))
    }

    async fn entries(&self, place: &mut Place) -> Result<(), Lost> {
        let record = self.reads.record();
        let entries = record.feed(place.bucket, place.seen, self.settings.batch).await;
        let entries = entries.map_err(|error| self.failed_store(&error))?;
        if entries.is_empty() {
            // The feed may be read from a copy that is a moment behind the heads.
            place.wait = Some(Instant::now() + A_MOMENT);
        }
        for entry in entries {
            if self.stopping.load(Ordering::Relaxed) {
                break;
            }
            if !self.is_wanted(&entry) {
                place.seen = entry.position;
                continue;
            }
            match self.answer(place, &entry).await? {
                Ok(()) => {
                    place.seen = entry.position;
                    place.failures = 0;
                }
                Err(failure) => return self.failed(place, &entry, &failure).await,
            }
        }
        Ok(())
    }

    fn is_wanted(&self, entry: &FeedEntry) -> bool {
        !self.reads.is_own(entry) && entry.changes.iter().any(|change| self.reactor.wants(change))
    }

    /// Asks the reactor about an entry and keeps what it says.
    async fn answer(&self, place: &mut Place, entry: &FeedEntry) -> Result<Result<(), Failure>, Lost> {
        let step = || {
            Step::new(
                self.reactor.name(),
                place.bucket,
                place.fence,
                place.kept,
                entry.position,
            )
        };
        let kept = self
            .decide(|| self.reactor.react(entry, &self.reads), step)
            .await?;
        Ok(kept.map(|kept| {
            if kept {
                place.kept = entry.position;
            }
        }))
    }

    /// Decides and keeps, anew when what it was decided on had changed. Says whether there was anything to keep.
    async fn decide<F: Future<Output = Result<Effects, Failure>>>(
        &self,
        react: impl Fn() -> F,
        step: impl Fn() -> Step,
    ) -> Result<Result<bool, Failure>, Lost> {
        let mut decisions = 0;
        loop {
            let answer =
                tokio::time::timeout(self.settings.patience, AssertUnwindSafe(react()).catch_unwind());
            let effects = match answer.await {
                Ok(Ok(Ok(effects))) => effects,
                Ok(Ok(Err(failure))) => return Ok(Err(failure)),
                Ok(Err(_)) => return Ok(Err(Failure::Again("panicked"))),
                Err(_) => return Ok(Err(Failure::Again("timed-out"))),
            };
            let step = step();
            if effects.is_empty() && matches!(step.cause, Cause::Entry) {
                return Ok(Ok(false));
            }
            decisions += 1;
            match self.keep(effects, step).await {
                Ok(()) => return Ok(Ok(true)),
                Err(CommitError::Fenced { follower, bucket }) => {
                    tracing::info!(follower, bucket, "a lease was taken by another holder");
                    return Err(Lost);
                }
                Err(CommitError::Storage(error)) => {
                    // It may have been kept all the same: the cursor is read again before anything is tried.
                    return Err(self.failed_store(&error));
                }
                Err(CommitError::Conflict { .. } | CommitError::Exists { .. }) if decisions < DECISIONS => {}
                Err(refused) => return Ok(Err(refused.into())),
            }
        }
    }

    async fn keep(&self, effects: Effects, mut step: Step) -> Result<(), CommitError> {
        step.due = effects.due;
        step.letters = effects.letters;
        let mut commit = Commit::new("reactor", effects.changes);
        if self.settings.keeping == Keeping::Apart && !commit.changes.is_empty() {
            let alone = std::mem::replace(&mut commit, Commit::new("reactor", Vec::new()));
            self.commit(alone).await?;
        }
        commit.step = Some(step);
        self.commit(commit).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        let Reads {
            actions,
            actor,
            purpose,
        } = &self.reads;
        let sight = actions.sight(actor, *purpose);
        let committed = actions.record.commit(&sight, actor, *purpose, commit).await;
        committed.map(|_| ())
    }

    /// Moves the cursor up to where was looked, so that a failure is noted at the entry that failed.
    async fn catch_up(&self, place: &mut Place) -> Result<(), Lost> {
        if place.kept < place.seen {
            let moves = vec![(place.bucket, place.fence, place.kept, place.seen)];
            let lost = self.reads.record().advance(self.reactor.name(), moves).await;
            if !lost.map_err(|error| self.failed_store(&error))?.is_empty() {
                return Err(Lost);
            }
            place.kept = place.seen;
        }
        Ok(())
    }

    async fn failed(&self, place: &mut Place, entry: &FeedEntry, failure: &Failure) -> Result<(), Lost> {
        let name = self.reactor.name();
        let (word, final_one) = match failure {
            Failure::Again(word) => (*word, place.failures + 1 >= self.settings.attempts),
            Failure::Never(word) => (*word, true),
            Failure::Record(error) => return Err(self.failed_store(error)),
        };
        let bucket = place.bucket.number();
        self.catch_up(place).await?;
        if !final_one {
            let wait = self.settings.wait_after(place.failures);
            let at = (place.bucket, place.fence, place.kept);
            let held = self.reads.record().entry_failed(name, at, word, wait).await;
            if !held.map_err(|error| self.failed_store(&error))? {
                return Err(Lost);
            }
            tracing::warn!(
                reactor = name,
                bucket,
                position = entry.position,
                word,
                "an entry failed"
            );
            place.failures += 1;
            place.wait = Some(Instant::now() + wait.unsigned_abs());
            return Ok(());
        }
        let mut step = Step::new(name, place.bucket, place.fence, place.kept, entry.position);
        step.cause = Cause::GaveUp {
            error: word.to_owned(),
        };
        match self.keep(Effects::none(), step).await {
            Ok(()) => {
                tracing::error!(
                    reactor = name,
                    bucket,
                    position = entry.position,
                    word,
                    "an entry was given up"
                );
                place.kept = entry.position;
                place.seen = entry.position;
                place.failures = 0;
                Ok(())
            }
            Err(_) => Err(Lost),
        }
    }

    async fn due(&self, place: &mut Place, due: &Due) -> Result<(), Lost> {
        let (name, at) = (self.reactor.name(), (place.bucket, place.fence));
        let step = || Step {
            cause: Cause::Due {
                key: due.key.clone(),
                at: due.at,
            },
            ..Step::new(name, place.bucket, place.fence, place.kept, place.kept)
        };
        let Err(failure) = self.decide(|| self.reactor.due(due, &self.reads), step).await? else {
            return Ok(());
        };
        let (word, wait) = match failure {
            Failure::Again(word) if due.failures + 1 < self.settings.attempts => {
                (word, Some(self.settings.wait_after(due.failures)))
            }
            Failure::Again(word) | Failure::Never(word) => (word, None),
            Failure::Record(error) => return Err(self.failed_store(&error)),
        };
        tracing::warn!(
            reactor = name,
            bucket = place.bucket.number(),
            word,
            "a timer failed"
        );
        let noted = self
            .reads
            .record()
            .due_failed(name, at, (&due.key, due.at), word, wait)
            .await;
        noted.map(|_| ()).map_err(|error| self.failed_store(&error))
    }

    async fn replay(&self, place: &Place, position: u64) -> Result<(), Lost> {
        let (name, at) = (self.reactor.name(), (place.bucket, place.fence));
        let entries = self
            .reads
            .record()
            .feed(place.bucket, position.saturating_sub(1), 1)
            .await;
        let entries = entries.map_err(|error| self.failed_store(&error))?;
        let step = || Step {
            cause: Cause::Replay { position },
            ..Step::new(name, place.bucket, place.fence, place.kept, place.kept)
        };
        let failure = match entries.first().filter(|entry| entry.position == position) {
            Some(entry) => match self
                .decide(|| self.reactor.react(entry, &self.reads), step)
                .await?
            {
                Ok(_) => return Ok(()),
                Err(failure) => failure,
            },
            None => Failure::Never("no-such-entry"),
        };
        let word = match failure {
            Failure::Again(word) | Failure::Never(word) => word,
            Failure::Record(error) => return Err(self.failed_store(&error)),
        };
        tracing::warn!(
            reactor = name,
            bucket = place.bucket.number(),
            position,
            word,
            "a replay failed"
        );
        let noted = self.reads.record().replay_failed(name, at, position, word).await;
        noted.map(|_| ()).map_err(|error| self.failed_store(&error))
    }

    fn failed_store(&self, error: &dyn std::error::Error) -> Lost {
        tracing::warn!(reactor = self.reactor.name(), %error, "the record could not be followed");
        Lost
    }
}

impl Settings {
    /// How long to wait after having failed this often already.
    pub(crate) fn wait_after(&self, failures: u32) -> SignedDuration {
        self.doubled(failures, self.longest_wait)
    }

    /// The same for letters, whose receivers may be away for longer.
    pub(crate) fn letter_wait_after(&self, failures: u32) -> SignedDuration {
        self.doubled(failures, Duration::from_secs(3600))
    }

    fn doubled(&self, failures: u32, longest: Duration) -> SignedDuration {
        let doubled = self
            .first_wait
            .saturating_mul(2u32.saturating_pow(failures.min(30)));
        SignedDuration::try_from(doubled.min(longest)).unwrap_or(SignedDuration::from_mins(1))
    }
}

/// The time until something stored is tried again, as an instant of this process.
pub(crate) fn instant_after(left: SignedDuration) -> Option<Instant> {
    let left: Duration = left.unsigned_abs();
    (!left.is_zero()).then(|| Instant::now() + left)
}
