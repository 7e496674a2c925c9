//! `sarsen verify`: is what is stored what was committed?

use std::path::PathBuf;
use std::process::ExitCode;

use crate::config::Settings;
use crate::house::say;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The record's folder.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

pub(crate) fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let directory = arguments.data.unwrap_or_else(|| settings.record.directory.clone());
    let report = record::verify(&directory)?;
    for line in report.lines() {
        say(&line);
    }
    Ok(if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
