//! Slice after slice, with pauses, until every bucket is done or the record is closed.

use std::sync::Arc;
use std::time::Duration;

use crate::backfill::{slice, state};
use crate::clock::SystemClock;
use crate::dialect::{self, engine_error};
use crate::error::RecordError;
use crate::process::{self, ProcessId};
use crate::reader::pool::Pool;
use crate::writer::queue::Queue;

/// How long a filling waits before it looks again whether older processes are gone, or after a fault.
const PATIENCE: Duration = Duration::from_secs(20);

/// What fills an opened record; it does not keep the record open.
pub(crate) struct Filler {
    pub(crate) queue: Arc<Queue>,
    pub(crate) pool: Pool,
    pub(crate) clock: Arc<dyn SystemClock>,
    pub(crate) process: ProcessId,
    pub(crate) generation: u16,
    /// How long a slice may hold the writer.
    pub(crate) slice: Duration,
    /// How long it pauses after each.
    pub(crate) pause: Duration,
}

enum Step {
    Done,
    Slice(slice::Place),
    OlderAlive(u64),
}

/// Begins to fill, if anything is to be filled.
pub(crate) fn start(filler: Filler) {
    tokio::spawn(async move { filler.run().await });
}

impl Filler {
    async fn run(self) {
        let mut place = None;
        let mut waited = false;
        loop {
            let pause = match self.step(place.take()).await {
                Ok(Step::Done) | Err(RecordError::Closed) => return,
                Ok(Step::Slice(at)) => {
                    place = Some(at);
                    self.pause
                }
                Ok(Step::OlderAlive(count)) => {
                    if !waited {
                        tracing::info!(
                            processes = count,
                            "new search parameters are prepared once no process of an older release runs"
                        );
                    }
                    waited = true;
                    PATIENCE
                }
                Err(error) => {
                    tracing::error!(%error, "the preparation of new search parameters stopped; it is tried again");
                    PATIENCE
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    async fn step(&self, place: Option<slice::Place>) -> Result<Step, RecordError> {
        let (generation, process) = (self.generation, self.process);
        let now = self.clock.now().as_microsecond();
        let (ready, older) = self
            .pool
            .here(move |connection| {
                let read = || -> dialect::Result<_> {
                    Ok((
                        state::ready(connection)?,
                        process::older_alive(connection, process, generation, now)?,
                    ))
                };
                read().map_err(|error| engine_error(&error))
            })
            .await?;
        if ready >= generation {
            return Ok(Step::Done);
        }
        if older > 0 {
            return Ok(Step::OlderAlive(older));
        }
        let long = self.slice;
        let next = self
            .queue
            .work(move |connection| slice::run(connection, generation, place, long))
            .await?;
        Ok(next.map_or(Step::Done, Step::Slice))
    }
}
