//! What training and check ask of everybody: each person's features on the index day, and the outcome after it.

use std::path::Path;

use anyhow::{Context, bail};
use jiff::civil::Date;
use population::model::{self, DAYS, Data, Example, Tables};
use population::parquet::{self, FilesError, Purpose};
use population::score::Scores;
use population::{Columns, Day};
use sha2::{Digest, Sha256};

use crate::config::Settings;
use crate::stratify::purpose::Stated;
use crate::stratify::source::{Asked, Found, Kind, Question, Source, say_incomplete};
use crate::stratify::{threads, today};

/// From whom, for what, and how.
#[derive(clap::Args)]
pub(super) struct Everybody {
    #[command(flatten)]
    from: Source,
    #[command(flatten)]
    pub(super) stated: Stated,
    /// The index day (2025-11-01): features are what was dated until then, the outcome is what came in the 365 days after it.
    #[arg(long, value_name = "DATE")]
    pub(super) on: Date,
    /// Threads. [default: one a core]
    #[arg(long, value_name = "NUMBER")]
    threads: Option<usize>,
}

/// What was asked and found.
pub(super) struct Told {
    pub(super) found: Found<Scores<Example>>,
    pub(super) purpose: Purpose,
    pub(super) data: Data,
    pub(super) threads: usize,
}

/// The examples of an index day; `CHECK` tells the audit what for.
struct Examples<const CHECK: bool> {
    on: Date,
    threads: usize,
}

impl<const CHECK: bool> Question for Examples<CHECK> {
    type Answer = Scores<Example>;
    const NAME: &'static str = if CHECK { "model check" } else { "model train" };

    fn of(&self, columns: &Columns) -> Scores<Example> {
        model::examples(columns, &Tables::of(columns.dictionary()), self.on, self.threads)
    }

    fn of_files(&self, folder: &Path) -> Result<Scores<Example>, FilesError> {
        parquet::examples(folder, self.on, self.threads)
    }
}

impl Everybody {
    /// Asks; nothing is told before the run is in the read audit. `CHECK` says whether it is for a check or a training.
    pub(super) fn ask<const CHECK: bool>(&self, settings: &Settings) -> anyhow::Result<Told> {
        let purpose = self.stated.in_words()?;
        let data = data(&self.from)?;
        let end = Day::of(self.on)
            .and_then(|day| day.after(DAYS))
            .and_then(Day::date);
        let Some(end) = end else {
            bail!(
                "--on: {} and the {DAYS} days after it must lie within 1900 to June 2079",
                self.on
            );
        };
        if end > data.until {
            bail!(
                "--on: the {DAYS} days after {} end on {end}, and the data tell up to {}: the outcome is not known yet",
                self.on,
                data.until
            );
        }
        let threads = threads(self.threads);
        let asked = Asked {
            question: Examples::<CHECK> { on: self.on, threads },
            threads,
            write: None,
            allowed: self.stated.purpose,
            purpose: &purpose,
            answer: self.stated.national.answer(self.stated.purpose)?,
        };
        let found = self.from.found(settings, asked)?;
        say_incomplete(found.incomplete);
        Ok(Told {
            found,
            purpose,
            data,
            threads,
        })
    }
}

/// From what: files with their SHA-256, and the day up to which they tell.
fn data(from: &Source) -> anyhow::Result<Data> {
    Ok(match from.kind()? {
        Kind::Record(_) => Data {
            source: "record".to_owned(),
            until: today()?,
            files: Vec::new(),
        },
        Kind::Files(folder) => {
            let manifest = parquet::open(folder)?;
            let written: jiff::Timestamp = manifest
                .written
                .parse()
                .context("--parquet: manifest.json: written: it must be a moment (2026-11-01T08:00:00Z)")?;
            let files = manifest.files.into_iter();
            Data {
                source: "parquet".to_owned(),
                until: written.to_zoned(jiff::tz::TimeZone::get("Europe/London")?).date(),
                files: files.map(|file| (file.name, file.sha256)).collect(),
            }
        }
        Kind::Bundles(paths) => {
            let files = paths.iter().map(|path| {
                let bytes =
                    std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
                let digest = Sha256::digest(&bytes);
                let name = path
                    .file_name()
                    .unwrap_or(path.as_os_str())
                    .to_string_lossy()
                    .into_owned();
                Ok((name, digest.iter().map(|byte| format!("{byte:02x}")).collect()))
            });
            Data {
                source: "bundle".to_owned(),
                until: today()?,
                files: files.collect::<anyhow::Result<_>>()?,
            }
        }
    })
}
