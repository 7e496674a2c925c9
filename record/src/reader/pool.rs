//! The pool of read-only connections.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use crate::dialect::{self, Access, Connection};
use crate::error::RecordError;
use crate::options::Options;

/// Connections for reading; cheap to clone.
#[derive(Clone)]
pub(crate) struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
    options: Options,
}

impl Pool {
    /// Opens the connections.
    pub(crate) fn open(options: &Options) -> Result<Pool, RecordError> {
        let count = options.readers.max(1);
        let idle = (0..count)
            .map(|_| dialect::connect(options, Access::Read))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Pool {
            shared: Arc::new(Shared {
                idle: Mutex::new(idle),
                permits: Semaphore::new(count),
                options: options.clone(),
            }),
        })
    }

    /// Runs something short (a few rows) where it stands: cheaper than handing it to another thread.
    pub(crate) async fn here<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, RecordError>,
    ) -> Result<T, RecordError> {
        let _permit = self
            .shared
            .permits
            .acquire()
            .await
            .map_err(|_| RecordError::Closed)?;
        self.shared.with(work)
    }

    /// Runs something long in a thread for blocking work.
    pub(crate) async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, RecordError> + Send + 'static,
    ) -> Result<T, RecordError> {
        let shared = Arc::clone(&self.shared);
        let _permit = self
            .shared
            .permits
            .acquire()
            .await
            .map_err(|_| RecordError::Closed)?;
        tokio::task::spawn_blocking(move || shared.with(work))
            .await
            .unwrap_or(Err(RecordError::Closed))
    }

    /// Ends all reading.
    pub(crate) fn close(&self) {
        self.shared.permits.close();
        self.shared
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

impl Shared {
    fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, RecordError>) -> Result<T, RecordError> {
        let taken = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match taken {
            Some(connection) => connection,
            // A caller that hung up while its work went on elsewhere may leave one fewer than there are permits.
            None => dialect::connect(&self.options, Access::Read)?,
        };
        let result = work(&connection);
        if !self.permits.is_closed() {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
        }
        result
    }
}
