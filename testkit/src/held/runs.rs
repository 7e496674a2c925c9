//! Waves on one database, until there are as many runs as wanted.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use record::clock::Wall;
use record::{Engine, Options, Order, Postgres, Record};

use crate::held::follower::Follower;
use crate::held::wave::{Gate, People, wave};
use crate::postgres::{Database, Server};

/// Commits held at the same time.
const AT_ONCE: u64 = 20;
/// People to whom others commit meanwhile.
const FREE: u64 = 8;

/// A series of runs; each is one commit that is held.
pub struct Series {
    /// Where the data directories of the two processes are made.
    pub folder: PathBuf,
    /// Whether positions are taken under a lock that is held until COMMIT.
    pub order: Order,
    /// How long a commit is held.
    pub hold: Duration,
    /// How many runs.
    pub runs: u64,
}

/// What a series found.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Commits that were held.
    pub runs: u64,
    /// Commits that were acknowledged, those held among them.
    pub commits: u64,
    /// Everything that did not hold.
    pub failures: Vec<String>,
}

impl Series {
    /// Does the runs; with the guarantee removed it stops when something was skipped.
    ///
    /// # Errors
    /// When the server does not start, a record does not open or a commit is refused.
    pub async fn run(&self) -> io::Result<Outcome> {
        let server = tokio::task::block_in_place(Server::start)?;
        let database = Database::make(&server.url()).await?;
        let gate = Arc::new(Gate::default());
        let at_once = AT_ONCE.min(self.runs);
        let mut options = self.options(&self.folder.join("holder"), &database, at_once as usize);
        options.before_commit = Some(gate.before_commit(self.hold));
        let holder = Record::open(options, Arc::new(Wall))
            .await
            .map_err(io::Error::other)?;
        copy_keys(&self.folder.join("holder"), &self.folder.join("other"))?;
        // One writer waits for each commit that is held, and some are left for the others.
        let options = self.options(&self.folder.join("other"), &database, at_once as usize + 4);
        let other = Record::open(options, Arc::new(Wall))
            .await
            .map_err(io::Error::other)?;
        let people = u16::try_from(at_once + FREE).map_err(io::Error::other)?;
        let people = People::make(&other, people).await.map_err(io::Error::other)?;
        let followers = [
            Follower::start(&holder, people.buckets()),
            Follower::start(&other, people.buckets()),
        ];
        let mut outcome = Outcome::default();
        let mut kept = Vec::new();
        while outcome.runs < self.runs {
            let count = at_once.min(self.runs - outcome.runs);
            let commits = wave(&holder, &other, &people, &gate, count as usize).await;
            kept.extend(commits.map_err(io::Error::other)?);
            outcome.runs += count;
            if self.order == Order::Unlocked {
                break;
            }
        }
        outcome.commits = kept.len() as u64;
        for (number, follower) in (1..).zip(followers) {
            let seen = follower.stop().await.map_err(io::Error::other)?;
            let skipped = kept.iter().filter(|commit| !seen.contains_key(*commit)).count();
            let repeated = seen.values().filter(|times| **times > 1).count();
            if skipped + repeated > 0 {
                outcome.failures.push(format!(
                    "follower {number} skipped {skipped} of {} commits and read {repeated} twice",
                    kept.len()
                ));
            }
        }
        other.close().await;
        holder.close().await;
        database.remove().await?;
        std::fs::remove_dir_all(&self.folder)?;
        Ok(outcome)
    }

    fn options(&self, directory: &Path, database: &Database, writers: usize) -> Options {
        let mut options = Options::new(directory);
        let mut postgres = Postgres::new(database.url());
        postgres.partitions = 2;
        postgres.writers = writers;
        options.engine = Engine::Postgres(postgres);
        options.order = self.order;
        options.seal_every = None;
        options.audit_segment_bytes = 32 << 10;
        options
    }
}

/// Gives another process the same keys.
fn copy_keys(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to.join("keys"))?;
    for key in std::fs::read_dir(from.join("keys"))? {
        let key = key?;
        std::fs::copy(key.path(), to.join("keys").join(key.file_name()))?;
    }
    Ok(())
}
