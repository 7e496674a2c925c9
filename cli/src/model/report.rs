//! What a check found, as CSV: one number a line, each with what it is of and that it is not for clinical use.

use std::process::ExitCode;

use jiff::civil::Date;
use population::left_out::LeftOut as Objected;
use population::model::{Band, Checked, Estimate, Example, Model, Net, Told, check, judge};
use population::parquet::Purpose;
use population::score::LeftOut;

use crate::house::say;
use crate::stratify::NOTICE;
use crate::stratify::purpose::Stated;
use crate::stratify::tables::{counted, hidden, left_out, objections, written as finished};

/// Of whom.
pub(super) const HELD_OUT: &str = "those kept from the training";
/// Of other data than the training's, or of a record that went on since, where the hash says less.
pub(super) const OTHER_SIDE: &str = "those on the check's side";
pub(super) const EVERYBODY: &str = "everybody";

/// What stands on each line, and at the head.
pub(super) struct About<'a> {
    pub(super) stated: &'a Stated,
    pub(super) purpose: &'a Purpose,
    pub(super) on: Date,
    pub(super) of: &'static str,
    pub(super) model: &'a Model,
    pub(super) left_out: Objected,
    pub(super) without: LeftOut,
}

/// A number of some people, with its interval where it has one.
struct Line {
    table: &'static str,
    group: String,
    measure: &'static str,
    value: String,
    low: String,
    high: String,
}

fn line(table: &'static str, group: &str, measure: &'static str, value: String) -> Line {
    Line {
        table,
        group: group.to_owned(),
        measure,
        value,
        low: String::new(),
        high: String::new(),
    }
}

/// Of a number that cannot be had of these people, such as a slope where nobody has the outcome.
const NONE: &str = "none";

fn number(value: f64) -> String {
    format!("{value:.4}")
}

fn estimate(table: &'static str, group: &str, measure: &'static str, found: Option<Estimate>) -> Line {
    match found {
        Some(found) => Line {
            low: number(found.low),
            high: number(found.high),
            ..line(table, group, measure, number(found.value))
        },
        None => line(table, group, measure, NONE.to_owned()),
    }
}

/// Checks the model on these people, and tells what came of it.
pub(super) fn check_on<'e>(
    about: &About<'_>,
    people: impl Iterator<Item = &'e Example> + Clone,
    threads: usize,
) -> anyhow::Result<ExitCode> {
    let died = people.clone().filter(|one| one.died && !one.outcome).count() as u64;
    let checked = check(&judge(about.model, people), threads);
    say(&written(about, &checked, died)?);
    Ok(ExitCode::SUCCESS)
}

/// The report; `died` is how many of those checked died within the year without the outcome.
fn written(about: &About<'_>, checked: &Checked, died: u64) -> anyhow::Result<String> {
    let allowed = about.stated.purpose;
    let mut lines = Vec::new();
    for part in [
        objections(allowed, about.left_out),
        left_out(about.without).to_vec(),
    ] {
        for (table, group, count) in counted(&part) {
            lines.push(Line {
                table: if table == "objected" {
                    "objected"
                } else {
                    "left out"
                },
                ..line("", group, "people", count)
            });
        }
    }
    for dropped in &about.model.dropped {
        lines.push(line(
            "feature left out",
            &dropped.name,
            "why",
            dropped.why.clone(),
        ));
    }
    lines.push(line("trained on", "", "people", about.model.people.to_string()));
    lines.push(line(
        "trained on",
        "",
        "outcomes",
        about.model.outcomes.to_string(),
    ));
    figures(&mut lines, "all", "", &checked.all);
    if checked.all.figures().is_some() {
        let died = population::suppress::shown(&[died]);
        let died = died
            .first()
            .copied()
            .flatten()
            .map_or_else(hidden, |died| died.to_string());
        lines.push(line("all", "", "died without the outcome", died));
    }
    for (at, band) in (1..).zip(&checked.bands) {
        tenth(&mut lines, &format!("{at}"), band);
    }
    for one in &checked.net {
        net(&mut lines, one);
    }
    for group in &checked.groups {
        figures(&mut lines, group.by, group.name, &group.told);
    }
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "table",
        "group",
        "measure",
        "value",
        "low",
        "high",
        "people",
        "index_day",
        "purpose",
        "legal_basis",
        "controller",
        "opt_outs",
        "use",
    ])?;
    let day = about.on.to_string();
    for one in &lines {
        out.write_record([
            one.table,
            &one.group,
            one.measure,
            &one.value,
            &one.low,
            &one.high,
            about.of,
            &day,
            &about.purpose.purpose,
            &about.purpose.legal_basis,
            &about.purpose.controller,
            allowed.heeded_words(),
            NOTICE,
        ])?;
    }
    Ok(finished(out)?.trim_end().to_owned())
}

fn figures(lines: &mut Vec<Line>, table: &'static str, group: &str, told: &Told) {
    let found = match told {
        Told::Figures(found) => found,
        Told::Nobody => return lines.push(line(table, group, "people", "0".to_owned())),
        Told::Hidden => return lines.push(line(table, group, "people", hidden())),
    };
    let plain = |measure, value| line(table, group, measure, value);
    let interval = |measure, found| estimate(table, group, measure, found);
    let calibration = found.calibration;
    lines.extend([
        plain("people", found.people.to_string()),
        plain("outcomes", found.outcomes.to_string()),
        plain("expected", format!("{:.1}", found.expected)),
        interval("observed by expected", found.ratio),
        interval("auroc", found.auroc),
        interval("brier", Some(found.brier)),
        plain("scaled brier", found.scaled_brier.map_or(NONE.to_owned(), number)),
        interval("calibration intercept", calibration.map(|one| one.intercept)),
        interval("calibration slope", calibration.map(|one| one.slope)),
    ]);
}

fn tenth(lines: &mut Vec<Line>, name: &str, band: &Band) {
    let plain = |measure, value| line("tenth by chance", name, measure, value);
    let (lowest, highest) = band.chances;
    let Some((people, outcomes, expected)) = band.counts else {
        lines.push(plain("people", hidden()));
        return;
    };
    lines.extend([
        plain("lowest chance", number(lowest)),
        plain("highest chance", number(highest)),
        plain("people", people.to_string()),
        plain("outcomes", outcomes.to_string()),
        plain("expected", format!("{expected:.1}")),
        estimate("tenth by chance", name, "observed share", band.observed),
    ]);
}

fn net(lines: &mut Vec<Line>, one: &Net) {
    let name = format!("from {}", one.threshold);
    let plain = |measure, value| line("chosen", &name, measure, value);
    let (Some((chosen, rightly)), Some(missed), Some(benefit)) = (one.chosen, one.missed, one.benefit) else {
        lines.push(plain("people", hidden()));
        return;
    };
    lines.extend([
        plain("people", chosen.to_string()),
        plain("with the outcome", rightly.to_string()),
        plain("without the outcome", (chosen - rightly).to_string()),
        plain("missed", missed.to_string()),
        plain("net benefit in 1000", format!("{benefit:.2}")),
        plain(
            "net benefit in 1000 of choosing everybody",
            one.of_everybody
                .map_or_else(hidden, |benefit| format!("{benefit:.2}")),
        ),
    ]);
}
