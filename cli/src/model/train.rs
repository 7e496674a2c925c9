//! `sarsen model train`: a model of a share of the people, as a file, and its check on the others.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, bail};
use population::model::{MOST_PENALTY, Plan, SHARES, is_trained_on, train};

use super::asked::Everybody;
use super::{matrix, report};
use crate::config::Settings;
use crate::house::{create_secret, say_error};
use crate::stratify::purpose::is_stated;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    everybody: Everybody,
    /// Whose people these are, in words: the region, for whoever reads the model later.
    #[arg(long, value_name = "WORDS")]
    region: String,
    /// Write the model to a new file (JSON).
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// The penalty on the square of each coefficient, of a feature of standard deviation 1.
    #[arg(long, default_value_t = 1.0, value_name = "NUMBER")]
    penalty: f64,
    /// How many people in a hundred are trained on; the others are for the check.
    #[arg(long, default_value_t = 70, value_name = "NUMBER")]
    share: u8,
    /// Write features, outcome and side of each person to a new CSV file, without a key, for other programs to train on.
    #[arg(long, value_name = "FILE")]
    matrix: Option<PathBuf>,
}

pub(super) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if !is_stated(&arguments.region) {
        bail!("--region: it must be stated in words");
    }
    if !(0.0..=MOST_PENALTY).contains(&arguments.penalty) {
        bail!("--penalty: it must be a number from 0 to 1,000,000");
    }
    if !SHARES.contains(&arguments.share) {
        bail!("--share: it must be {} to {}", SHARES.start(), SHARES.end());
    }
    if arguments.to.exists() {
        bail!(
            "--to: {} is there already; a model is never written over",
            arguments.to.display()
        );
    }
    let began = Instant::now();
    let told = arguments.everybody.ask::<false>(settings)?;
    let read = began.elapsed().as_secs_f64();
    let plan = Plan {
        index_day: arguments.everybody.on,
        penalty: arguments.penalty,
        share: arguments.share,
        region: arguments.region.clone(),
        purpose: told.purpose,
        data: told.data,
    };
    let people = &told.found.answer.people;
    let began = Instant::now();
    let model = train(people, &plan, told.threads)?;
    let trained = began.elapsed().as_secs_f64();
    tracing::info!(
        read,
        trained,
        "seconds until the features stood, and of the training"
    );
    if let Some(path) = &arguments.matrix {
        matrix::write(path, people, plan.share)?;
    }
    let mut text = serde_json::to_string_pretty(&model.to_json())?;
    text.push('\n');
    create_secret(&arguments.to, &text).context("--to")?;
    for dropped in &model.dropped {
        say_error(&format!("left out: {} ({})", dropped.name, dropped.why));
    }
    let others = people.iter().filter(|one| !is_trained_on(one.person, plan.share));
    let about = report::About {
        stated: &arguments.everybody.stated,
        purpose: &plan.purpose,
        on: plan.index_day,
        of: report::HELD_OUT,
        model: &model,
        left_out: told.found.left_out,
        without: told.found.answer.left_out,
    };
    report::check_on(&about, others, told.threads)
}
