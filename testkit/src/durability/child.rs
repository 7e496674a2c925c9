//! The child: commits, updates and reads from several tasks, one line to the pipe per acknowledgement, until it dies.
//!
//! Lines: `ready`; `c TASK NUMBER` (a commit); `u TASK VERSION` (an update); `r REQUEST` (a read that was disclosed).

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::everything;
use fhir::ResourceType;
use record::clock::Wall;
use record::{Acknowledge, Actor, Change, Commit, Lane, Options, Purpose, Record, RequestId, Role, Sync};

use crate::durability::work::{self, Death, Removed};
use crate::seed::Seed;
use crate::torn::overlay::TornDisk;
use crate::torn::segments::TornSegments;
use crate::torn::vfs;

/// Tasks that commit at once.
pub const TASKS: u64 = 6;

/// What one child does.
#[derive(Debug, Clone)]
pub struct Child {
    /// The data directory.
    pub directory: PathBuf,
    /// How it will die.
    pub death: Death,
    /// Which guarantee is removed.
    pub removed: Removed,
    /// Number of the run, part of every id.
    pub run: u64,
    /// When, and what of the pending sectors, when the power fails.
    pub seed: u64,
}

/// Works until it dies.
///
/// # Errors
/// When the record does not open or a commit is refused: then the proof has failed.
pub async fn run(child: &Child) -> Result<(), String> {
    let mut options = Options::new(&child.directory);
    options.seal_every = Some(Duration::from_millis(50));
    options.audit_segment_bytes = 32 << 10;
    options.cache_mib = 4;
    if child.removed == Removed::Sync {
        options.sync = Sync::Off;
    }
    if child.removed == Removed::Order {
        options.acknowledge = Acknowledge::BeforeCommit;
    }
    if child.death == Death::Power {
        let disk = Arc::new(TornDisk::default());
        vfs::register("torn", Arc::clone(&disk)).map_err(|error| error.to_string())?;
        options.vfs = Some("torn".to_owned());
        options.audit_disk = Some(Arc::new(TornSegments(Arc::clone(&disk))));
        let mut seed = Seed::new(child.seed);
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(seed.below(260)));
            disk.fail_power(&mut seed);
        });
    }
    let record = Record::open(options, Arc::new(Wall))
        .await
        .map_err(|error| error.to_string())?;
    tell("ready")?;
    let mut tasks = Vec::new();
    for task in 0..TASKS {
        tasks.push(tokio::spawn(commits(record.clone(), child.run, task)));
    }
    tasks.push(tokio::spawn(updates(record.clone(), child.run, 0)));
    tasks.push(tokio::spawn(updates(record.clone(), child.run, 1)));
    for task in tasks {
        task.await.map_err(|error| error.to_string())??;
    }
    Ok(())
}

async fn commits(record: Record, run: u64, task: u64) -> Result<(), String> {
    for number in 0.. {
        let lane = if (task + number).is_multiple_of(3) {
            Lane::Bulk
        } else {
            Lane::Care
        };
        keep(&record, work::changes(run, task, number)?, lane).await?;
        tell(&format!("c {task} {number}"))?;
        if number.is_multiple_of(4) {
            let request = RequestId(u128::from(run) << 64 | u128::from(task) << 32 | u128::from(number));
            read(&record, request, &work::id(run, task, number, 0)).await?;
            tell(&format!("r {}", request.0))?;
        }
    }
    Ok(())
}

async fn updates(record: Record, run: u64, task: u64) -> Result<(), String> {
    for version in 1.. {
        keep(&record, vec![work::update(run, task, version)?], Lane::Care).await?;
        tell(&format!("u {task} {version}"))?;
    }
    Ok(())
}

async fn keep(record: &Record, changes: Vec<Change>, lane: Lane) -> Result<(), String> {
    let (actor, purpose) = (actor(), Purpose::DirectCare);
    let commit = Commit {
        lane,
        ..Commit::new("proof", changes)
    };
    let kept = record.commit(&everything(), &actor, purpose, commit).await;
    kept.map(|_| ()).map_err(|error| error.to_string())
}

async fn read(record: &Record, request: RequestId, id: &str) -> Result<(), String> {
    let observation = ResourceType::from_name("Observation").ok_or("no type Observation")?;
    let (actor, purpose) = (actor(), Purpose::DirectCare);
    let mut ask = record.ask(&everything(), &actor, purpose, request);
    let held = ask.read(observation, id).await;
    let disclosed = ask.disclose().await.map_err(|error| error.to_string())?;
    // With a guarantee removed, what was acknowledged may not be there yet; the parent will say so.
    if let Ok(held) = held {
        let _ = held.open(&disclosed);
    }
    Ok(())
}

fn actor() -> Actor {
    Actor::new("proof", Role::Development, None)
}

/// One whole line to the pipe at once.
fn tell(line: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| error.to_string())
}
