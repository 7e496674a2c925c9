//! The one task of a view. It loads the snapshot or scans everybody, follows the feed of all buckets, rebuilds beside
//! the live copy when told to, and writes snapshots. It is the only one that changes the copy.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::copy::Copy;
use super::live::{Shared, ViewSettings};
use super::read::{self, Place, Since, Types};
use super::shape::View;
use super::snapshot;
use crate::dialect;
use crate::error::RecordError;
use crate::ids::Bucket;
use crate::keys::unusable;
use crate::store::Record;

/// How often the heads are looked at when nothing wakes the view: another process may have committed.
const POLL: Duration = Duration::from_millis(100);
/// How long to wait after the store failed.
const RETRY: Duration = Duration::from_secs(1);

/// What a view is told; each is answered when it is done, a rebuild when it has begun.
pub(super) enum Order {
    Rebuild(oneshot::Sender<Result<(), RecordError>>),
    Snapshot(oneshot::Sender<Result<(), RecordError>>),
    Stop(oneshot::Sender<Result<(), RecordError>>),
}

/// A copy that is being built.
struct Building<V> {
    copy: Copy<V>,
    /// Where the scan goes on; `None` once everybody is scanned and what happened meanwhile is followed.
    scan: Option<Place>,
}

pub(super) struct Keeper<V: View> {
    record: Record,
    shared: Arc<Shared<V>>,
    types: Types,
    settings: ViewSettings,
    directory: PathBuf,
    afresh: bool,
    building: Option<Building<V>>,
    /// The live copy had seen everything when it was last looked at.
    idle: bool,
    /// The last read reached all that was there: what comes next is gathered, and not a backlog.
    caught_up: bool,
    /// Somebody's record was destroyed since the snapshot was written.
    destroyed: bool,
    saved: Option<Vec<u64>>,
    due: Instant,
    /// A snapshot that is on its way to the disk.
    publishing: Option<JoinHandle<std::io::Result<()>>>,
}

impl<V: View> Keeper<V> {
    pub(super) fn new(
        record: Record,
        shared: Arc<Shared<V>>,
        types: Types,
        settings: ViewSettings,
        afresh: bool,
    ) -> Keeper<V> {
        let directory = record.directory().to_owned();
        Keeper {
            record,
            shared,
            types,
            settings,
            directory,
            afresh,
            building: None,
            idle: true,
            caught_up: true,
            destroyed: false,
            saved: None,
            due: Instant::now(),
            publishing: None,
        }
    }

    pub(super) async fn run(mut self, orders: Arc<tokio::sync::Mutex<mpsc::Receiver<Order>>>) {
        let mut orders = orders.lock().await;
        let mut changed = self.record.changed();
        self.begin().await;
        loop {
            let rest = match self.advance().await {
                Ok(true) => None,
                Ok(false) => Some(POLL),
                Err(RecordError::Closed) => return,
                Err(error) => {
                    self.shared.fault(self.record.now(), error.to_string());
                    Some(RETRY)
                }
            };
            if let Err(error) = self.save_when_due().await {
                self.shared.fault(self.record.now(), error.to_string());
            }
            let order = match rest {
                None => match orders.try_recv() {
                    Ok(order) => Some(order),
                    Err(mpsc::error::TryRecvError::Empty) => None,
                    Err(mpsc::error::TryRecvError::Disconnected) => return,
                },
                Some(rest) => tokio::select! {
                    order = orders.recv() => match order {
                        None => return,
                        order => order,
                    },
                    _ = changed.wait(rest) => None,
                },
            };
            match order {
                None => {}
                Some(Order::Rebuild(reply)) => {
                    self.build();
                    let _ = reply.send(Ok(()));
                }
                Some(Order::Snapshot(reply)) => {
                    let written = self.save_whole().await;
                    let _ = reply.send(written);
                }
                Some(Order::Stop(reply)) => {
                    let written = self.save_whole().await;
                    let _ = reply.send(written);
                    return;
                }
            }
        }
    }

    /// Takes the snapshot, or begins to build.
    async fn begin(&mut self) {
        match self.load().await {
            Ok(Some(())) => {}
            Ok(None) => self.build(),
            Err(why) => {
                self.shared
                    .fault(self.record.now(), format!("{why}; the view is built again"));
                if let Err(error) = snapshot::remove(&self.directory, V::NAME) {
                    self.shared
                        .fault(self.record.now(), unusable("views", &error).to_string());
                }
                self.build();
            }
        }
    }

    async fn load(&mut self) -> Result<Option<()>, String> {
        if self.afresh {
            return Ok(None);
        }
        let directory = self.directory.clone();
        let loaded = tokio::task::spawn_blocking(move || snapshot::read::<V>(&directory)).await;
        let Some(loaded) = loaded.map_err(|_| "the snapshot cannot be read")?? else {
            return Ok(None);
        };
        let positions = numbered(&loaded.copy.positions);
        let chains = self
            .record
            .pool()
            .apart(move |connection| read::chains(connection, &positions))
            .await;
        match chains {
            Ok(Some(chains)) if chains == loaded.place => {}
            Ok(_) => {
                return Err("the snapshot is of another store, or of another past of this one".to_owned());
            }
            Err(error) => return Err(error.to_string()),
        }
        self.saved = Some(loaded.copy.positions.clone());
        self.shared.told().snapshot = Some(loaded.at);
        let mut copy = loaded.copy;
        // Whoever is in the snapshot was read before now; how much later than its positions, it does not say.
        let heads = self.record.positions().await.map_err(|error| error.to_string())?;
        copy.may_know(&heads);
        *self.shared.live_mut() = Some(copy);
        self.shared.moved();
        Ok(Some(()))
    }

    fn build(&mut self) {
        self.building = Some(Building {
            copy: Copy::new(),
            scan: Bucket::new(0).map(|first| (first, 0)),
        });
        self.shared.told().building = Some(0);
    }

    /// Brings the live copy, and one that is being built, a stretch further. Returns whether there is more to do.
    async fn advance(&mut self) -> Result<bool, RecordError> {
        let heads = self.record.positions().await?;
        let behind = {
            let live = self.shared.live();
            live.as_ref().map(|copy| copy.behind(&heads)).unwrap_or_default()
        };
        self.idle = behind.is_empty();
        if !behind.is_empty() {
            // One look at all heads and one read transaction then serve many commits.
            if self.caught_up && !self.settings.gather.is_zero() {
                tokio::time::sleep(self.settings.gather).await;
            }
            let since = self.shared.live().as_ref().map(|copy| copy.since(&behind));
            let steps = match since {
                Some(since) => self.changed(since).await?,
                None => Vec::new(),
            };
            // A replica may not have what the heads speak of yet: then there is nothing to do but wait.
            self.idle = steps.iter().all(|step| behind.contains(&(step.bucket, step.to)));
            self.caught_up = steps.len() == behind.len()
                && heads.iter().all(|&(bucket, head)| {
                    let step = steps.iter().find(|step| step.bucket == bucket);
                    step.is_none_or(|step| step.to >= head)
                });
            for step in steps {
                // The lock is taken for each step, so that searches come in between.
                if let Some(live) = self.shared.live_mut().as_mut() {
                    self.destroyed |= live.apply(step);
                }
            }
            self.shared.moved();
            let reason = self
                .shared
                .live_mut()
                .as_mut()
                .and_then(|live| live.reason.take());
            if let Some(reason) = reason {
                self.shared.fault(self.record.now(), reason);
            }
        }
        if self.destroyed {
            self.forget_snapshot().await?;
        }
        if let Some(building) = self.building.take() {
            self.build_on(building, &heads).await?;
        }
        Ok(!self.idle || self.building.is_some())
    }

    async fn changed(&self, since: Since) -> Result<Vec<read::Step<V>>, RecordError> {
        let types = self.types.clone();
        self.record
            .following()
            .apart(move |connection| {
                dialect::snapshot(connection, |connection| {
                    read::changed_since::<V>(connection, &types, &since)
                })
            })
            .await
    }

    async fn build_on(
        &mut self,
        mut building: Building<V>,
        heads: &[(Bucket, u64)],
    ) -> Result<(), RecordError> {
        if let Some(from) = building.scan {
            let types = self.types.clone();
            let slice = self
                .record
                .following()
                .apart(move |connection| {
                    dialect::snapshot(connection, |connection| read::scan::<V>(connection, &types, from))
                })
                .await;
            let slice = match slice {
                Ok(slice) => slice,
                Err(error) => {
                    self.building = Some(building);
                    return Err(error);
                }
            };
            for (bucket, head) in slice.begun {
                building.copy.reach(bucket, head);
            }
            building.copy.may_know(&slice.heads);
            building.copy.take(slice.people);
            building.scan = slice.next;
            let done = slice.next.map(|(bucket, _)| bucket.number());
            self.shared.told().building = Some(done.unwrap_or(crate::ids::BUCKETS));
            self.building = Some(building);
            return Ok(());
        }
        let behind = building.copy.behind(heads);
        if !behind.is_empty() {
            match self.changed(building.copy.since(&behind)).await {
                Ok(steps) => {
                    for step in steps {
                        self.destroyed |= building.copy.apply(step);
                    }
                }
                Err(error) => {
                    self.building = Some(building);
                    return Err(error);
                }
            }
        }
        let positions = self.shared.live().as_ref().map(|live| numbered(&live.positions));
        let ready = building.copy.behind(heads).is_empty()
            && positions.is_none_or(|positions| building.copy.has_reached(&positions));
        if !ready {
            self.building = Some(building);
            return Ok(());
        }
        if let Some(reason) = building.copy.reason.take() {
            self.shared.fault(self.record.now(), reason);
        }
        let before = self.shared.live_mut().replace(building.copy);
        // A large copy takes its time to go: nobody waits for it.
        drop(tokio::task::spawn_blocking(move || drop(before)));
        self.shared.told().building = None;
        self.shared.moved();
        self.due = Instant::now();
        Ok(())
    }

    /// What was destroyed must not be in any file, whatever comes next.
    async fn forget_snapshot(&mut self) -> Result<(), RecordError> {
        self.published().await?;
        snapshot::remove(&self.directory, V::NAME).map_err(|error| unusable("views", &error))?;
        self.destroyed = false;
        self.saved = None;
        self.shared.told().snapshot = None;
        self.due = Instant::now();
        Ok(())
    }

    async fn save_when_due(&mut self) -> Result<(), RecordError> {
        let Some(every) = self.settings.snapshot_every else {
            return Ok(());
        };
        if Instant::now() < self.due {
            return Ok(());
        }
        self.due = Instant::now() + every;
        self.save().await
    }

    /// Writes a snapshot and waits until it is in its place.
    async fn save_whole(&mut self) -> Result<(), RecordError> {
        self.save().await?;
        self.published().await
    }

    /// Writes a snapshot when the copy has moved since the last; the disk is waited for beside.
    async fn save(&mut self) -> Result<(), RecordError> {
        let positions = self.shared.live().as_ref().map(|live| live.positions.clone());
        let Some(positions) = positions.filter(|positions| self.saved.as_ref() != Some(positions)) else {
            return Ok(());
        };
        self.published().await?;
        let reached = numbered(&positions);
        let place = self
            .record
            .pool()
            .apart(move |connection| read::chains(connection, &reached))
            .await?;
        let Some(place) = place else {
            return Err(RecordError::Corrupt {
                detail: format!("the view {} is ahead of the feed", V::NAME),
            });
        };
        let (shared, directory, at) = (
            Arc::clone(&self.shared),
            self.directory.clone(),
            self.record.now(),
        );
        // Nobody but this task moves the copy: the positions are still those of the place.
        let written = tokio::task::spawn_blocking(move || {
            let live = shared.live();
            live.as_ref()
                .map(|copy| snapshot::write(&directory, copy, &place, at))
                .transpose()
        })
        .await
        .map_err(|_| RecordError::Closed)?
        .map_err(|error| unusable("views", &error))?;
        if let Some(written) = written {
            self.publishing = Some(tokio::task::spawn_blocking(move || written.publish()));
            self.saved = Some(positions);
            self.shared.told().snapshot = Some(at);
        }
        Ok(())
    }

    /// Waits for the snapshot that is on its way to the disk.
    async fn published(&mut self) -> Result<(), RecordError> {
        let Some(publishing) = self.publishing.take() else {
            return Ok(());
        };
        let result = publishing.await.map_err(|_| RecordError::Closed)?;
        if let Err(error) = result {
            self.saved = None;
            self.shared.told().snapshot = None;
            return Err(unusable("views", &error));
        }
        Ok(())
    }
}

/// Positions with their buckets.
fn numbered(positions: &[u64]) -> Vec<(Bucket, u64)> {
    Bucket::all().zip(positions.iter().copied()).collect()
}
