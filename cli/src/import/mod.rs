//! `sarsen import`: FHIR files into the record, each document kept once however often the command is run.
//!
//! `sources` finds the files and cuts them into documents, `load` keeps them, `progress` and `rejects` tell the operator.

mod load;
mod progress;
mod rejects;
mod sources;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use actions::access::Tokens;
use anyhow::bail;
use record::Actor;

use crate::config::Settings;
use crate::house::{House, say};

pub(crate) use load::{Summary, load_document};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Files or folders: .json, .ndjson, either with .gz. Transaction and batch Bundles are carried out; Bundles of type
    /// collection or searchset are unpacked; everything else is kept as it is.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The record's folder.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Where documents that broke rules are listed, one JSON line each. [default: import-rejects.ndjson in the record's
    /// folder]
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
}

pub(crate) async fn run(settings: Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let directory = arguments
        .data
        .unwrap_or_else(|| settings.record.directory.clone());
    let files = sources::find(&arguments.paths)?;
    if files.is_empty() {
        bail!("no .json or .ndjson files (or .gz of these) in what was named");
    }
    let house = House::open(&settings, &directory, Tokens::none()).await?;
    let rejects = rejects::Rejects::new(
        arguments
            .rejects
            .unwrap_or_else(|| directory.join("import-rejects.ndjson")),
    );
    let began = Instant::now();
    let outcome = load::load(&house.actions, &import_actor(), &files, rejects).await;
    house.close().await;
    let summary = outcome?;
    for line in summary.lines(began.elapsed()) {
        say(&line);
    }
    Ok(if summary.rejected == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}

/// Who imports, as audit names it.
pub(crate) fn import_actor() -> Actor {
    Actor::house("import")
}
