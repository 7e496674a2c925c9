//! `sarsen bench`: how fast the product is, and the same load on any other FHIR R4 server.
//!
//! `load` puts one row's load on a base URL. `run` starts this program's own server on a temporary folder, takes every
//! row of `docs/bench.md` and appends to `bench/history.csv`. `rows/` says how each row is measured; the client
//! (`client.rs`, `http.rs`, `load.rs`) knows nothing of Sarsen; `generate.rs` invents the people.
//!
//! Figures are medians of short runs, each beside its limit where there is one in the same run. No figure without its
//! conditions; no real person's data.

mod client;
mod figures;
mod generate;
mod histogram;
mod history;
mod http;
mod load;
mod load_command;
mod process;
mod rows;
mod run;
mod server;
mod still;
mod targets;
mod workload;

use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Put one row's load on any FHIR R4 server, and say what came of it.
    Load(load_command::Arguments),
    /// Measure this program: every row, or those named; appends to the history.
    Run(run::Arguments),
    /// Answer every read with the bytes of one file: the limit of the row "read".
    #[command(hide = true)]
    Still(still::Arguments),
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::Load(arguments) => load_command::run(arguments).await,
        Command::Run(arguments) => run::run(arguments).await,
        Command::Still(arguments) => still::run(arguments).await,
    }
}
