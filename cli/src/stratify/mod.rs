//! `sarsen stratify`: a score of everybody, as counts and as pseudonymised rows.
//!
//! `sarsen model` asks by the same doors.
//!
//! - `purpose`: what a run may be for, what it states, and whom it must leave out
//! - `national`: the answer of the national check service, given for one run
//! - `score`: which score, and what it says of everybody
//! - `source`: from a record, from Parquet files, from FHIR bundles
//! - `tables`: the counts and rows as CSV

mod national;
pub(crate) mod purpose;
mod score;
pub(crate) mod source;
pub(crate) mod tables;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use jiff::civil::Date;
use population::parquet::FilesError;
use population::pseudonym::Pseudonyms;
use record::clock::{SystemClock as _, Wall};

use crate::config::Settings;
use crate::house::say;

/// What every output says.
pub(crate) const NOTICE: &str = "not for clinical use";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    from: source::Source,
    /// Which score.
    #[arg(long, value_enum, default_value = "efi", value_name = "NAME")]
    score: score::Which,
    #[command(flatten)]
    stated: purpose::Stated,
    /// The day for which the score is asked (2026-11-01). [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// Write a row for each person, under a pseudonym of this run alone, to a new CSV file.
    #[arg(long, value_name = "FILE")]
    rows: Option<PathBuf>,
    /// Write the columns as Parquet to a new folder.
    #[arg(long, value_name = "FOLDER")]
    write: Option<PathBuf>,
    /// Threads. [default: one a core]
    #[arg(long, value_name = "NUMBER")]
    threads: Option<usize>,
}

/// The day that it is in London.
pub(crate) fn today() -> anyhow::Result<Date> {
    let zone = jiff::tz::TimeZone::get("Europe/London")?;
    Ok(Wall.now().to_zoned(zone).date())
}

/// So many threads as asked for, within reason; else one a core.
pub(crate) fn threads(asked: Option<usize>) -> usize {
    asked
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
        .clamp(1, 64)
}

/// The score of a day, asked of everybody.
struct ScoreOn {
    score: score::Which,
    on: Date,
    threads: usize,
}

impl source::Question for ScoreOn {
    type Answer = score::Answer;
    const NAME: &'static str = "stratify";

    fn of(&self, columns: &population::Columns) -> score::Answer {
        self.score.of(columns, self.on, self.threads)
    }

    fn of_files(&self, folder: &std::path::Path) -> Result<score::Answer, FilesError> {
        self.score.of_files(folder, self.on, self.threads)
    }
}

pub(crate) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let stated = &arguments.stated;
    let purpose = stated.in_words()?;
    let on = match arguments.on {
        Some(on) => on,
        None => today()?,
    };
    if population::Day::of(on).is_none() {
        bail!("--on: {on} lies outside 1900 to June 2079");
    }
    let threads = threads(arguments.threads);
    let asked = source::Asked {
        question: ScoreOn {
            score: arguments.score,
            on,
            threads,
        },
        threads,
        write: arguments.write.as_deref(),
        allowed: stated.purpose,
        purpose: &purpose,
        answer: stated.national.answer(stated.purpose)?,
    };
    let found = arguments.from.found(settings, asked)?;
    say(&tables::bands(&found, stated.purpose, &purpose, on)?);
    source::say_incomplete(found.incomplete);
    if let Some(path) = &arguments.rows {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|_| anyhow::anyhow!("the system gives no random numbers"))?;
        let text = tables::rows(&found.answer, &Pseudonyms::new(&secret), on)?;
        crate::house::create_secret(path, &text).context("the rows")?;
    }
    Ok(ExitCode::SUCCESS)
}
