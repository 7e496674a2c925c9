//! `sarsen model check`: a model of a file, on the people kept from its training, or on others.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use population::model::{Model, is_trained_on};

use super::asked::Everybody;
use super::report;
use crate::config::Settings;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The model, a file that `sarsen model train` wrote.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    #[command(flatten)]
    people: Everybody,
    /// Check it on everybody: of another region, or another year. Of the people that it was trained on this says too much.
    #[arg(long)]
    everybody: bool,
}

pub(super) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let path = arguments.model.display();
    let bytes = std::fs::read(&arguments.model).with_context(|| format!("--model: {path} cannot be read"))?;
    let model = Model::read(&bytes).with_context(|| format!("--model: {path}"))?;
    let told = arguments.people.ask::<true>(settings)?;
    let share = model.plan.share;
    let found = told.found.answer.people.iter();
    let others = found.filter(|one| arguments.everybody || !is_trained_on(one.person, share));
    let is_the_same = model.plan.data == told.data && model.plan.index_day == arguments.people.on;
    let of = match (arguments.everybody, is_the_same) {
        (true, _) => report::EVERYBODY,
        (false, true) => report::HELD_OUT,
        (false, false) => report::OTHER_SIDE,
    };
    let about = report::About {
        stated: &arguments.people.stated,
        purpose: &told.purpose,
        on: arguments.people.on,
        of,
        model: &model,
        left_out: told.found.left_out,
        without: told.found.answer.left_out,
    };
    report::check_on(&about, others, told.threads)
}
