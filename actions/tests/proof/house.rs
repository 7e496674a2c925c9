//! A record on either engine: in a folder of its own, and on a server in a database of its own, where each process has a
//! folder of its own again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actions::Actions;
use actions::access::Tokens;
use fhir::Limits;
use record::clock::{CareClock, SystemClock};
use record::{Engine, Fencing, Options, Postgres, Record, RecordError};
use tempfile::TempDir;
use testkit::postgres::{Database, URL};

/// The engine of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    Sqlite,
    Postgresql,
}

impl On {
    /// The word in the report.
    pub(super) fn word(self) -> &'static str {
        match self {
            On::Sqlite => "SQLite",
            On::Postgresql => "PostgreSQL",
        }
    }
}

/// Where a record is kept.
pub(super) struct House {
    folder: TempDir,
    database: Option<Database>,
}

impl House {
    pub(super) async fn new(on: On) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let database = match on {
            On::Sqlite => None,
            On::Postgresql => {
                let server = std::env::var(URL)
                    .expect("this proof needs a PostgreSQL server: scripts/with-postgres.sh cargo nextest run -p actions");
                Some(Database::make(&server).await.expect("a database"))
            }
        };
        House { folder, database }
    }

    /// The data directory of a process; that of the first is 0. On SQLite there is one.
    pub(super) fn directory(&self, process: usize) -> PathBuf {
        match self.database {
            None => self.folder.path().join("0"),
            Some(_) => self.folder.path().join(process.to_string()),
        }
    }

    /// The database's address, where there is one.
    pub(super) fn url(&self) -> Option<&str> {
        self.database.as_ref().map(Database::url)
    }

    /// Opens the record as a process does.
    pub(super) async fn open(
        &self,
        process: usize,
        clock: Arc<dyn SystemClock>,
        fencing: Fencing,
    ) -> (Actions, Record) {
        self.give_keys(process);
        let fenced = |options: &mut Options| options.fencing = fencing;
        open(&self.directory(process), self.url(), clock, fenced).await
    }

    /// Gives a process the keys of the first.
    pub(super) fn give_keys(&self, process: usize) {
        let (from, to) = (
            self.directory(0).join("keys"),
            self.directory(process).join("keys"),
        );
        if from == to || to.exists() {
            return;
        }
        std::fs::create_dir_all(&to).expect("a folder of keys");
        for key in std::fs::read_dir(from).expect("the first process has keys") {
            let key = key.expect("a key");
            std::fs::copy(key.path(), to.join(key.file_name())).expect("a copy");
        }
    }

    /// Everything is checked; the database goes.
    pub(super) async fn remove(self) {
        if let Some(database) = self.database {
            database.remove().await.expect("removed");
        }
    }
}

/// Opens a record, with whatever guarantee taken away; proofs of something else than the disk seal nothing by the clock.
pub(super) async fn open(
    directory: &Path,
    url: Option<&str>,
    clock: Arc<dyn SystemClock>,
    take_away: impl FnOnce(&mut Options),
) -> (Actions, Record) {
    let mut options = Options::new(directory);
    options.seal_every = None;
    options.audit_segment_bytes = 64 << 10;
    options.readers = 2;
    options.cache_mib = 8;
    take_away(&mut options);
    if let Some(url) = url {
        let mut postgres = Postgres::new(url);
        postgres.partitions = 2;
        options.engine = Engine::Postgres(postgres);
    }
    // Between fork and exec, a process that another lane starts holds a copy of every lock that is open here.
    let mut tries = 0;
    let record = loop {
        match Record::open(options.clone(), Arc::clone(&clock)).await {
            Err(RecordError::InUse) if tries < 1000 => tries += 1,
            opened => break opened.expect("a record"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let care = CareClock::new(Arc::clone(&clock));
    let actions = Actions::new(record.clone(), care, clock, Tokens::none(), Limits::default());
    (actions, record)
}
