//! How a record is opened.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::audit::disk::Disk;

/// Settings of one opened record; [`Options::new`] gives those of a service.
#[derive(Clone)]
pub struct Options {
    /// The data directory; made when it does not exist. With a server, each process has its own: for its read audit, its
    /// lock and the keys.
    pub directory: PathBuf,
    /// What keeps the record.
    pub engine: Engine,
    /// Connections for reading.
    pub readers: usize,
    /// How a commit reaches the disk.
    pub sync: Sync,
    /// The name of a registered SQLite VFS to go through; only proofs name one.
    pub vfs: Option<String>,
    /// Page cache of the writer in MiB; each reader has a quarter of it.
    pub cache_mib: usize,
    /// Size of one segment of the read audit in bytes, written out beforehand.
    pub audit_segment_bytes: u64,
    /// How often a seal is written; `None` seals on close and on demand only.
    pub seal_every: Option<Duration>,
    /// The file outside to which each seal is appended (`seal/anchor.rs`); `None` anchors nothing.
    pub anchor_file: Option<PathBuf>,
    /// How many commits may wait in each lane before a caller is told that the record is busy.
    pub queue: usize,
    /// The largest number of pages the database may grow to; for tests of a full disk.
    pub max_pages: Option<u32>,
    /// The disk that the read audit is appended to; `None` is the file system.
    pub audit_disk: Option<Arc<dyn Disk>>,
    /// When a commit is acknowledged; only proofs say other than [`Acknowledge::AfterCommit`].
    pub acknowledge: Acknowledge,
    /// Up to which generation of search parameters entries are packed and filled; `None` is this release's newest. Only
    /// proofs name an older one.
    pub generation: Option<u16>,
    /// How long a slice of the filling of a new search parameter may hold the writer.
    pub fill_slice: Duration,
    /// How long it pauses after each slice.
    pub fill_pause: Duration,
    /// How positions in the feed are taken where the engine has many writers; only proofs say other than
    /// [`Order::Locked`].
    pub order: Order,
    /// Called, where the engine has many writers, with the source of each commit of a group, when its positions are taken
    /// and before its COMMIT; only proofs name something.
    pub before_commit: Option<BeforeCommit>,
    /// Whether the steps of followers are held to their fences; only proofs say other than [`Fencing::On`].
    pub fencing: Fencing,
}

impl Options {
    /// The settings of a service whose data live in `directory`.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Options {
        Options {
            directory: directory.into(),
            engine: Engine::Sqlite,
            readers: 4,
            sync: Sync::Full,
            vfs: None,
            cache_mib: 64,
            audit_segment_bytes: 8 << 20,
            seal_every: Some(Duration::from_secs(60)),
            anchor_file: None,
            queue: 4096,
            max_pages: None,
            audit_disk: None,
            acknowledge: Acknowledge::AfterCommit,
            generation: None,
            fill_slice: Duration::from_millis(10),
            fill_pause: Duration::from_millis(20),
            order: Order::Locked,
            before_commit: None,
            fencing: Fencing::On,
        }
    }
}

/// What keeps the record.
#[derive(Clone)]
pub enum Engine {
    /// A file in the data directory, of one process.
    Sqlite,
    /// A PostgreSQL server, of any number of processes.
    Postgres(Postgres),
}

/// A PostgreSQL server (15 or later) and how it is used.
#[derive(Clone)]
pub struct Postgres {
    /// `postgresql://user:password@host:port/database`, with `?sslmode=require` for TLS. It may hold a password, so it never
    /// stands in words or logs.
    pub url: String,
    /// The address of a replica: views and followers that may lag read there. Whoever decides reads the primary.
    pub replica_url: Option<String>,
    /// The file (PEM) of the authorities whose certificates are believed where an address says `sslmode=require`; `None`
    /// believes those that the operating system trusts. It is read for each connection, so that its successor is taken.
    pub roots: Option<PathBuf>,
    /// Threads that write, each with a connection; 1–64.
    pub writers: usize,
    /// Partitions of each table when the schema is made; 1–1,024.
    pub partitions: u16,
}

impl Postgres {
    /// The settings of a service at this address.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Postgres {
        Postgres {
            url: url.into(),
            replica_url: None,
            roots: None,
            writers: 2,
            partitions: 16,
        }
    }
}

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sync {
    /// Every acknowledged commit is on the disk.
    Full,
    /// Nothing waits for the disk; only for proofs that the proof can fail.
    Off,
}

/// Whether a follower's step is refused when its lease was taken since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fencing {
    /// A step under an old fence, or from where the cursor no longer stands, is refused.
    On,
    /// Every step is kept; only for proofs that the proof can fail.
    Off,
}

/// When the caller of a commit hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledge {
    /// After the transaction has committed.
    AfterCommit,
    /// Before it; only for proofs that the proof can fail.
    BeforeCommit,
    /// After it, but one whose connection was lost while it was committed counts as kept, without a look; only for proofs
    /// that the proof can fail.
    OnAGuess,
}

/// How positions in the feed are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Under a lock on the bucket's head, held until COMMIT: who reads a position has seen all before it.
    Locked,
    /// From a counter of this process, without a lock; only for proofs that the proof can fail.
    Unlocked,
}

/// What a writer calls before COMMIT, in its thread.
pub type BeforeCommit = Arc<dyn Fn(&str) + Send + std::marker::Sync>;
