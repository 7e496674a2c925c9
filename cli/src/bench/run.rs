//! `sarsen bench run`: every row on this program's own server, in temporary folders.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use anyhow::{Context, bail};
use record::clock::{SystemClock, Wall};

use super::figures::{Figure, PUBLISHED, table};
use super::history::{self, Occasion};
use super::load::{Load, Outcome, Until, run as run_load};
use super::rows::{self, Row};
use super::server::{Database, Place};
use super::workload::Template;
use super::{client::Target, targets::Targets};
use crate::house::{say, say_error};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these rows, with commas between. [default: all]
    #[arg(long, value_delimiter = ',', value_name = "ROWS")]
    rows: Vec<Row>,
    /// Go up to a million resources; otherwise 300,000.
    #[arg(long)]
    full: bool,
    /// Go up to this many resources instead.
    #[arg(long, value_name = "N", conflicts_with = "full")]
    size: Option<u64>,
    /// How long each of the short runs of a row lasts.
    #[arg(long, default_value_t = 3.0, value_name = "SECONDS")]
    seconds: f64,
    /// Short runs of each row; the median is the figure.
    #[arg(long, default_value_t = 5, value_name = "N")]
    runs: usize,
    /// The commit that is measured, for the history.
    #[arg(long, default_value = "unknown", value_name = "HASH")]
    commit: String,
    /// The history to append to.
    #[arg(long, default_value = "bench/history.csv", value_name = "FILE")]
    history: PathBuf,
    /// What keeps the record; postgresql wants a server of its own: scripts/bench.sh --engine postgresql starts one.
    #[arg(long, default_value = "sqlite", value_name = "ENGINE")]
    engine: Engine,
    /// An empty database, as a superuser.
    #[arg(long, env = "RECORD_POSTGRES_URL", hide_env_values = true, value_name = "URL")]
    postgres: Option<String>,
    /// The first process of that database's server, to tell its CPU time.
    #[arg(long, env = "RECORD_POSTGRES_PROCESS", value_name = "PID")]
    postgres_process: Option<u32>,
    /// The folder of that database's server, to tell its size.
    #[arg(long, env = "RECORD_POSTGRES_FOLDER", value_name = "FOLDER")]
    postgres_folder: Option<PathBuf>,
    /// Where the temporary folder is made; on the disk whose speed counts. [default: the system's]
    #[arg(long, value_name = "FOLDER")]
    scratch: Option<PathBuf>,
    /// Another program of Sarsen to measure. [default: this one]
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// What keeps the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    Sqlite,
    Postgresql,
}

/// What the rows share.
pub(super) struct Bench {
    pub(super) place: Place,
    pub(super) rows: Vec<Row>,
    /// Resources in the record at its largest.
    pub(super) size: u64,
    pub(super) runs: usize,
    pub(super) each: Duration,
    pub(super) targets: Targets,
    pub(super) figures: Vec<Figure>,
    stamps: Arc<AtomicU64>,
}

impl Bench {
    pub(super) fn wants(&self, row: Row) -> bool {
        self.rows.contains(&row)
    }

    /// Notes figures, and shows them at once: a long run that is stopped has told something.
    pub(super) fn note(&mut self, figures: Vec<Figure>) {
        for line in table(&figures).lines().skip(1) {
            say_error(line);
        }
        self.figures.extend(figures);
    }

    /// A load in closed loop, to be run as often as the bench says.
    pub(super) fn load(
        &self,
        target: &Target,
        requests: Vec<Template>,
        connections: usize,
        server: u32,
    ) -> Load {
        Load {
            target: target.clone(),
            requests: Arc::new(requests),
            connections,
            until: Until::Elapsed(self.each),
            rate: None,
            seed: 1,
            stamps: Arc::clone(&self.stamps),
            server: Some(server),
            database: self.place.database.as_ref().map(|database| database.process),
        }
    }

    /// Warms up, then runs the load several times, each with another order of requests.
    ///
    /// # Errors
    /// When any request failed.
    pub(super) async fn measure(&self, load: Load) -> anyhow::Result<Vec<Outcome>> {
        let warm = Until::Elapsed(self.each.min(Duration::from_millis(500)));
        let until = if load.rate.is_some() { load.until } else { warm };
        run_load(Load {
            until,
            ..load.clone()
        })
        .await?
        .without_errors()?;
        let mut outcomes = Vec::with_capacity(self.runs);
        for number in 0..self.runs {
            let load = Load {
                seed: number as u64 + 2,
                ..load.clone()
            };
            outcomes.push(run_load(load).await?.without_errors()?);
        }
        Ok(outcomes)
    }
}

pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if arguments.runs == 0 || !(0.05..=3600.0).contains(&arguments.seconds) {
        bail!("--runs is at least 1, --seconds from 0.05 to 3600");
    }
    let size = arguments
        .size
        .unwrap_or(if arguments.full { 1_000_000 } else { 300_000 });
    if size < 2_000 {
        bail!("--size: at least 2000 resources");
    }
    let program = match &arguments.program {
        Some(program) => program.clone(),
        None => std::env::current_exe().context("this program does not know where it is")?,
    };
    let scratch = Scratch::make(&arguments.scratch.clone().unwrap_or_else(std::env::temp_dir))?;
    let rows = if arguments.rows.is_empty() {
        Row::ALL.to_vec()
    } else {
        arguments.rows.clone()
    };
    let mut bench = Bench {
        place: Place {
            program,
            scratch: scratch.path.clone(),
            database: database(&arguments)?,
        },
        rows,
        size,
        runs: arguments.runs,
        each: Duration::from_secs_f64(arguments.seconds),
        targets: Targets::default(),
        figures: Vec::new(),
        stamps: Arc::new(AtomicU64::new(0)),
    };
    let outcome = tokio::select! {
        outcome = rows::all(&mut bench) => outcome,
        () = told_to_stop() => Err(anyhow::anyhow!("told to stop; the servers it had started are ended")),
    };
    let occasion = Occasion {
        date: Wall.now().strftime("%Y-%m-%d").to_string(),
        commit: arguments.commit,
        engine: match arguments.engine {
            Engine::Sqlite => "",
            Engine::Postgresql => " on postgresql",
        },
    };
    report(&bench, &occasion, &arguments.history)?;
    outcome?;
    Ok(ExitCode::SUCCESS)
}

fn report(bench: &Bench, occasion: &Occasion, path: &Path) -> anyhow::Result<()> {
    if bench.figures.is_empty() {
        return Ok(());
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    say(&format!(
        "\n{}, commit {}{}: medians of {} runs on {cores} cores, load client included",
        occasion.date, occasion.commit, occasion.engine, bench.runs
    ));
    say(table(&bench.figures).trim_end());
    say("\npublished, not run here:");
    for (row, words) in PUBLISHED {
        say(&format!("  {row}: {words}"));
    }
    history::append(path, occasion, &bench.figures)
}

/// The database that the arguments name, when the record is to be kept in one.
fn database(arguments: &Arguments) -> anyhow::Result<Option<Database>> {
    if arguments.engine == Engine::Sqlite {
        return Ok(None);
    }
    match (
        &arguments.postgres,
        arguments.postgres_process,
        &arguments.postgres_folder,
    ) {
        (Some(url), Some(process), Some(folder)) => Ok(Some(Database {
            url: url.clone(),
            process,
            folder: folder.clone(),
        })),
        _ => bail!(
            "--engine postgresql: name --postgres, --postgres-process and --postgres-folder, or run it through scripts/bench.sh"
        ),
    }
}

async fn told_to_stop() {
    let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    let Ok(mut terminate) = terminate else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// A folder that is gone when the run ends.
struct Scratch {
    path: PathBuf,
}

impl Scratch {
    fn make(below: &Path) -> anyhow::Result<Scratch> {
        let path = below.join(format!("sarsen-bench-{}", std::process::id()));
        std::fs::create_dir(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Scratch { path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Left behind, it is a folder among temporary files.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::Scratch;

    #[test]
    fn a_scratch_folder_is_gone_with_its_guard_and_never_one_that_was_there() {
        let below = tempfile::tempdir().expect("a folder");
        let scratch = Scratch::make(below.path()).expect("made");
        let path = scratch.path.clone();
        std::fs::write(path.join("file"), "x").expect("written");
        assert!(Scratch::make(below.path()).is_err());
        assert!(path.exists());
        drop(scratch);
        assert!(!path.exists());
    }
}
