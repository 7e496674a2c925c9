//! `sarsen`, the one binary: each subcommand is a file.

mod backup;
mod bench;
mod client;
mod config;
mod demo;
mod demo_accounts;
mod doctor;
mod house;
mod import;
mod keys;
mod limits;
mod model;
#[cfg(feature = "planted-faults")]
mod planted;
mod restore;
mod retention;
mod score;
mod serve;
mod stratify;
mod synth;
mod tls;
mod user;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Sarsen runs an integrated care system: one record for each person, and the care around it.
/// A fifth of a read's and a third of a whole record's time went into the system's allocator (docs/adr/0008-dependencies.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// Settings file (TOML); config.example.toml lists every setting with its default.
    #[arg(long, global = true, env = "SARSEN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages and FHIR from the record.
    Serve(serve::Arguments),
    /// Serve a record of synthetic people, ready to sign in.
    Demo(demo::Arguments),
    /// Load FHIR files into the record: bundles, resources, NDJSON, gzip, whole folders.
    Import(import::Arguments),
    /// Check the record's chains, seals and indexes.
    Verify(verify::Arguments),
    /// Accounts of people who sign in.
    User(user::Arguments),
    /// Systems and apps that may ask for tokens.
    Client(client::Arguments),
    /// The signing key of the seals.
    Keys(keys::Arguments),
    /// Copy the record, encrypted, while it is being used.
    Backup(backup::Arguments),
    /// Make a record from a backup.
    Restore(restore::Arguments),
    /// Whose records have been kept as long as they must be, and how two officers begin to destroy them.
    Retention(retention::Arguments),
    /// Say what ails the record, and what to do about it.
    Doctor(doctor::Arguments),
    /// An invented region: its report, its lives as files, or in the record.
    Synth(synth::Arguments),
    /// How frail everybody is: counts by band, and a row for each person under a pseudonym. Not for clinical use.
    Stratify(stratify::Arguments),
    /// A learned model of unplanned hospital stays, for analysts: train one, or check it. Not for clinical use.
    Model(model::Arguments),
    /// Put rows (CSV) through a published score. Not for clinical use.
    Score(score::Arguments),
    /// Measure how fast it is, or put the same load on another FHIR server.
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(code) => code,
        Err(error) => {
            house::say_error(&format!("sarsen: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    house::start_logging();
    let settings = config::Settings::load(arguments.config.as_deref())?;
    settings.population.use_lists()?;
    match arguments.command {
        Command::Serve(arguments) => in_runtime(serve::run(settings, arguments)),
        Command::Demo(arguments) => in_runtime(demo::run(settings, arguments)),
        Command::Import(arguments) => in_runtime(import::run(settings, arguments)),
        Command::Retention(arguments) => in_runtime(retention::run(settings, arguments)),
        Command::User(arguments) => in_runtime(user::run(settings, arguments)),
        Command::Client(arguments) => in_runtime(client::run(settings, arguments)),
        Command::Keys(arguments) => in_runtime(keys::run(settings, arguments)),
        Command::Bench(arguments) => in_runtime(bench::run(arguments)),
        Command::Stratify(arguments) => stratify::run(&settings, &arguments),
        Command::Model(arguments) => model::run(&settings, &arguments),
        Command::Score(arguments) => score::run(&arguments),
        // What looks at a record from outside waits for it in this thread.
        Command::Verify(arguments) => verify::run(&settings, arguments),
        Command::Backup(arguments) => backup::run(&settings, arguments),
        Command::Synth(arguments) => synth::run(settings, arguments),
        Command::Restore(arguments) => restore::run(&settings, arguments),
        Command::Doctor(arguments) => Ok(doctor::run(&settings, arguments)),
    }
}

fn in_runtime(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
