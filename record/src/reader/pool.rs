//! The pool of read-only connections.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Semaphore;

use crate::dialect::{self, Access, Connection};
use crate::error::RecordError;
use crate::options::{Engine, Options};

/// How long whoever reads has to end when the record closes.
const TO_LET_GO: Duration = Duration::from_secs(5);

/// Connections for reading; cheap to clone.
#[derive(Clone)]
pub(crate) struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    readers: usize,
    access: Access,
    options: Options,
}

impl Pool {
    /// Opens the connections.
    pub(crate) fn open(options: &Options, access: Access) -> Result<Pool, RecordError> {
        let count = options.readers.max(1);
        let idle = (0..count)
            .map(|_| dialect::connect(options, access))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Pool {
            shared: Arc::new(Shared {
                idle: Mutex::new(idle),
                permits: Arc::new(Semaphore::new(count)),
                readers: count,
                access,
                options: options.clone(),
            }),
        })
    }

    /// Runs something short (a few rows) where it stands: cheaper than handing it to another thread. Where the engine is a
    /// server, the thread that waits for it is taken out of those that serve requests meanwhile.
    pub(crate) async fn here<T: Send>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, RecordError> + Send,
    ) -> Result<T, RecordError> {
        let _permit = self
            .shared
            .permits
            .acquire()
            .await
            .map_err(|_| RecordError::Closed)?;
        match self.shared.options.engine {
            Engine::Sqlite => self.shared.with(work),
            Engine::Postgres(_) => waiting(|| self.shared.with(work)),
        }
    }

    /// As [`Pool::here`], with everything read as it stood at one moment.
    pub(crate) async fn at_once<T: Send>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, RecordError> + Send,
    ) -> Result<T, RecordError> {
        self.here(|connection| dialect::snapshot(connection, work)).await
    }

    /// Runs something long in a thread for blocking work.
    pub(crate) async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, RecordError> + Send + 'static,
    ) -> Result<T, RecordError> {
        let shared = Arc::clone(&self.shared);
        let permit = Arc::clone(&self.shared.permits)
            .acquire_owned()
            .await
            .map_err(|_| RecordError::Closed)?;
        // The permit goes with the work: a caller that hangs up does not end it.
        tokio::task::spawn_blocking(move || {
            let result = shared.with(work);
            drop(permit);
            result
        })
        .await
        .unwrap_or(Err(RecordError::Closed))
    }

    /// Ends all reading. Of a file it waits for whoever still reads: until the last connection has let go, the file has a
    /// write-ahead log beside it, and must not be copied or put back alone.
    pub(crate) fn close(&self) {
        self.shared.permits.close();
        self.shared
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        let until = Instant::now() + TO_LET_GO;
        let reads = || self.shared.permits.available_permits() < self.shared.readers;
        while matches!(self.shared.options.engine, Engine::Sqlite) && reads() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Runs something that waits for another machine.
fn waiting<T: Send>(work: impl FnOnce() -> Result<T, RecordError> + Send) -> Result<T, RecordError> {
    if Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread {
        return tokio::task::block_in_place(work);
    }
    // A runtime of one thread (a test, a command) has none to spare.
    std::thread::scope(|scope| scope.spawn(work).join()).unwrap_or(Err(RecordError::Closed))
}

impl Shared {
    fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, RecordError>) -> Result<T, RecordError> {
        let taken = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match taken {
            Some(connection) => connection,
            // One was lost, with its server or with work that panicked.
            None => dialect::connect(&self.options, self.access)?,
        };
        let result = work(&connection);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if connection.is_lost() {
            // The others went to the same server.
            idle.clear();
        }
        if !self.permits.is_closed() && idle.len() < self.readers && connection.is_autocommit() {
            idle.push(connection);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A pool with one place, somebody who reads in it, and what ends their reading.
    async fn busy(
        folder: &std::path::Path,
    ) -> (
        Pool,
        tokio::task::JoinHandle<Result<(), RecordError>>,
        mpsc::Sender<()>,
    ) {
        let mut options = Options::new(folder);
        options.readers = 1;
        drop(dialect::connect(&options, Access::Write).expect("the file is made"));
        let pool = Pool::open(&options, Access::Read).expect("it opens");
        let (started, has_started) = mpsc::channel();
        let (end, may_end) = mpsc::channel::<()>();
        let working = pool.clone();
        let caller = tokio::spawn(async move {
            let work = move |_: &Connection| {
                let _ = started.send(());
                let _ = may_end.recv();
                Ok(())
            };
            working.apart(work).await
        });
        tokio::task::spawn_blocking(move || has_started.recv())
            .await
            .expect("it runs")
            .expect("it started");
        (pool, caller, end)
    }

    #[tokio::test]
    async fn work_whose_caller_hung_up_keeps_its_place_until_it_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let (pool, caller, end) = busy(folder.path()).await;
        caller.abort();
        let _ = caller.await;
        let other = tokio::time::timeout(Duration::from_millis(50), pool.here(|_| Ok(())));
        assert!(other.await.is_err(), "its place was given away");
        end.send(()).expect("it still works");
        pool.here(|_| Ok(())).await.expect("the place is free again");
        assert_eq!(pool.shared.idle.lock().expect("whole").len(), 1);
    }

    #[tokio::test]
    async fn a_closed_pool_has_no_file_open() {
        let folder = tempfile::tempdir().expect("a folder");
        let (pool, caller, end) = busy(folder.path()).await;
        let closing = pool.clone();
        let mut closed = tokio::task::spawn_blocking(move || closing.close());
        let early = tokio::time::timeout(Duration::from_millis(50), &mut closed).await;
        assert!(early.is_err(), "somebody reads, and it is called closed");
        end.send(()).expect("it still works");
        closed.await.expect("closed");
        let files = std::fs::read_dir("/proc/self/fd").expect("Linux");
        let open = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        let ours: Vec<_> = open.filter(|path| path.starts_with(folder.path())).collect();
        assert!(ours.is_empty(), "still open: {ours:?}");
        caller.await.expect("it ran").expect("it read");
        assert!(pool.here(|_| Ok(())).await.is_err(), "nobody reads any more");
    }
}
