//! The lanes in front of the one writer: care before bulk, each of bounded length.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::commit::Lane;
use crate::dialect::Connection;
use crate::error::RecordError;
use crate::writer::job::Job;

/// How long a group waits for those whose commits were kept with the group before.
const GATHER: Duration = Duration::from_micros(500);

/// Jobs that wait for the writer.
pub(crate) struct Queue {
    lanes: Mutex<Lanes>,
    arrived: Condvar,
    length: usize,
}

#[derive(Default)]
struct Lanes {
    care: VecDeque<Job>,
    bulk: VecDeque<Job>,
    works: VecDeque<Work>,
    seals: Vec<oneshot::Sender<Result<(), RecordError>>>,
    closed: bool,
    /// How many writers sleep; while all work, waking one would be a call into the kernel for nothing.
    sleeping: usize,
    /// For how many care commits the one that gathers sleeps.
    wanted: usize,
}

impl Lanes {
    fn nothing_but_care(&self) -> bool {
        self.bulk.is_empty() && self.works.is_empty() && self.seals.is_empty() && !self.closed
    }
}

/// What a piece of writing does.
type Run = dyn FnMut(&Connection) -> Result<(), RecordError> + Send;

/// A short piece of writing that is no commit: leases, failures, what became of letters.
pub(crate) struct Work {
    pub(crate) run: Box<Run>,
    pub(crate) reply: oneshot::Sender<Result<(), RecordError>>,
}

/// Held by a writer's thread: however it ends, nobody waits for it in vain.
pub(crate) struct Serving {
    pub(crate) queue: Arc<Queue>,
    /// The last to end.
    pub(crate) leads: bool,
}

impl Drop for Serving {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!("a writer ended unexpectedly; the record takes no more commits");
        } else if !self.leads {
            return;
        }
        self.queue.abandon();
    }
}

/// What the writer is to do next.
pub(crate) enum Next {
    /// Commit what waits.
    Commits,
    /// Write something short that is no commit.
    Work(Work),
    /// Write a seal and tell whoever asked.
    Seal(Vec<oneshot::Sender<Result<(), RecordError>>>),
    /// Nothing came in time.
    Idle,
    /// Stop: nothing is left and nothing more will come.
    Stop,
}

impl Queue {
    pub(crate) fn new(length: usize) -> Queue {
        Queue {
            lanes: Mutex::new(Lanes::default()),
            arrived: Condvar::new(),
            length,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a job into its lane, unless the lane is full or the record closed.
    pub(crate) fn push(&self, job: Job) -> Result<(), RecordError> {
        let mut lanes = self.lock();
        if lanes.closed {
            return Err(RecordError::Closed);
        }
        let lane = match job.lane {
            Lane::Care => &mut lanes.care,
            Lane::Bulk => &mut lanes.bulk,
        };
        if lane.len() >= self.length {
            return Err(RecordError::Busy);
        }
        lane.push_back(job);
        let wake = lanes.sleeping > 0 && lanes.care.len() >= lanes.wanted;
        drop(lanes);
        if wake {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Puts in a short piece of writing; it goes before commits, since leases must not wait for a load.
    pub(crate) fn push_work(&self, work: Work) -> Result<(), RecordError> {
        let mut lanes = self.lock();
        if lanes.closed {
            return Err(RecordError::Closed);
        }
        if lanes.works.len() >= self.length {
            return Err(RecordError::Busy);
        }
        lanes.works.push_back(work);
        drop(lanes);
        self.arrived.notify_one();
        Ok(())
    }

    /// Has the writer do something short in a transaction of its own, and waits for what came of it.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, RecordError> + Send + 'static,
    ) -> Result<T, RecordError> {
        let made = Arc::new(Mutex::new(None));
        let theirs = Arc::clone(&made);
        let mut work = Some(work);
        let (reply, answer) = oneshot::channel();
        let run = Box::new(move |connection: &Connection| {
            let work = work.take().ok_or(RecordError::Closed)?;
            *theirs.lock().unwrap_or_else(PoisonError::into_inner) = Some(work(connection)?);
            Ok(())
        });
        self.push_work(Work { run, reply })?;
        answer.await.unwrap_or(Err(RecordError::Closed))?;
        let made = made.lock().unwrap_or_else(PoisonError::into_inner).take();
        made.ok_or(RecordError::Closed)
    }

    /// Asks for a seal.
    pub(crate) fn ask_seal(&self, reply: oneshot::Sender<Result<(), RecordError>>) {
        let mut lanes = self.lock();
        if lanes.closed {
            drop(lanes);
            let _ = reply.send(Err(RecordError::Closed));
            return;
        }
        lanes.seals.push(reply);
        drop(lanes);
        self.arrived.notify_all();
    }

    /// Takes nothing more; what waits is still done.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }

    /// The writer is gone: takes nothing more and drops what waits, so that its callers hear that the record is closed.
    fn abandon(&self) {
        let mut lanes = self.lock();
        lanes.closed = true;
        let dropped = (
            std::mem::take(&mut lanes.care),
            std::mem::take(&mut lanes.bulk),
            std::mem::take(&mut lanes.works),
            std::mem::take(&mut lanes.seals),
        );
        drop(lanes);
        drop(dropped);
    }

    /// Waits for something to do, at most until `until`. Of several writers, one seals.
    pub(crate) fn wait(&self, until: Option<Instant>, seals: bool) -> Next {
        let mut lanes = self.lock();
        loop {
            if let Some(work) = lanes.works.pop_front() {
                return Next::Work(work);
            }
            if !lanes.care.is_empty() || !lanes.bulk.is_empty() {
                return Next::Commits;
            }
            if seals && !lanes.seals.is_empty() {
                return Next::Seal(std::mem::take(&mut lanes.seals));
            }
            if lanes.closed {
                return Next::Stop;
            }
            let patience = until.map_or(Duration::from_secs(3600), |until| {
                until.saturating_duration_since(Instant::now())
            });
            if patience.is_zero() {
                return Next::Idle;
            }
            lanes = self.sleep(lanes, patience);
        }
    }

    fn sleep<'a>(&'a self, mut lanes: MutexGuard<'a, Lanes>, patience: Duration) -> MutexGuard<'a, Lanes> {
        lanes.sleeping += 1;
        let mut lanes = self
            .arrived
            .wait_timeout(lanes, patience)
            .unwrap_or_else(PoisonError::into_inner)
            .0;
        lanes.sleeping -= 1;
        lanes
    }

    /// How many care commits wait.
    pub(crate) fn care(&self) -> usize {
        self.lock().care.len()
    }

    /// Waits a while until as many care commits wait as were there `around` the last group, so that one wait for the disk
    /// serves them all. Whoever commits alone waits for nobody, and nothing else waits for it. For the one writer of a process.
    pub(crate) fn gather(&self, around: usize) {
        if around < 2 {
            return;
        }
        let until = Instant::now() + GATHER;
        let mut lanes = self.lock();
        while lanes.care.len() < around && lanes.nothing_but_care() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            lanes.wanted = around;
            lanes = self.sleep(lanes, left);
        }
        lanes.wanted = 0;
    }

    /// The care commits that wait, at most `most`.
    pub(crate) fn take_care(&self, most: usize) -> Vec<Job> {
        let mut lanes = self.lock();
        let count = lanes.care.len().min(most);
        lanes.care.drain(..count).collect()
    }

    /// Some of what waits, care before bulk: at most so many commits, and no more once they hold so many changes.
    pub(crate) fn take_some(&self, most: usize, changes: usize) -> Vec<Job> {
        let mut lanes = self.lock();
        let mut taken: Vec<Job> = Vec::new();
        let mut held = 0;
        while taken.len() < most && held < changes {
            let Some(job) = lanes.care.pop_front().or_else(|| lanes.bulk.pop_front()) else {
                break;
            };
            held += job.changes.len();
            taken.push(job);
        }
        let more = !lanes.care.is_empty() || !lanes.bulk.is_empty();
        drop(lanes);
        if more {
            self.arrived.notify_one();
        }
        taken
    }

    /// The next bulk commit, unless a care commit waits.
    pub(crate) fn take_bulk(&self) -> Option<Job> {
        let mut lanes = self.lock();
        if lanes.care.is_empty() {
            lanes.bulk.pop_front()
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Sight;
    use crate::actor::{Purpose, Role};
    use crate::ids::CommitId;
    use crate::mark::Marker;

    fn job(lane: Lane) -> Job {
        let (reply, _) = oneshot::channel();
        Job {
            lane,
            id: CommitId([0; 16]),
            actor: "sarsen".to_owned(),
            role: Role::System.number(),
            purpose: Purpose::DirectCare.number(),
            source: "test".to_owned(),
            as_sent: false,
            many: false,
            idempotency: None,
            changes: Vec::new(),
            deed: None,
            step: None,
            dead: None,
            marker: Marker([0; 32]),
            sight: Sight::own(),
            known: Arc::default(),
            reply,
        }
    }

    #[test]
    fn a_group_waits_for_as_many_as_were_there_and_for_no_longer_than_a_moment() {
        let queue = Arc::new(Queue::new(64));
        // Whoever commits alone waits for nobody.
        let began = Instant::now();
        (0..1000).for_each(|_| queue.gather(1));
        assert!(began.elapsed() < 1000 * GATHER, "it waited for nobody");
        // Those who do not come are not waited for long.
        queue.push(job(Lane::Care)).expect("room");
        let began = Instant::now();
        queue.gather(8);
        assert!(began.elapsed() >= GATHER);
        assert_eq!(queue.take_care(64).len(), 1);
        // Of several tries one meets those who come in time, however busy the machine is.
        let met = (0..50).any(|_| {
            let theirs = Arc::clone(&queue);
            let coming = std::thread::spawn(move || {
                for _ in 0..8 {
                    theirs.push(job(Lane::Care)).expect("room");
                }
            });
            while queue.care() == 0 {
                std::thread::yield_now();
            }
            queue.gather(8);
            let met = queue.take_care(64).len();
            coming.join().expect("they came");
            queue.take_care(64);
            met == 8
        });
        assert!(met, "nobody who came was waited for");
        let lanes = queue.lock();
        assert_eq!((lanes.sleeping, lanes.wanted), (0, 0));
    }

    #[test]
    fn nothing_else_waits_for_a_group_that_gathers() {
        let queue = Queue::new(64);
        queue.push(job(Lane::Bulk)).expect("room");
        let began = Instant::now();
        (0..1000).for_each(|_| queue.gather(8));
        assert!(began.elapsed() < 1000 * GATHER, "bulk waited");
        assert!(queue.take_bulk().is_some());
        queue.close();
        let began = Instant::now();
        (0..1000).for_each(|_| queue.gather(8));
        assert!(began.elapsed() < 1000 * GATHER, "the end waited");
    }

    #[test]
    fn whoever_waits_for_a_writer_that_fell_over_hears_that_the_record_is_closed() {
        let queue = Arc::new(Queue::new(4));
        let (reply, mut waiting) = oneshot::channel();
        queue.ask_seal(reply);
        let theirs = Arc::clone(&queue);
        let writer = std::thread::spawn(move || {
            let _serving = Serving {
                queue: theirs,
                leads: true,
            };
            panic!("the writer falls over");
        });
        assert!(writer.join().is_err());
        assert!(matches!(
            waiting.try_recv(),
            Err(oneshot::error::TryRecvError::Closed)
        ));
        let (reply, mut late) = oneshot::channel();
        queue.ask_seal(reply);
        assert!(matches!(late.try_recv(), Ok(Err(RecordError::Closed))));
    }
}
