//! An opened record in a folder of its own, and short ways to do what the chapters do often.

use std::path::Path;
use std::sync::Arc;

use fhir::{Prepared, ResourceType};
use record::access::{Facts, Judge, Sight};
use record::clock::{FixedClock, SystemClock};
use record::{
    Actor, Ask, Change, Commit, CommitError, Committed, Engine, Expected, Lens, Options, Purpose, ReadError,
    Reason, Record, Role, Stored, WholeRecord,
};
use tempfile::TempDir;

use crate::database::Database;

pub(crate) const PURPOSE: Purpose = Purpose::DirectCare;

/// The engine that a story is told on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    Sqlite,
    Postgresql,
}

impl On {
    /// How many cases of a property are tried: on a server each takes a database of its own.
    pub(crate) fn cases(self, cases: u32) -> u32 {
        match self {
            On::Sqlite => cases,
            On::Postgresql => cases.div_ceil(4),
        }
    }
}

pub(crate) struct House {
    pub(crate) record: Record,
    pub(crate) clock: FixedClock,
    pub(crate) folder: TempDir,
    /// Where the engine is a server.
    pub(crate) database: Option<Database>,
}

pub(crate) fn options(directory: &Path) -> Options {
    let mut options = Options::new(directory);
    options.seal_every = None;
    options.audit_segment_bytes = 64 << 10;
    options.readers = 2;
    options.cache_mib = 8;
    options
}

impl House {
    pub(crate) async fn open() -> House {
        let folder = tempfile::tempdir().expect("a folder");
        House::open_with(folder, |_| ()).await
    }

    pub(crate) async fn open_on(on: On) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let database = match on {
            On::Sqlite => None,
            On::Postgresql => Some(Database::make().await),
        };
        House::open_at(folder, database, |_| ()).await
    }

    pub(crate) async fn open_with(folder: TempDir, change: impl FnOnce(&mut Options)) -> House {
        House::open_at(folder, None, change).await
    }

    pub(crate) async fn open_at(
        folder: TempDir,
        database: Option<Database>,
        change: impl FnOnce(&mut Options),
    ) -> House {
        let clock = FixedClock::new("2026-01-10T08:00:00Z".parse().expect("a time"));
        let mut options = options(folder.path());
        if let Some(database) = &database {
            options.engine = Engine::Postgres(database.settings());
        }
        change(&mut options);
        let system: Arc<dyn SystemClock> = Arc::new(clock.clone());
        let record = Record::open(options, system).await.expect("the record opens");
        House {
            record,
            clock,
            folder,
            database,
        }
    }

    pub(crate) async fn reopen(self) -> House {
        self.record.close().await;
        House::open_at(self.folder, self.database, |_| ()).await
    }

    /// As [`House::reopen`], when others still hold the record for a moment.
    pub(crate) async fn reopen_when_free(self) -> House {
        self.record.close().await;
        for _ in 0..400 {
            let lock = std::fs::File::open(self.folder.path().join("lock")).expect("a lock");
            if lock.try_lock().is_ok() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        House::open_at(self.folder, self.database, |_| ()).await
    }

    /// What opens this store.
    pub(crate) fn options(&self) -> Options {
        let mut options = options(self.folder.path());
        if let Some(database) = &self.database {
            options.engine = Engine::Postgres(database.settings());
        }
        options
    }

    /// What the store's clock says.
    pub(crate) fn clock_now(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    pub(crate) async fn check(&self) {
        let report = self.record.verify().await.expect("verify runs");
        assert_eq!(report.faults, []);
        assert_eq!(report.not_rederived, 0);
    }
}

pub(crate) fn actor() -> Actor {
    Actor::new("actor-1", Role::Development, None)
}

/// Sees everything, and may change it.
struct Everything;

impl Judge for Everything {
    fn lens(&self, _facts: &Facts) -> Arc<Lens> {
        Arc::new(Lens::everything())
    }

    fn chooses_ids(&self) -> bool {
        true
    }

    fn keeps_access(&self) -> bool {
        true
    }

    fn changes_others(&self) -> bool {
        true
    }

    fn hears_of_destruction(&self) -> bool {
        true
    }

    fn fingerprint(&self) -> [u8; 32] {
        [1; 32]
    }
}

pub(crate) fn lens() -> Sight {
    Sight::of(Arc::new(Everything))
}

pub(crate) fn ask(record: &Record) -> Ask {
    record.ask(&lens(), &actor(), PURPOSE, record.new_request())
}

pub(crate) async fn commit(record: &Record, changes: Vec<Change>) -> Result<Committed, CommitError> {
    record
        .commit(&lens(), &actor(), PURPOSE, Commit::new("test", changes))
        .await
}

pub(crate) async fn deed(record: &Record, deed: WholeRecord) -> Result<Committed, CommitError> {
    record
        .commit(&lens(), &actor(), PURPOSE, Commit::of_deed("test", deed))
        .await
}

pub(crate) async fn join(
    record: &Record,
    superseded: &str,
    survivor: &str,
) -> Result<Committed, CommitError> {
    let join = WholeRecord::Join {
        superseded: superseded.to_owned(),
        survivor: survivor.to_owned(),
        reason: Reason::Duplicate,
    };
    deed(record, join).await
}

pub(crate) async fn part(record: &Record, superseded: &str) -> Result<Committed, CommitError> {
    let part = WholeRecord::Part {
        superseded: superseded.to_owned(),
        reason: Reason::DifferentPeople,
    };
    deed(record, part).await
}

pub(crate) async fn create(record: &Record, prepared: Prepared) -> String {
    let committed = commit(record, vec![Change::Create { id: None, prepared }])
        .await
        .expect("it is created");
    committed.outcomes[0].id.clone()
}

pub(crate) fn put(id: &str, prepared: Prepared, expected: Expected) -> Change {
    Change::Put {
        id: id.to_owned(),
        prepared,
        expected,
    }
}

pub(crate) fn delete(resource_type: ResourceType, id: &str) -> Change {
    Change::Delete {
        resource_type,
        id: id.to_owned(),
        expected: Expected::Any,
    }
}

pub(crate) async fn read(
    record: &Record,
    resource_type: ResourceType,
    id: &str,
) -> Result<Stored, ReadError> {
    let mut ask = ask(record);
    let held = ask.read(resource_type, id).await;
    let disclosed = ask.disclose().await?;
    Ok(held?.open(&disclosed))
}

pub(crate) fn text(stored: &Stored) -> String {
    String::from_utf8(stored.json.clone()).expect("UTF-8")
}
