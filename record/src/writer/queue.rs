//! The lanes in front of the one writer: care before bulk, each of bounded length.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::commit::Lane;
use crate::error::RecordError;
use crate::writer::job::Job;

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
    seals: Vec<oneshot::Sender<Result<(), RecordError>>>,
    closed: bool,
}

/// What the writer is to do next.
pub(crate) enum Next {
    /// Commit what waits.
    Commits,
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
        drop(lanes);
        self.arrived.notify_one();
        Ok(())
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
        self.arrived.notify_one();
    }

    /// Takes nothing more; what waits is still done.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_one();
    }

    /// Waits for something to do, at most until `until`.
    pub(crate) fn wait(&self, until: Option<Instant>) -> Next {
        let mut lanes = self.lock();
        loop {
            if !lanes.care.is_empty() || !lanes.bulk.is_empty() {
                return Next::Commits;
            }
            if !lanes.seals.is_empty() {
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
            lanes = self
                .arrived
                .wait_timeout(lanes, patience)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// The care commits that wait, at most `most`.
    pub(crate) fn take_care(&self, most: usize) -> Vec<Job> {
        let mut lanes = self.lock();
        let count = lanes.care.len().min(most);
        lanes.care.drain(..count).collect()
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
