//! How processes on one store wake each other: after its commits a process rings, outside any transaction and many
//! commits at once; every process listens. A ring that is lost costs a follower the time until it looks by itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::dialect::Access;
use crate::dialect::connection::Connection;
use crate::dialect::error::engine_error;
use crate::dialect::postgres::{Session, connect};
use crate::error::RecordError;
use crate::options::Postgres;

/// How long rings are gathered.
const GATHERED: Duration = Duration::from_millis(5);
/// How soon a thread hears that it is to end, and how long it waits before it connects again.
const PATIENCE: Duration = Duration::from_millis(100);

/// The bell of one process. Dropping it ends its threads.
pub(crate) struct Bell {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    postgres: Postgres,
    /// What this process rings with, so that it does not wake itself.
    own: String,
    rung: Mutex<bool>,
    arrived: Condvar,
    stop: AtomicBool,
}

impl Bell {
    /// Starts the threads; `heard` is called when another process has rung.
    pub(crate) fn start(
        postgres: &Postgres,
        own: String,
        heard: impl Fn() + Send + 'static,
    ) -> std::io::Result<Bell> {
        let shared = Arc::new(Shared {
            postgres: postgres.clone(),
            own,
            rung: Mutex::new(false),
            arrived: Condvar::new(),
            stop: AtomicBool::new(false),
        });
        let (listening, ringing) = (Arc::clone(&shared), Arc::clone(&shared));
        let threads = vec![
            std::thread::Builder::new()
                .name("record-listen".to_owned())
                .spawn(move || listening.listen(&heard))?,
            std::thread::Builder::new()
                .name("record-ring".to_owned())
                .spawn(move || ringing.ring_on())?,
        ];
        Ok(Bell { shared, threads })
    }

    /// Rings soon.
    pub(crate) fn ring(&self) {
        *self.shared.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.arrived.notify_one();
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        self.shared.arrived.notify_all();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    fn listen(&self, heard: &dyn Fn()) {
        while !self.stopped() {
            let listened = self.connect().and_then(|connection| {
                let session = session(&connection)?;
                session
                    .batch("LISTEN sarsen_feed")
                    .map_err(|error| engine_error(&error))?;
                // Whatever was rung while nobody listened.
                heard();
                while !self.stopped() {
                    let notices = session.notices(PATIENCE).map_err(|error| engine_error(&error))?;
                    if notices.iter().any(|by| *by != self.own) {
                        heard();
                    }
                }
                Ok(())
            });
            self.pause(listened, "other processes' commits are found by looking only");
        }
    }

    fn ring_on(&self) {
        while !self.stopped() {
            let rung = self.connect().and_then(|connection| {
                let session = session(&connection)?;
                while self.wait() {
                    std::thread::sleep(GATHERED);
                    *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = false;
                    session
                        .batch(&format!("NOTIFY sarsen_feed, '{}'", self.own))
                        .map_err(|error| engine_error(&error))?;
                }
                Ok(())
            });
            self.pause(rung, "other processes are not woken");
        }
    }

    /// Waits for a ring; false when it is time to end.
    fn wait(&self) -> bool {
        let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        while !*rung && !self.stopped() {
            rung = self
                .arrived
                .wait_timeout(rung, PATIENCE)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        !self.stopped()
    }

    fn connect(&self) -> Result<Connection, RecordError> {
        connect(&self.postgres, Access::Checkpoint)
    }

    fn pause(&self, ended: Result<(), RecordError>, what: &str) {
        if let Err(error) = ended
            && !self.stopped()
        {
            tracing::warn!(%error, "{what} until the database answers again");
            std::thread::sleep(PATIENCE);
        }
    }
}

fn session(connection: &Connection) -> Result<&Session, RecordError> {
    match connection {
        Connection::Postgres(session) => Ok(session),
        Connection::Sqlite(_) => Err(RecordError::Closed),
    }
}
