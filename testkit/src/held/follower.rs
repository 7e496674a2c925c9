//! A follower as simple as there is: for each bucket it remembers the last position, and asks for what comes after it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use record::{Bucket, CommitId, Record};
use tokio::task::JoinHandle;

/// How many times it has seen each commit.
pub type Seen = BTreeMap<CommitId, u64>;

/// A follower that reads until it is stopped.
pub struct Follower {
    stop: Arc<AtomicBool>,
    reading: JoinHandle<Result<Seen, String>>,
}

impl Follower {
    /// Begins at the feed's beginning.
    #[must_use]
    pub fn start(record: &Record, buckets: Vec<Bucket>) -> Follower {
        let stop = Arc::new(AtomicBool::new(false));
        let reading = tokio::spawn(follow(record.clone(), buckets, Arc::clone(&stop)));
        Follower { stop, reading }
    }

    /// Reads to the end once more, and gives what was seen.
    ///
    /// # Errors
    /// When the feed could not be read.
    pub async fn stop(self) -> Result<Seen, String> {
        self.stop.store(true, Ordering::Release);
        self.reading.await.map_err(|error| error.to_string())?
    }
}

async fn follow(record: Record, buckets: Vec<Bucket>, stop: Arc<AtomicBool>) -> Result<Seen, String> {
    let mut seen = Seen::new();
    let mut cursors: BTreeMap<Bucket, u64> = buckets.iter().map(|bucket| (*bucket, 0)).collect();
    loop {
        // Read before the last round: what was committed by then is in it.
        let last = stop.load(Ordering::Acquire);
        for (bucket, cursor) in &mut cursors {
            let entries = record
                .feed(*bucket, *cursor, 500)
                .await
                .map_err(|error| error.to_string())?;
            for entry in entries {
                *seen.entry(entry.commit).or_default() += 1;
                *cursor = entry.position;
            }
        }
        if last {
            return Ok(seen);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
