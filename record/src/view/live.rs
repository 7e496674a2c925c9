//! What others hold of a running view.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use fhir::ResourceType;
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::copy::Copy;
use super::follow::{Keeper, Order};
use super::read;
use super::read::Types;
use super::shape::View;
use crate::error::RecordError;
use crate::ids::Bucket;
use crate::store::Record;

/// The most buckets whose next entry is looked up to say how long a view is behind.
const LOOKED_UP: usize = 64;
/// After a fault in a view it is rebuilt, but not without a breath.
const BREATH: Duration = Duration::from_secs(1);

/// How a view is kept.
#[derive(Debug, Clone)]
pub struct ViewSettings {
    /// How often a snapshot is written when something changed; `None` writes one on close and on demand only.
    pub snapshot_every: Option<Duration>,
    /// How long changes are gathered before they are taken in: longer is less work and an older view.
    pub gather: Duration,
}

impl Default for ViewSettings {
    fn default() -> ViewSettings {
        ViewSettings {
            snapshot_every: Some(Duration::from_secs(300)),
            gather: Duration::ZERO,
        }
    }
}

/// Whether a view has seen a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It has, or more.
    Reached,
    /// It has not yet: whoever is shown something says so.
    Updating,
}

/// How a view stands, for operators; nothing of any person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewStatus {
    /// Its name.
    pub name: &'static str,
    /// The number of its shape.
    pub shape: u32,
    /// Whether it can be read; false while it is built for the first time.
    pub ready: bool,
    /// While it is built or rebuilt: how many of the 1,024 buckets are scanned.
    pub building: Option<u16>,
    /// Feed entries seen, over all buckets.
    pub position: u64,
    /// Feed entries not yet seen.
    pub behind: u64,
    /// How long ago the oldest of them was kept, in seconds.
    pub behind_seconds: u64,
    /// Memory it takes, in bytes.
    pub bytes: u64,
    /// People left out and feed entries unread because something could not be read: above 0 the view is incomplete.
    pub incomplete: u64,
    /// When something last went wrong, and what.
    pub last_error: Option<(Timestamp, String)>,
    /// When the snapshot in use was written.
    pub snapshot: Option<Timestamp>,
}

/// What the task and the handles of a view share.
pub(super) struct Shared<V> {
    live: RwLock<Option<Copy<V>>>,
    told: Mutex<Told>,
    /// Counts up whenever the live copy moved on.
    moved: watch::Sender<u64>,
}

/// What the task says of itself.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) building: Option<u16>,
    pub(super) error: Option<(Timestamp, String)>,
    pub(super) snapshot: Option<Timestamp>,
}

impl<V> Shared<V> {
    pub(super) fn live(&self) -> RwLockReadGuard<'_, Option<Copy<V>>> {
        // Whoever panicked under the lock is followed by a rebuild.
        self.live.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn live_mut(&self) -> RwLockWriteGuard<'_, Option<Copy<V>>> {
        self.live.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn fault(&self, at: Timestamp, words: impl Into<String>) {
        let words = words.into();
        tracing::warn!(error = %words, "a view");
        self.told().error = Some((at, words));
    }

    pub(super) fn moved(&self) {
        self.moved.send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// A view that is being kept. Cheap to clone; the clones share it. When the last is dropped, it ends without a snapshot.
pub struct Live<V: View> {
    inner: Arc<Inner<V>>,
}

impl<V: View> Clone for Live<V> {
    fn clone(&self) -> Live<V> {
        Live {
            inner: Arc::clone(&self.inner),
        }
    }
}

struct Inner<V: View> {
    record: Record,
    shared: Arc<Shared<V>>,
    orders: mpsc::Sender<Order>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl<V: View> Live<V> {
    /// Begins to keep a view: from its snapshot when that can be trusted, else by building it. Returns at once.
    ///
    /// # Errors
    /// When the view reads a type that FHIR R4 does not have.
    pub fn open(record: &Record, settings: ViewSettings) -> Result<Live<V>, RecordError> {
        let types_of = |names: &[&str]| {
            names
                .iter()
                .map(|name| {
                    ResourceType::from_name(name).ok_or_else(|| RecordError::Engine {
                        detail: format!("the view {} reads {name}, which is no type", V::NAME),
                    })
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let types = Types {
            all: types_of(V::READS)?,
            with: V::WITH.map(types_of).transpose()?,
        };
        let shared = Arc::new(Shared {
            live: RwLock::new(None),
            told: Mutex::default(),
            moved: watch::Sender::new(0),
        });
        let (orders, received) = mpsc::channel(4);
        let task = tokio::spawn(keep(
            record.clone(),
            Arc::clone(&shared),
            types,
            settings,
            Arc::new(tokio::sync::Mutex::new(received)),
        ));
        Ok(Live {
            inner: Arc::new(Inner {
                record: record.clone(),
                shared,
                orders,
                task: Mutex::new(Some(task)),
            }),
        })
    }

    /// Looks at the view; `None` while it is built for the first time. Keep it short: what follows the feed waits.
    pub fn read<T>(&self, look: impl FnOnce(&V) -> T) -> Option<T> {
        self.inner.shared.live().as_ref().map(|copy| look(&copy.view))
    }

    /// Waits until the view has seen these positions, as [`crate::Committed::positions`] says them, at most so long.
    pub async fn wait_for(&self, positions: &[(Bucket, u64)], patience: Duration) -> Reach {
        let until = Instant::now() + patience;
        let mut moved = self.inner.shared.moved.subscribe();
        loop {
            moved.mark_unchanged();
            let seen = self
                .inner
                .shared
                .live()
                .as_ref()
                .is_some_and(|copy| copy.has_reached(positions));
            if seen {
                return Reach::Reached;
            }
            match tokio::time::timeout_at(until, moved.changed()).await {
                Ok(Ok(())) => {}
                _ => return Reach::Updating,
            }
        }
    }

    /// A count that goes on whenever the view has taken something in.
    #[must_use]
    pub fn moves(&self) -> watch::Receiver<u64> {
        self.inner.shared.moved.subscribe()
    }

    /// How many people are left out or feed entries unread; 0 when it is complete, `None` while it is first built.
    #[must_use]
    pub fn incomplete(&self) -> Option<u64> {
        self.inner.shared.live().as_ref().map(Copy::incomplete)
    }

    /// How it stands.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn status(&self) -> Result<ViewStatus, RecordError> {
        let pool = self.inner.record.pool();
        let heads = self.inner.record.positions().await?;
        let (mut status, mut behind) = self.stands(&heads);
        behind.truncate(LOOKED_UP);
        let oldest = pool
            .here(|connection| read::oldest_after(connection, &behind))
            .await?;
        if let Some(oldest) = oldest {
            let microseconds = self.inner.record.now_microseconds().saturating_sub(oldest);
            status.behind_seconds = u64::try_from(microseconds / 1_000_000).unwrap_or(0);
        }
        Ok(status)
    }

    fn stands(&self, heads: &[(Bucket, u64)]) -> (ViewStatus, Vec<(Bucket, u64)>) {
        let total: u64 = heads.iter().map(|(_, head)| head).sum();
        let mut status = ViewStatus {
            name: V::NAME,
            shape: V::SHAPE,
            ready: false,
            building: None,
            position: 0,
            behind: total,
            behind_seconds: 0,
            bytes: 0,
            incomplete: 0,
            last_error: None,
            snapshot: None,
        };
        let mut behind = Vec::new();
        if let Some(copy) = self.inner.shared.live().as_ref() {
            behind = copy.behind(heads);
            status.ready = true;
            status.position = copy.positions.iter().sum();
            status.behind = total.saturating_sub(status.position);
            status.bytes = copy.view.bytes();
            status.incomplete = copy.incomplete();
        }
        let told = self.inner.shared.told();
        status.building = told.building;
        status.last_error.clone_from(&told.error);
        status.snapshot = told.snapshot;
        (status, behind)
    }

    /// Rebuilds the view beside the live copy, and swaps. Returns when that is begun; [`Live::status`] says how far it is.
    ///
    /// # Errors
    /// When the view has ended.
    pub async fn rebuild(&self) -> Result<(), RecordError> {
        self.order(Order::Rebuild).await
    }

    /// Writes a snapshot now; nothing when the view is still built for the first time.
    ///
    /// # Errors
    /// When the file cannot be written, or the view has ended.
    pub async fn snapshot(&self) -> Result<(), RecordError> {
        self.order(Order::Snapshot).await
    }

    /// Writes a last snapshot and ends; other clones find the view as it stood.
    ///
    /// # Errors
    /// When the snapshot cannot be written: the next start builds the view again.
    pub async fn close(self) -> Result<(), RecordError> {
        let written = self.order(Order::Stop).await;
        let task = self
            .inner
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task {
            let _ = task.await;
        }
        written
    }

    async fn order(
        &self,
        order: impl FnOnce(oneshot::Sender<Result<(), RecordError>>) -> Order,
    ) -> Result<(), RecordError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.inner.orders.send(order(reply)).await;
        sent.map_err(|_| RecordError::Closed)?;
        answer.await.unwrap_or(Err(RecordError::Closed))
    }
}

/// Keeps a view until it is told to stop. A fault in the view's own code loses the copy, is told, and the view is built anew.
async fn keep<V: View>(
    record: Record,
    shared: Arc<Shared<V>>,
    types: Types,
    settings: ViewSettings,
    orders: Arc<tokio::sync::Mutex<mpsc::Receiver<Order>>>,
) {
    let mut afresh = false;
    loop {
        let keeper = Keeper::new(
            record.clone(),
            Arc::clone(&shared),
            types.clone(),
            settings.clone(),
            afresh,
        );
        match tokio::spawn(keeper.run(Arc::clone(&orders))).await {
            Err(error) if error.is_panic() => {
                *shared.live_mut() = None;
                shared.fault(
                    record.now(),
                    "a fault in the view's code ended it; it is built again",
                );
                afresh = true;
                tokio::time::sleep(BREATH).await;
            }
            _ => return,
        }
    }
}
