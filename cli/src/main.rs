//! `sarsen`, the one binary: each subcommand is a file.

mod bench;
mod config;
mod demo;
mod house;
mod import;
mod keys;
mod serve;
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
    /// The signing key of the seals.
    Keys(keys::Arguments),
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
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match arguments.command {
            Command::Serve(arguments) => serve::run(settings, arguments).await,
            Command::Demo(arguments) => demo::run(settings, arguments).await,
            Command::Import(arguments) => import::run(settings, arguments).await,
            Command::Verify(arguments) => verify::run(&settings, arguments),
            Command::Keys(arguments) => keys::run(settings, arguments).await,
            Command::Bench(arguments) => bench::run(arguments).await,
        }
    })
}
