//! The checkpointer: copies the write-ahead log into the database in a thread of its own, so that commits do not wait.
//! When the log has grown long, the writer itself starts it afresh, just after a copy, when little is left to do.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::dialect::{self, Connection};

/// Pages in the log after which a copy begins (32 MiB).
const COPY_AT: u64 = 4096;
/// Pages in the log after which the writer starts it afresh (64 MiB).
const RESTART_AT: u64 = 8192;

/// The way to the checkpointer's thread.
pub(crate) struct Checkpointer {
    shared: Arc<Shared>,
    pages: Arc<AtomicU64>,
    copied_at: u64,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    asked: Mutex<Asked>,
    arrived: Condvar,
    copied: AtomicBool,
}

#[derive(Default)]
struct Asked {
    copy: bool,
    stop: bool,
}

impl Checkpointer {
    /// Starts the thread; `pages` is how long the log is.
    pub(crate) fn start(connection: Connection, pages: Arc<AtomicU64>) -> std::io::Result<Checkpointer> {
        let shared = Arc::new(Shared {
            asked: Mutex::new(Asked::default()),
            arrived: Condvar::new(),
            copied: AtomicBool::new(false),
        });
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("record-checkpoint".to_owned())
            .spawn(move || theirs.run(&connection))?;
        Ok(Checkpointer {
            shared,
            pages,
            copied_at: 0,
            thread: Some(thread),
        })
    }

    /// Called by the writer after each commit.
    pub(crate) fn after_commit(&mut self, connection: &Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.copied_at {
            self.copied_at = 0;
        }
        if pages >= RESTART_AT && self.shared.copied.swap(false, Ordering::Acquire) {
            let restarted = match dialect::checkpoint_restart(connection) {
                Ok(checkpoint) => !checkpoint.busy,
                Err(error) => {
                    tracing::warn!(%error, "the write-ahead log was not started afresh");
                    false
                }
            };
            // Somebody still reads it: the next try comes after another copy, when the log has grown by as much.
            self.copied_at = if restarted { 0 } else { pages };
        } else if pages >= self.copied_at + COPY_AT {
            self.copied_at = pages;
            self.shared
                .asked
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .copy = true;
            self.shared.arrived.notify_one();
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.shared
            .asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .stop = true;
        self.shared.arrived.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn run(&self, connection: &Connection) {
        loop {
            {
                let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
                while !asked.copy && !asked.stop {
                    asked = self.arrived.wait(asked).unwrap_or_else(PoisonError::into_inner);
                }
                if asked.stop {
                    return;
                }
                asked.copy = false;
            }
            match dialect::checkpoint_passive(connection) {
                Ok(checkpoint) => self.copied.store(checkpoint.is_whole(), Ordering::Release),
                Err(error) => tracing::warn!(%error, "the write-ahead log was not copied"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::dialect::{Access, connect};
    use crate::options::Options;

    #[test]
    fn a_log_that_somebody_reads_is_not_copied_whole_and_nobody_waits_for_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let options = Options::new(folder.path());
        let writer = connect(&options, Access::Write).expect("the writer");
        let run = |text: &str| writer.execute_batch(text).expect("it runs");
        run("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)");
        let reader = connect(&options, Access::Read).expect("a reader");
        reader
            .execute_batch("BEGIN; SELECT count(*) FROM t")
            .expect("it reads");
        run("INSERT INTO t VALUES (2)");
        let copier = connect(&options, Access::Checkpoint).expect("the copier");
        let held_up = dialect::checkpoint_passive(&copier).expect("it copies");
        assert!(!held_up.is_whole(), "{held_up:?}");
        let began = Instant::now();
        let busy = dialect::checkpoint_restart(&writer).expect("it answers");
        assert!(busy.busy && began.elapsed() < Duration::from_secs(2), "{busy:?}");
        reader.execute_batch("COMMIT").expect("it ends");
        assert!(
            dialect::checkpoint_passive(&copier)
                .expect("it copies")
                .is_whole()
        );
        assert!(!dialect::checkpoint_restart(&writer).expect("it answers").busy);
    }
}
