//! Where the people come from.

use std::path::{Path, PathBuf};
use std::time::Duration;

use actions::access::Tokens;
use anyhow::{Context, bail};
use jiff::civil::Date;
use population::bundle::Bundles;
use population::parquet::{self, Purpose};
use population::score::{DeficitTable, Frailties, frailty};
use population::{Columns, Population};
use record::clock::{SystemClock as _, Wall};
use record::view::Live;

use crate::config::Settings;
use crate::house::{House, say_error};

/// One of three.
#[derive(clap::Args, Debug)]
#[group(required = true, multiple = false)]
pub(super) struct Source {
    /// A record's folder, which no server may be using.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// A folder of Parquet files that `--write` made.
    #[arg(long, value_name = "FOLDER")]
    parquet: Option<PathBuf>,
    /// FHIR bundles (JSON); a Patient and what refers to them stand in the same file.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    bundle: Option<Vec<PathBuf>>,
}

/// What is asked of them.
pub(super) struct Asked<'a> {
    pub(super) on: Date,
    pub(super) threads: usize,
    pub(super) write: Option<&'a Path>,
    pub(super) purpose: &'a Purpose,
}

impl Asked<'_> {
    fn of(&self, columns: &Columns) -> anyhow::Result<Frailties> {
        if let Some(folder) = self.write {
            parquet::write(columns, folder, self.purpose.clone(), Wall.now())?;
        }
        let table = DeficitTable::of(columns.dictionary());
        Ok(frailty(columns, &table, self.on, self.threads))
    }
}

/// What was found.
pub(super) struct Found {
    pub(super) frailties: Frailties,
    /// People and changes that could not be read.
    pub(super) incomplete: u64,
}

impl Source {
    pub(super) fn frailties(&self, settings: &Settings, asked: &Asked<'_>) -> anyhow::Result<Found> {
        let complete = |frailties| Found {
            frailties,
            incomplete: 0,
        };
        match (&self.data, &self.parquet, &self.bundle) {
            (Some(data), None, None) => {
                if !data.is_dir() {
                    bail!("--data: there is no record in {}", data.display());
                }
                let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
                runtime.block_on(of_record(settings, data, asked))
            }
            (None, Some(folder), None) if asked.write.is_none() => {
                Ok(complete(parquet::stratify(folder, asked.on, asked.threads)?))
            }
            (None, Some(folder), None) => Ok(complete(asked.of(&parquet::read(folder)?)?)),
            (None, None, Some(files)) => Ok(complete(asked.of(&of_bundles(files)?)?)),
            _ => bail!("one of --data, --parquet and --bundle is needed"),
        }
    }
}

fn of_bundles(files: &[PathBuf]) -> anyhow::Result<Columns> {
    let mut bundles = Bundles::default();
    for path in files {
        let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        bundles
            .take(&bytes)
            .with_context(|| format!("{}", path.display()))?;
    }
    if bundles.of_nobody > 0 {
        say_error(&format!(
            "{} resources name no Patient of their bundle and are not counted",
            bundles.of_nobody
        ));
    }
    Ok(bundles.columns())
}

async fn of_record(settings: &Settings, data: &Path, asked: &Asked<'_>) -> anyhow::Result<Found> {
    let house = House::open(settings, data, Tokens::none()).await?;
    let found = of_house(settings, &house, asked).await;
    house.close().await;
    found
}

async fn of_house(settings: &Settings, house: &House, asked: &Asked<'_>) -> anyhow::Result<Found> {
    let live: Live<Population> = Live::open(&house.record, settings.views()).context("the population")?;
    // Nobody else writes to this record, so that it is whole once nothing is behind.
    loop {
        let status = live.status().await?;
        if status.ready && status.building.is_none() && status.behind == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let frailties = live.read(|view| asked.of(view.columns()));
    let incomplete = live.incomplete().unwrap_or_default();
    if let Err(error) = live.close().await {
        tracing::warn!(%error, "the population has no new snapshot");
    }
    let frailties = frailties.context("the population is not ready")??;
    Ok(Found {
        frailties,
        incomplete,
    })
}
