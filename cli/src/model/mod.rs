//! `sarsen model`: a learned model of unplanned hospital stays, for analysts (docs/model.md). Not for clinical use.
//!
//! It asks everybody as `sarsen stratify` does: the same sources, purposes, objections, and entry in the read audit.
//!
//! - `train`: a model from a share of the people, with its check on the others
//! - `check`: a model of a file, on the people kept from its training or on others
//! - `asked`: the question that both put to everybody
//! - `report`: what a check found, as CSV
//! - `matrix`: features and outcomes as CSV, for other programs to train on

mod asked;
mod check;
mod matrix;
mod report;
mod train;

use std::process::ExitCode;

use crate::config::Settings;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Train a model on a share of the people, write it to a file, and check it on the others.
    Train(train::Arguments),
    /// Check a model of a file on people whom it was not trained on.
    Check(check::Arguments),
}

pub(crate) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Train(arguments) => train::run(settings, arguments),
        Command::Check(arguments) => check::run(settings, arguments),
    }
}
