//! The runs: on one database ten after the other, then another database.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use record::clock::Wall;
use record::{Engine, Options, Postgres, Record};

use crate::outage::check::check;
use crate::outage::load::{Heard, Load, Told};
use crate::outage::trouble::{Removed, Trap, Trouble, recovered};
use crate::postgres::{Database, Server, database::in_database};
use crate::proxy::Proxy;
use crate::seed::Seed;

/// Runs on one database before its content is checked and a new one is begun.
const RUNS_ON_ONE: u64 = 10;
/// The same with a guarantee removed: the series ends at the first failure, so it looks for one sooner.
const RUNS_ON_ONE_REMOVED: u64 = 3;

/// A series of runs.
pub struct Series {
    /// Where the data directory of the process is made.
    pub folder: PathBuf,
    /// What fails.
    pub trouble: Trouble,
    /// Which guarantee is taken away.
    pub removed: Removed,
    /// How many runs.
    pub runs: u64,
    /// When it fails, and how.
    pub seed: u64,
}

/// What a series found.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Runs done.
    pub runs: u64,
    /// Commits that were acknowledged.
    pub kept: u64,
    /// Commits that were refused with the words that nothing was kept.
    pub not_kept: u64,
    /// Commits of which nobody could say what became of them.
    pub unknown: u64,
    /// Everything that did not hold.
    pub failures: Vec<String>,
}

impl Outcome {
    /// Adds what another series found.
    pub fn add(&mut self, other: Outcome) {
        self.runs += other.runs;
        self.kept += other.kept;
        self.not_kept += other.not_kept;
        self.unknown += other.unknown;
        self.failures.extend(other.failures);
    }
}

impl Series {
    /// Does the runs on a server of its own; with a guarantee removed it stops when something did not hold.
    ///
    /// # Errors
    /// When the server does not start, or the record does not open.
    pub async fn run(&self) -> io::Result<Outcome> {
        let mut server = tokio::task::block_in_place(|| Server::start_with(&[("max_connections", "60")]))?;
        let proxy = Arc::new(Proxy::to(server.port()).await?);
        let trap = Trap::new(&proxy);
        let mut outcome = Outcome::default();
        let mut seed = Seed::new(self.seed);
        let mut next = 0;
        let runs_on_one = match self.removed {
            Removed::Nothing => RUNS_ON_ONE,
            Removed::Look => RUNS_ON_ONE_REMOVED,
        };
        while next < self.runs && (self.removed == Removed::Nothing || outcome.failures.is_empty()) {
            let runs = next..(next + runs_on_one).min(self.runs);
            next = runs.end;
            let database = Database::make(&server.url()).await?;
            let directory = self.folder.join(runs.start.to_string());
            let mut heard = Vec::new();
            {
                let record = self
                    .open(&directory, &database, &server.url_at(proxy.port()), &trap)
                    .await?;
                for run in runs {
                    let told = self
                        .one(&record, run, &mut server, &proxy, &trap, &mut seed)
                        .await?;
                    outcome.runs += 1;
                    let broken = self.removed != Removed::Nothing && !told.faults.is_empty();
                    heard.push((run, told));
                    if broken {
                        break;
                    }
                }
                record.close().await;
            }
            count(&heard, &mut outcome);
            let options = self.options(&directory, &database, &server.url())?;
            outcome.failures.extend(check(options, &heard).await);
            database.remove().await?;
            std::fs::remove_dir_all(&directory)?;
        }
        Ok(outcome)
    }

    async fn one(
        &self,
        record: &Record,
        run: u64,
        server: &mut Server,
        proxy: &Proxy,
        trap: &Trap,
        seed: &mut Seed,
    ) -> io::Result<Heard> {
        let load = Load::start(record, run, self.removed.patience());
        tokio::time::sleep(self.trouble.calm(seed)).await;
        self.trouble.strike(server, proxy, trap, seed).await?;
        let again = recovered(&load, self.removed.patience()).await;
        let mut heard = load.stop().await;
        if !again {
            heard.faults.push(format!("run {run}: nothing was kept any more"));
        }
        Ok(heard)
    }

    async fn open(
        &self,
        directory: &Path,
        database: &Database,
        server: &str,
        trap: &Arc<Trap>,
    ) -> io::Result<Record> {
        let mut options = self.options(directory, database, server)?;
        options.before_commit = Some(trap.before_commit());
        self.removed.from(&mut options);
        Record::open(options, Arc::new(Wall))
            .await
            .map_err(io::Error::other)
    }

    fn options(&self, directory: &Path, database: &Database, server: &str) -> io::Result<Options> {
        let mut options = Options::new(directory);
        let mut postgres = Postgres::new(in_database(server, database.name())?);
        postgres.partitions = 2;
        postgres.writers = 3;
        options.engine = Engine::Postgres(postgres);
        options.seal_every = Some(std::time::Duration::from_millis(200));
        options.audit_segment_bytes = 32 << 10;
        Ok(options)
    }
}

fn count(heard: &[(u64, Heard)], outcome: &mut Outcome) {
    for (_, heard) in heard {
        for told in heard.commits.values().flatten() {
            match told {
                Told::Kept => outcome.kept += 1,
                Told::NotKept => outcome.not_kept += 1,
                Told::Unknown => outcome.unknown += 1,
            }
        }
        outcome.kept += heard.updates.values().sum::<u64>();
    }
}
