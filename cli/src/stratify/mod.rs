//! `sarsen stratify`: a score of everybody, as counts and as pseudonymised rows.
//!
//! - `purpose`: what a run may be for, and whom it must leave out
//! - `national`: the answer of the national check service, given for one run
//! - `score`: which score, and what it says of everybody
//! - `source`: from a record, from Parquet files, from FHIR bundles
//! - `tables`: the counts and rows as CSV

mod national;
mod purpose;
mod score;
mod source;
mod tables;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use jiff::civil::Date;
use population::parquet::Purpose;
use population::pseudonym::Pseudonyms;
use record::clock::{SystemClock as _, Wall};

use crate::config::Settings;
use crate::house::{say, say_error};
use purpose::Allowed;

/// What every output says.
pub(crate) const NOTICE: &str = "not for clinical use";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    from: source::Source,
    /// Which score.
    #[arg(long, value_enum, default_value = "efi", value_name = "NAME")]
    score: score::Which,
    /// What for. Beyond care, objections and opt-outs are heeded, and the answer of the national check service is needed.
    #[arg(long, value_enum)]
    purpose: Allowed,
    #[command(flatten)]
    national: national::Files,
    /// On what legal basis, in words.
    #[arg(long, value_name = "WORDS")]
    legal_basis: String,
    /// Who answers for it: the controller.
    #[arg(long, value_name = "WORDS")]
    controller: String,
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

pub(crate) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let stated = |words: &str| words.chars().filter(|letter| letter.is_alphanumeric()).count() >= 3;
    if !stated(&arguments.legal_basis) || !stated(&arguments.controller) {
        bail!("--legal-basis and --controller: each must be stated in words");
    }
    let purpose = Purpose {
        purpose: arguments.purpose.words().to_owned(),
        legal_basis: arguments.legal_basis.clone(),
        controller: arguments.controller.clone(),
    };
    let on = match arguments.on {
        Some(on) => on,
        None => Wall
            .now()
            .to_zoned(jiff::tz::TimeZone::get("Europe/London")?)
            .date(),
    };
    if population::Day::of(on).is_none() {
        bail!("--on: {on} lies outside 1900 to June 2079");
    }
    let threads = arguments
        .threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
        .clamp(1, 64);
    let asked = source::Asked {
        score: arguments.score,
        on,
        threads,
        write: arguments.write.as_deref(),
        allowed: arguments.purpose,
        purpose: &purpose,
        answer: arguments.national.answer(arguments.purpose)?,
    };
    let found = arguments.from.found(settings, asked)?;
    say(&tables::bands(&found, arguments.purpose, &purpose, on)?);
    if found.incomplete > 0 {
        say_error(&format!(
            "{} people or changes could not be read: the counts are not complete",
            found.incomplete
        ));
    }
    if let Some(path) = &arguments.rows {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|_| anyhow::anyhow!("the system gives no random numbers"))?;
        let text = tables::rows(&found.answer, &Pseudonyms::new(&secret), on)?;
        crate::house::create_secret(path, &text).context("the rows")?;
    }
    Ok(ExitCode::SUCCESS)
}
