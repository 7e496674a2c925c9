//! `sarsen score`: rows of a CSV file through one of the published scores.

use std::io::{Read, Write};
use std::process::ExitCode;

use anyhow::{Context, bail};
use care::score::{Outcome, Score, all, named};

use crate::house::say;
use crate::stratify::NOTICE;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Which score; without one, all of them are listed with what they read.
    name: Option<String>,
}

/// What is written beside a row's own columns.
const ADDED: [&str; 7] = [
    "score",
    "score_version",
    "score_value",
    "score_band",
    "score_missing",
    "score_refused",
    "score_notes",
];

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(name) = &arguments.name else {
        list();
        return Ok(ExitCode::SUCCESS);
    };
    let Some(score) = named(name) else {
        let names: Vec<&str> = all().iter().map(|score| score.definition().name).collect();
        bail!("there is no score {name:?}; there are {}", names.join(", "));
    };
    through(score, std::io::stdin().lock(), std::io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

fn list() {
    for score in all() {
        let definition = score.definition();
        let inputs: Vec<&str> = definition.inputs.iter().map(|input| input.name).collect();
        say(&format!("{}  {} ({})", definition.name, definition.title, NOTICE));
        say(&format!("    reads {}", inputs.join(", ")));
    }
}

/// Each row with its outcome beside it. A row that the score refuses has no value and says why; it never stops the others.
fn through(score: &dyn Score, from: impl Read, to: impl Write) -> anyhow::Result<()> {
    let mut rows = csv::ReaderBuilder::new().flexible(false).from_reader(from);
    let headings = rows
        .headers()
        .context("the first line must name the columns")?
        .clone();
    let mut seen = std::collections::BTreeSet::new();
    if let Some(twice) = headings
        .iter()
        .find(|heading| !seen.insert(heading.trim().to_owned()))
    {
        bail!("the column {twice:?} stands there twice");
    }
    let mut out = csv::Writer::from_writer(to);
    out.write_record(headings.iter().chain(ADDED).chain(["use"]))?;
    for row in rows.records() {
        let row = row?;
        let cell = |name: &str| {
            let at = headings.iter().position(|heading| heading.trim() == name)?;
            row.get(at).map(str::trim).filter(|cell| !cell.is_empty())
        };
        let outcome = score.of_row(&cell);
        let words = words(&outcome);
        out.write_record(row.iter().chain(words.iter().map(String::as_str)).chain([NOTICE]))?;
    }
    out.flush()?;
    Ok(())
}

fn words(outcome: &Outcome) -> [String; 7] {
    let refused: Vec<String> = outcome
        .refused
        .iter()
        .map(|refusal| format!("{} must be {}", refusal.input, refusal.rule))
        .collect();
    [
        outcome.name.to_owned(),
        outcome.version.to_owned(),
        outcome.value.map_or_else(String::new, |value| value.to_string()),
        outcome.band.unwrap_or_default().to_owned(),
        outcome.missing.join("; "),
        refused.join("; "),
        outcome.notes.join("; "),
    ]
}

#[cfg(test)]
mod tests {
    use super::through;
    use care::score::named;

    #[test]
    fn each_row_keeps_its_columns_and_a_refused_one_says_why_without_stopping_the_others() {
        let rows = "id,age,deficits,medicines\na,80,falls;anaemia,6\nb,80,nonsense,6\nc,80,,\n";
        let mut out = Vec::new();
        through(named("efi").expect("a score"), rows.as_bytes(), &mut out).expect("it runs");
        let text = String::from_utf8(out).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert!(lines[0].starts_with("id,age,deficits,medicines,score,"), "{text}");
        assert!(
            lines[1].starts_with("a,80,falls;anaemia,6,efi,") && lines[1].contains("0.083"),
            "{text}"
        );
        assert!(lines[2].contains("deficits must be"), "{text}");
        assert!(
            lines[1..]
                .iter()
                .all(|line| line.ends_with("not for clinical use")),
            "{text}"
        );
    }
}
