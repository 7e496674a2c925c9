//! Servers that the bench starts: Sarsen itself over a folder, and the bare HTTP stack that is its limit.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};

use super::client::{self, Target};
use super::process::{self, Started};

/// The token of servers that the bench starts; they listen on this machine only, for as long as the bench runs.
pub(super) const TOKEN: &str = "bench-development-token";

/// How long a server may take to answer for the first time.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a server's views may take to be built.
const LONG: Duration = Duration::from_secs(3600);
/// A second with less CPU time than this, in milliseconds, is one of rest.
const REST: f64 = 50.0;

/// The program and the folder that a run works with.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) program: PathBuf,
    pub(super) scratch: PathBuf,
    /// Where the record is kept; in its folder when there is none.
    pub(super) database: Option<Database>,
}

/// An empty PostgreSQL database on a server of this machine, which nobody else uses.
#[derive(Debug, Clone)]
pub(super) struct Database {
    pub(super) url: String,
    /// The server's first process.
    pub(super) process: u32,
    /// The server's folder.
    pub(super) folder: PathBuf,
}

impl Place {
    /// A command of this program with the defaults of every setting, its words going to `log` in the scratch folder.
    pub(super) fn command(&self, log: &str) -> anyhow::Result<Command> {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SARSEN_") {
                command.env_remove(name);
            }
        }
        let path = self.scratch.join(log);
        let file: File = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        if let Some(database) = &self.database {
            command.env("SARSEN_RECORD__POSTGRES", &database.url);
        }
        command
            .env("SARSEN_ACCESS__DEVELOPMENT_TOKEN", TOKEN)
            // Questions to everybody are answered with both alone.
            .env("SARSEN_POPULATION__LEGAL_BASIS", "invented people")
            .env("SARSEN_POPULATION__CONTROLLER", "the bench")
            // What is measured is the server, and not how long one client is made to wait.
            .env("SARSEN_LIMITS__ACTOR_RATE", "0")
            .env("SARSEN_LIMITS__ADDRESS_RATE", "0")
            .stdin(Stdio::null())
            .stderr(file);
        Ok(command)
    }
}

/// A server that answers.
pub(super) struct Server {
    started: Started,
    /// Its address without a path.
    pub(super) origin: String,
    /// From exec to the first answer.
    pub(super) ready_after: Duration,
}

impl Server {
    /// Starts Sarsen over the record in `data`; it is ready once it has answered a GET of `first` below /fhir.
    ///
    /// # Errors
    /// When it cannot be started or does not answer in time; its log in the scratch folder says why.
    pub(super) async fn start(place: &Place, data: &Path, first: &str) -> anyhow::Result<Server> {
        let mut command = place.command("server.log")?;
        command
            .args(["serve", "--address", "127.0.0.1:0", "--data"])
            .arg(data);
        let began = Instant::now();
        let mut server = Server::listen("sarsen serve", &mut command)
            .await
            .with_context(|| log_of(place))?;
        client::wait_for(&server.fhir().await?, first, PATIENCE)
            .await
            .with_context(|| log_of(place))?;
        server.ready_after = began.elapsed();
        Ok(server)
    }

    /// Starts the bare HTTP stack with the bytes of `file` as its one answer.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(super) async fn start_still(place: &Place, file: &Path) -> anyhow::Result<Server> {
        let mut command = place.command("still.log")?;
        command.args(["bench", "still"]).arg(file);
        Server::listen("the still server", &mut command).await
    }

    async fn listen(name: &'static str, command: &mut Command) -> anyhow::Result<Server> {
        let mut started = Started::spawn(name, command.stdout(Stdio::piped()))?;
        let out = started
            .child()
            .stdout
            .take()
            .ok_or_else(|| anyhow!("{name} has no output"))?;
        let reading = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(out).read_line(&mut line).map(|_| line)
        });
        let line = tokio::time::timeout(PATIENCE, reading)
            .await
            .with_context(|| format!("{name} does not say where it listens"))???;
        let Some(origin) = line.trim().strip_prefix("listening on ") else {
            bail!("{name} ended before it listened");
        };
        Ok(Server {
            started,
            origin: origin.to_owned(),
            ready_after: Duration::ZERO,
        })
    }

    pub(super) fn id(&self) -> u32 {
        self.started.id()
    }

    /// Waits until the server works at nothing more of its own: a view that is being built costs as if a request did. Tells
    /// the CPU time it took, in milliseconds.
    ///
    /// # Errors
    /// When it ended, or is at work after an hour.
    pub(super) async fn at_rest(&self) -> anyhow::Result<f64> {
        let began = Instant::now();
        let at_first = process::cpu_ms(self.id())?;
        let mut before = at_first;
        while began.elapsed() < LONG {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = process::cpu_ms(self.id())?;
            if now - before < REST {
                return Ok(now - at_first);
            }
            before = now;
        }
        bail!("the server is still at work by itself after an hour")
    }

    /// The FHIR base.
    pub(super) async fn fhir(&self) -> anyhow::Result<Target> {
        Target::resolve(&format!("{}/fhir", self.origin), Some(TOKEN)).await
    }

    /// The address without a path.
    pub(super) async fn root(&self) -> anyhow::Result<Target> {
        Target::resolve(&self.origin, None).await
    }

    /// Stops the server in order: the record is closed.
    ///
    /// # Errors
    /// When it has to be killed.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        self.started.stop().await
    }
}

fn log_of(place: &Place) -> String {
    let text = std::fs::read_to_string(place.scratch.join("server.log")).unwrap_or_default();
    let last: Vec<&str> = text.lines().rev().take(3).collect();
    format!(
        "the server does not serve: {}",
        last.into_iter().rev().collect::<Vec<_>>().join(" | ")
    )
}
