//! `sarsen synth`: an invented region, as a report, as files, in the record, or what its monitors show at a broker.
//!
//! `options` reads what a region is grown from and keeps it beside what was made, so that nothing is made of two regions;
//! `pour` keeps lives in a record, `living` goes on with them day by day, `files` writes them,
//! `publish` sends what monitors show, `report` puts the region beside what was published.

mod files;
mod living;
mod options;
mod pour;
mod publish;
mod report;

use std::process::ExitCode;

use actions::access::Tokens;
use clap::Subcommand;

use crate::config::Settings;
use crate::house::{House, say};

pub(crate) use living::live;
pub(crate) use options::{Kept, RegionArguments};
pub(crate) use pour::{Progress, bar, pour, pour_directory};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Put generated figures beside published ones: report.html and report.csv. Exit code 2 when one is out of tolerance.
    Report(report::Arguments),
    /// Write lives as files: NDJSON or one bundle a person, or hospital messages as HL7 v2.
    Write(files::Arguments),
    /// Pour lives into the record; what an interrupted run left is gone on with.
    Load(LoadArguments),
    /// Send what invented people's monitors show to an MQTT broker; what an interrupted run left is gone on with.
    Publish(publish::Arguments),
}

#[derive(clap::Args)]
struct LoadArguments {
    #[command(flatten)]
    region: RegionArguments,
    /// The record's folder.
    #[arg(long, value_name = "FOLDER")]
    data: Option<std::path::PathBuf>,
}

pub(crate) fn run(settings: Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::Report(arguments) => report::run(&arguments),
        Command::Write(arguments) => files::run(&arguments),
        Command::Load(arguments) => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(load(settings, arguments))
        }
        Command::Publish(arguments) => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(publish::run(&arguments))
        }
    }
}

async fn load(settings: Settings, arguments: LoadArguments) -> anyhow::Result<ExitCode> {
    let directory = arguments
        .data
        .unwrap_or_else(|| settings.record.directory.clone());
    // What is wrong with the arguments is said before a folder is made.
    arguments.region.options(None)?;
    let house = House::open(&settings, &directory, Tokens::none()).await?;
    let outcome = load_into(&house, &directory, &arguments.region).await;
    house.close().await;
    outcome?;
    Ok(ExitCode::SUCCESS)
}

async fn load_into(
    house: &House,
    directory: &std::path::Path,
    arguments: &RegionArguments,
) -> anyhow::Result<()> {
    let kept = Kept::of(directory, arguments)?;
    let region = std::sync::Arc::new(kept.grow()?);
    let bar = pour::bar(region.lives() as u64);
    pour_directory(&house.actions, &region, &kept).await?;
    let progress = Progress::default();
    let poured = pour(&house.actions, &region, &kept, directory, &progress, Some(&bar)).await?;
    bar.finish_and_clear();
    say(&format!(
        "{} lives of an invented region of {} people: {} resources kept, {} kept by an earlier run",
        region.lives(),
        region.options.people,
        poured.kept,
        poured.kept_before
    ));
    Ok(())
}
