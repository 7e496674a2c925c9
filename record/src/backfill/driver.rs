//! Slice after slice, with pauses, until every bucket is done or the record is closed.

use std::time::Duration;

use crate::backfill::{slice, state};
use crate::dialect::engine_error;
use crate::error::RecordError;
use crate::process;
use crate::store::{Record, WeakRecord};

/// How long a filling waits before it looks again whether older processes are gone, or after a fault.
const PATIENCE: Duration = Duration::from_secs(20);

/// Begins to fill, if anything is to be filled.
pub(crate) fn start(record: &Record) {
    let weak = record.downgrade();
    let pause = record.options().fill_pause;
    tokio::spawn(async move {
        let mut place = None;
        let mut waited = false;
        loop {
            // Nothing is held while it pauses: the record can be closed at any time.
            let Some(record) = weak.upgrade() else { return };
            let next = step(&record, place.clone()).await;
            drop(record);
            match next {
                Ok(Step::Done) => return,
                Ok(Step::Slice(at)) => {
                    place = Some(at);
                    tokio::time::sleep(pause).await;
                }
                Ok(Step::OlderAlive(count)) => {
                    if !waited {
                        tracing::info!(
                            processes = count,
                            "new search parameters are prepared once no process of an older release runs"
                        );
                    }
                    waited = true;
                    tokio::time::sleep(PATIENCE).await;
                }
                Err(RecordError::Closed) => return,
                Err(error) => {
                    tracing::error!(%error, "the preparation of new search parameters stopped; it is tried again");
                    place = None;
                    sleep_unless_gone(&weak).await;
                }
            }
        }
    });
}

enum Step {
    Done,
    Slice(slice::Place),
    OlderAlive(u64),
}

async fn step(record: &Record, place: Option<slice::Place>) -> Result<Step, RecordError> {
    let generation = record.generation();
    let (process, now) = (record.process(), record.now_microseconds());
    let (ready, older) = record
        .pool()
        .here(move |connection| {
            let read = || -> crate::dialect::Result<_> {
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
    let long = record.options().fill_slice;
    let next = record
        .write_apart(move |connection| slice::run(connection, generation, place, long))
        .await?;
    Ok(next.map_or(Step::Done, Step::Slice))
}

async fn sleep_unless_gone(record: &WeakRecord) {
    if record.upgrade().is_some() {
        tokio::time::sleep(PATIENCE).await;
    }
}
