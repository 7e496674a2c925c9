//! Being woken after a commit, so that followers need not ask all the time. A wake-up may be missed (another process,
//! a cut connection) and may come for nothing: whoever waits also asks now and then by itself.

use std::time::Duration;

use tokio::sync::watch;

use crate::store::Record;

/// The side that wakes: many commits between two looks are one wake-up.
#[derive(Clone)]
pub(crate) struct Wake(watch::Sender<u64>);

impl Default for Wake {
    fn default() -> Wake {
        Wake(watch::Sender::new(0))
    }
}

impl Wake {
    /// Something was committed.
    pub(crate) fn raise(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// The side that waits.
#[derive(Debug, Clone)]
pub struct Changed(watch::Receiver<u64>);

impl Changed {
    /// Waits until something was committed since this was last asked, at most for `patience`. Says whether something
    /// was; the answer "no" may be wrong where another process committed, which is why one also looks without it.
    pub async fn wait(&mut self, patience: Duration) -> bool {
        match tokio::time::timeout(patience, self.0.changed()).await {
            Ok(Ok(())) => true,
            Err(_) => false,
            // The record is closed: nothing will come, and nobody should spin.
            Ok(Err(_)) => {
                tokio::time::sleep(patience).await;
                false
            }
        }
    }
}

impl Record {
    /// A way to wait for commits: see [`Changed::wait`].
    #[must_use]
    pub fn changed(&self) -> Changed {
        Changed(self.wake().0.subscribe())
    }
}
