//! The one door to backups in the tests: each run is restored at once, and the copy compared with the store.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use record::backup::{Backup, Identity, Report, check};
use record::clock::{SystemClock, Wall};
use record::restore::{Restore, Restored};
use record::{Engine, Options, Record};
use tempfile::TempDir;

use crate::database::Database;
use crate::house::{House, On, options};
use crate::look::ask;

/// A folder for backups, who can read them, and the engine that they are restored into.
pub(crate) struct Kept {
    pub(crate) folder: TempDir,
    pub(crate) identity: Identity,
    into: On,
}

impl Kept {
    pub(crate) fn new(into: On) -> Kept {
        Kept {
            folder: tempfile::tempdir().expect("a folder"),
            identity: Identity::generate(),
            into,
        }
    }

    pub(crate) fn backups(&self) -> PathBuf {
        self.folder.path().join("backups")
    }

    /// Backs up a store, beside whoever has it open; restores the run and compares the copy with the store.
    pub(crate) async fn run(&self, house: &House, full: bool) -> Report {
        self.run_of(&house.record, &house.options(), full).await
    }

    /// The same of an opened record.
    pub(crate) async fn run_of(&self, record: &Record, store: &Options, full: bool) -> Report {
        let report = self.only_run(store, full, &Wall);
        let copy = self
            .restore(&Restore {
                run: Some(report.manifest.run.clone()),
                ..self.newest()
            })
            .await;
        let copied = heads(&copy.options()).await;
        assert_eq!(
            copy.restored.entries,
            copied.iter().map(|head| head.1).sum::<u64>()
        );
        same_at_its_heads(store, &copy.options()).await;
        let original = record.digest().await.expect("a digest");
        // Nobody committed meanwhile.
        if heads(store).await == copied {
            assert_eq!(copy.digest().await, original);
        }
        let checked = check(&self.backups(), std::slice::from_ref(&self.identity)).expect("checked");
        assert_eq!(checked.faults, []);
        report
    }

    /// Backs up without restoring; for [`Kept::run`], and for tests of what a restore refuses.
    pub(crate) fn only_run(&self, store: &Options, full: bool, clock: &dyn SystemClock) -> Report {
        let backup = Backup {
            to: self.backups(),
            recipients: vec![self.identity.recipient()],
            full,
        };
        apart(|| backup.run(store, clock)).expect("backed up")
    }

    /// What restores the newest run.
    pub(crate) fn newest(&self) -> Restore {
        Restore {
            from: self.backups(),
            identities: vec![self.identity.clone()],
            run: None,
            until: None,
            send_waiting: false,
        }
    }

    /// Restores into a new place; the copy is sound.
    pub(crate) async fn restore(&self, restore: &Restore) -> Copy {
        let place = Target::new(self.into).await;
        let restored = apart(|| restore.run(&place.options(), &Wall)).expect("restored");
        assert_eq!(restored.report.faults, []);
        assert_eq!(restored.unread, 0);
        Copy { place, restored }
    }
}

/// A new place to restore into.
pub(crate) struct Target {
    pub(crate) folder: TempDir,
    pub(crate) database: Option<Database>,
}

impl Target {
    pub(crate) async fn new(on: On) -> Target {
        Target {
            folder: tempfile::tempdir().expect("a folder"),
            database: match on {
                On::Sqlite => None,
                On::Postgresql => Some(Database::empty().await),
            },
        }
    }

    pub(crate) fn options(&self) -> Options {
        let mut options = options(&self.folder.path().join("record"));
        if let Some(database) = &self.database {
            options.engine = Engine::Postgres(database.settings());
        }
        options
    }
}

/// A restored store.
pub(crate) struct Copy {
    place: Target,
    pub(crate) restored: Restored,
}

impl Copy {
    pub(crate) fn options(&self) -> Options {
        self.place.options()
    }

    /// Its folder, with whatever else lies beside it.
    pub(crate) fn path(&self) -> &Path {
        self.place.folder.path()
    }

    pub(crate) async fn digest(&self) -> [u8; 32] {
        let record = Record::open(self.options(), Arc::new(Wall)).await.expect("opens");
        let digest = record.digest().await.expect("a digest");
        record.close().await;
        digest
    }
}

/// Does in a thread of its own what waits for a server, as a command of `sarsen` does.
pub(crate) fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join()).expect("it ran")
}

/// Bucket, position and chain of every feed that has begun.
pub(crate) async fn heads(store: &Options) -> Vec<(String, u64, String)> {
    let asked = "SELECT bucket, position, chain FROM bucket_head WHERE position > 0 ORDER BY bucket";
    let found = ask(store, asked).await;
    let number = |text: &str| -> u64 {
        let digits = text.trim_start_matches("Integer(").trim_end_matches(')');
        digits.parse().expect("a number")
    };
    found
        .into_iter()
        .map(|row| (row[0].clone(), number(&row[1]), row[2].clone()))
        .collect()
}

/// Every head of the copy stands in the store's feed: and the chain there covers all content up to it.
pub(crate) async fn same_at_its_heads(store: &Options, copy: &Options) {
    let feed: std::collections::HashSet<Vec<String>> = ask(store, "SELECT bucket, position, chain FROM feed")
        .await
        .into_iter()
        .collect();
    for (bucket, position, chain) in heads(copy).await {
        let head = vec![bucket, format!("Integer({position})"), chain];
        assert!(feed.contains(&head), "{head:?}");
    }
}
