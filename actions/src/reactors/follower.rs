//! The loop of one reactor: it holds its share of the buckets, looks where something is new, and has each bucket worked
//! on by itself, so that one that is stuck holds up nobody else.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::record::{Bucket, Changed, Due, Holder, Record, RecordError};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::Actions;
use crate::reactors::engine::Settings;
use crate::reactors::place::{Lost, Place, Shared, Task, instant_after};
use crate::reactors::reactor::Reactor;
use crate::reactors::reads::Reads;

/// The least time between two looks at all heads: commits that come faster share one look.
const BREATH: Duration = Duration::from_millis(10);
/// How many timers and replays are read at a time.
const MOST_TASKS: usize = 256;

/// Runs a reactor until told to stop.
pub(crate) async fn run<R: Reactor>(
    actions: Actions,
    reactor: R,
    settings: Settings,
    mut stop: watch::Receiver<bool>,
) {
    let record = actions.record.clone();
    let name = reactor.name();
    while let Err(error) = record.register_follower(name, reactor.start()).await {
        tracing::error!(reactor = name, %error, "a reactor could not start");
        if wait_or_stop(settings.poll, &mut stop).await {
            return;
        }
    }
    let reads = Reads::new(actions, name, reactor.purpose());
    let now = Instant::now();
    let mut follower = Follower {
        holder: record.new_holder(),
        changed: record.changed(),
        record,
        shared: Arc::new(Shared {
            reactor,
            reads,
            settings,
            stopping: AtomicBool::new(false),
        }),
        places: BTreeMap::new(),
        busy: HashSet::new(),
        tasks: JoinSet::new(),
        heads: HashMap::new(),
        waiting: VecDeque::new(),
        next_round: now,
        next_poll: now,
        next_flush: now,
        next_look: now,
    };
    while !*stop.borrow() {
        follower.turn().await;
        tokio::select! {
            () = follower.wait() => {}
            _ = stop.changed() => {}
        }
    }
    follower.end().await;
}

/// Waits; says whether it is time to stop.
pub(crate) async fn wait_or_stop(time: Duration, stop: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        _ = stop.changed() => {}
    }
    *stop.borrow()
}

struct Follower<R> {
    record: Record,
    shared: Arc<Shared<R>>,
    holder: Holder,
    changed: Changed,
    /// Every bucket that is held and not being worked on.
    places: BTreeMap<Bucket, Place>,
    /// Those being worked on.
    busy: HashSet<Bucket>,
    tasks: JoinSet<(Bucket, Result<Place, Lost>)>,
    heads: HashMap<Bucket, u64>,
    /// Timers and replays to be done.
    waiting: VecDeque<(Bucket, Task)>,
    next_round: Instant,
    next_poll: Instant,
    next_flush: Instant,
    next_look: Instant,
}

impl<R: Reactor> Follower<R> {
    fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    fn name(&self) -> &'static str {
        self.shared.reactor.name()
    }

    /// Does what is to be done now, without waiting for the work itself.
    async fn turn(&mut self) {
        while let Some(done) = self.tasks.try_join_next() {
            self.done(done.ok());
        }
        let now = Instant::now();
        if now >= self.next_round {
            self.next_round = now + self.settings().poll;
            match self.round().await {
                // Short of its share it looks again soon.
                Ok(true) => self.next_round = now + self.settings().lease / 3,
                Ok(false) => {}
                Err(error) => self.warn(&error),
            }
        }
        if now >= self.next_look {
            self.next_look = now + BREATH;
            match self.record.positions().await {
                Ok(heads) => self.heads = heads.into_iter().collect(),
                Err(error) => self.warn(&error),
            }
        }
        if now >= self.next_poll && self.waiting.is_empty() {
            self.next_poll = now + self.settings().poll;
            if let Err(error) = self.collect().await {
                self.warn(&error);
            }
        }
        self.hand_out();
        if now >= self.next_flush {
            self.next_flush = now + self.settings().flush;
            if let Err(error) = self.flush().await {
                self.warn(&error);
            }
        }
    }

    /// Waits for a commit, for a task that ends, or for the time to look by itself.
    async fn wait(&mut self) {
        let until = self.next_round.min(self.next_poll.max(self.next_look));
        let patience = until.saturating_duration_since(Instant::now()).max(BREATH);
        tokio::select! {
            done = self.tasks.join_next(), if !self.tasks.is_empty() => {
                if let Some(done) = done {
                    self.done(done.ok());
                }
            }
            _ = self.changed.wait(patience) => {
                tokio::time::sleep_until(self.next_look).await;
            }
        }
    }

    fn done(&mut self, done: Option<(Bucket, Result<Place, Lost>)>) {
        let Some((bucket, result)) = done else {
            // It ended in a way that says nothing of its bucket: all of them are taken anew.
            self.busy.clear();
            self.places.clear();
            self.next_round = Instant::now();
            return;
        };
        self.busy.remove(&bucket);
        if let Ok(place) = result {
            self.places.insert(bucket, place);
        }
    }

    /// Renews the leases; takes and gives back up to a fair share. Says whether the share is held.
    async fn round(&mut self) -> Result<bool, RecordError> {
        let lease = self.settings().lease;
        let round = self.record.lease_round(self.name(), self.holder, lease).await?;
        let held: HashMap<Bucket, u64> = round.held.iter().copied().collect();
        self.places
            .retain(|bucket, place| held.get(bucket) == Some(&place.fence));
        // What is held but not known here (its last commit was cut off) is given back, and read again when it is taken.
        let mut surplus: Vec<Bucket> = held
            .keys()
            .filter(|bucket| !self.places.contains_key(bucket) && !self.busy.contains(bucket))
            .copied()
            .collect();
        let lost = surplus.len();
        let beyond = (held.len() - lost).saturating_sub(round.share);
        let idle: Vec<Bucket> = self.places.keys().rev().take(beyond).copied().collect();
        for bucket in idle {
            self.places.remove(&bucket);
            surplus.push(bucket);
        }
        for lease in round.taken {
            let place = Place {
                bucket: lease.bucket,
                fence: lease.fence,
                kept: lease.position,
                seen: lease.position,
                failures: lease.failures,
                wait: instant_after(self.record.wait_left(lease.retry_at)),
            };
            self.places.insert(lease.bucket, place);
        }
        if !surplus.is_empty() {
            self.record.give_back(self.name(), self.holder, surplus).await?;
        }
        Ok(lost == 0 && self.places.len() + self.busy.len() >= round.share)
    }

    /// Reads what is due and what is to be tried again.
    async fn collect(&mut self) -> Result<(), RecordError> {
        let now = self.shared.reads.care_now();
        let due: Vec<Due> = self.record.due(self.name(), self.holder, now, MOST_TASKS).await?;
        let replays = self.record.replays(self.name(), self.holder, MOST_TASKS).await?;
        let due = due.into_iter().map(|due| (due.bucket, Task::Due(Box::new(due))));
        let replays = replays
            .into_iter()
            .map(|(bucket, position)| (bucket, Task::Replay(position)));
        // Where work is under way, what was read may be done already: it is read again with the next.
        let tasks = due
            .chain(replays)
            .filter(|(bucket, _)| !self.busy.contains(bucket));
        self.waiting.extend(tasks);
        Ok(())
    }

    fn hand_out(&mut self) {
        for (bucket, task) in std::mem::take(&mut self.waiting) {
            if self.busy.contains(&bucket) || !self.has_room() {
                self.waiting.push_back((bucket, task));
            } else if let Some(place) = self.places.remove(&bucket) {
                self.spawn(place, task);
            }
        }
        let now = Instant::now();
        let ready: Vec<Bucket> = self
            .places
            .values()
            .filter(|place| {
                self.heads
                    .get(&place.bucket)
                    .is_some_and(|head| *head > place.seen)
            })
            .filter(|place| place.wait.is_none_or(|wait| wait <= now))
            .map(|place| place.bucket)
            .collect();
        for bucket in ready {
            if !self.has_room() {
                break;
            }
            if let Some(place) = self.places.remove(&bucket) {
                self.spawn(place, Task::Entries);
            }
        }
    }

    fn has_room(&self) -> bool {
        self.tasks.len() < self.settings().at_once
    }

    fn spawn(&mut self, mut place: Place, task: Task) {
        place.wait = place.wait.filter(|wait| *wait > Instant::now());
        self.busy.insert(place.bucket);
        self.tasks.spawn(Arc::clone(&self.shared).work(place, task));
    }

    /// Moves cursors past what was of no interest: one short transaction for all buckets.
    async fn flush(&mut self) -> Result<(), RecordError> {
        let moves: Vec<_> = self
            .places
            .values()
            .filter(|place| place.kept < place.seen)
            .map(|place| (place.bucket, place.fence, place.kept, place.seen))
            .collect();
        if moves.is_empty() {
            return Ok(());
        }
        let moved: Vec<_> = moves.iter().map(|(bucket, _, _, to)| (*bucket, *to)).collect();
        let lost = match self.record.advance(self.name(), moves).await {
            Ok(lost) => lost,
            Err(error) => {
                // Nobody knows whether it was kept: they are taken anew.
                for (bucket, _) in moved {
                    self.places.remove(&bucket);
                }
                return Err(error);
            }
        };
        for (bucket, to) in moved {
            if lost.contains(&bucket) {
                self.places.remove(&bucket);
            } else if let Some(place) = self.places.get_mut(&bucket) {
                place.kept = to;
            }
        }
        Ok(())
    }

    async fn end(mut self) {
        self.shared.stopping.store(true, Ordering::Relaxed);
        while let Some(done) = self.tasks.join_next().await {
            self.done(done.ok());
        }
        if let Err(error) = self.flush().await {
            self.warn(&error);
        }
        if let Err(error) = self.record.leave(self.name(), self.holder).await {
            self.warn(&error);
        }
    }

    fn warn(&self, error: &RecordError) {
        tracing::warn!(reactor = self.name(), %error, "the record could not be followed");
    }
}
