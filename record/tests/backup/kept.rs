//! The one door to backups in the tests: each run is restored at once, and the copy compared with the store.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use record::backup::{Backup, Identity, Report, check};
use record::clock::{SystemClock, Wall};
use record::restore::{Restore, Restored};
use record::{Options, Record};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use tempfile::TempDir;

use crate::house::options;

/// A folder for backups, and who can read them.
pub(crate) struct Kept {
    pub(crate) folder: TempDir,
    pub(crate) identity: Identity,
}

impl Kept {
    pub(crate) fn new() -> Kept {
        Kept {
            folder: tempfile::tempdir().expect("a folder"),
            identity: Identity::generate(),
        }
    }

    pub(crate) fn backups(&self) -> PathBuf {
        self.folder.path().join("backups")
    }

    /// Backs up a store, beside whoever has it open; restores the run and compares the copy with the store.
    pub(crate) async fn run(&self, store: &Path, full: bool) -> Report {
        let report = self.only_run(store, full, &Wall);
        let copy = self.restore(&Restore {
            run: Some(report.manifest.run.clone()),
            ..self.newest()
        });
        assert_eq!(
            copy.restored.entries,
            heads(&store_of(copy.path())).iter().map(|head| head.1).sum()
        );
        same_at_its_heads(store, copy.path());
        if heads(&store_of(copy.path())) == heads(&store_of(store)) {
            assert_eq!(digest(copy.path()).await, digest_beside(store).await);
        }
        let checked = check(&self.backups(), std::slice::from_ref(&self.identity)).expect("checked");
        assert_eq!(checked.faults, []);
        report
    }

    /// Backs up without restoring; for [`Kept::run`], and for tests of what a restore refuses.
    pub(crate) fn only_run(&self, store: &Path, full: bool, clock: &dyn SystemClock) -> Report {
        let backup = Backup {
            to: self.backups(),
            recipients: vec![self.identity.recipient()],
            full,
        };
        backup.run(&options(store), clock).expect("backed up")
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
    pub(crate) fn restore(&self, restore: &Restore) -> Copy {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("record");
        let restored = restore.run(&options(&target), &Wall).expect("restored");
        assert_eq!(restored.report.faults, []);
        assert_eq!(restored.unread, 0);
        Copy { folder, restored }
    }
}

/// A restored store.
pub(crate) struct Copy {
    pub(crate) folder: TempDir,
    pub(crate) restored: Restored,
}

impl Copy {
    pub(crate) fn path(&self) -> &Path {
        // The folder's one entry; a `&Path` needs somebody to own it.
        Box::leak(self.folder.path().join("record").into_boxed_path())
    }
}

pub(crate) fn store_of(directory: &Path) -> Connection {
    Connection::open_with_flags(directory.join("record.sqlite"), OpenFlags::SQLITE_OPEN_READ_ONLY)
        .expect("the store")
}

/// Bucket, position and chain of every feed that has begun.
pub(crate) fn heads(store: &Connection) -> Vec<(u16, u64, Vec<u8>)> {
    let mut statement = store
        .prepare("SELECT bucket, position, chain FROM bucket_head WHERE position > 0 ORDER BY bucket")
        .expect("prepared");
    let position = |row: &rusqlite::Row<'_>| row.get::<_, i64>(1).map(|position| position as u64);
    let rows = statement.query_map([], |row| Ok((row.get(0)?, position(row)?, row.get(2)?)));
    rows.expect("asked").collect::<Result<_, _>>().expect("heads")
}

/// Every head of the copy stands in the store's feed: and the chain there covers all content up to it.
pub(crate) fn same_at_its_heads(store: &Path, copy: &Path) {
    let original = store_of(store);
    for (bucket, position, chain) in heads(&store_of(copy)) {
        let there: Option<Vec<u8>> = original
            .query_row(
                "SELECT chain FROM feed WHERE bucket = ?1 AND position = ?2",
                (bucket, position as i64),
                |row| row.get(0),
            )
            .optional()
            .expect("asked");
        assert_eq!(there, Some(chain), "bucket {bucket} entry {position}");
    }
}

pub(crate) async fn digest(directory: &Path) -> [u8; 32] {
    let record = Record::open(options(directory), Arc::new(Wall))
        .await
        .expect("opens");
    let digest = record.digest().await.expect("a digest");
    record.close().await;
    digest
}

/// The digest of a store that may be open elsewhere: of a copy of its files.
async fn digest_beside(store: &Path) -> [u8; 32] {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("record.sqlite");
    store_of(store)
        .execute("VACUUM INTO ?1", [copy.to_string_lossy()])
        .expect("copied");
    digest(folder.path()).await
}

/// The rows of some tables, as text, to compare stores by.
pub(crate) fn rows(directory: &Path, tables: &[&str]) -> Vec<String> {
    let store = store_of(directory);
    let mut found = Vec::new();
    for table in tables {
        let mut statement = store
            .prepare(&format!("SELECT * FROM {table}"))
            .expect("prepared");
        let columns = statement.column_count();
        let mut rows = statement.query([]).expect("asked");
        let mut of_table = Vec::new();
        while let Some(row) = rows.next().expect("a row") {
            let values: Vec<String> = (0..columns)
                .map(|column| match row.get_ref(column).expect("a value") {
                    ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                    other => format!("{other:?}"),
                })
                .collect();
            of_table.push(format!("{table}: {}", values.join(" ")));
        }
        of_table.sort();
        found.extend(of_table);
    }
    found
}

/// Options of a store, for tests that open one themselves.
pub(crate) fn store_options(directory: &Path) -> Options {
    options(directory)
}
