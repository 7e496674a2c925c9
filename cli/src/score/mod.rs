//! `sarsen score`: rows of a CSV file through a published score, a programme of prevention, or the waiting-list rule.
//!
//! - `rule`: what each of them writes beside a row

mod rule;

use std::io::{Read, Write};
use std::process::ExitCode;

use anyhow::{Context, bail};
use jiff::civil::Date;

use crate::house::say;
use crate::stratify::{NOTICE, today};
use rule::Rule;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Which score, programme of prevention or rule; without one, all of them are listed with what they read.
    name: Option<String>,
    /// The day on which a programme of prevention is judged (2026-11-01); of no account to the others. [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(name) = &arguments.name else {
        list();
        return Ok(ExitCode::SUCCESS);
    };
    let Some(rule) = Rule::named(name) else {
        let all = Rule::all();
        let names: Vec<&str> = all.iter().map(|rule| rule.definition().name).collect();
        bail!("there is no score {name:?}; there are {}", names.join(", "));
    };
    let on = match arguments.on {
        Some(on) => on,
        None => today()?,
    };
    through(rule, on, std::io::stdin().lock(), std::io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

fn list() {
    for rule in Rule::all() {
        let definition = rule.definition();
        let inputs: Vec<&str> = definition.inputs.iter().map(|input| input.name).collect();
        say(&format!("{}  {} ({})", definition.name, definition.title, NOTICE));
        say(&format!("    reads {}", inputs.join(", ")));
    }
}

/// Each row with its outcome beside it. A row that is refused has no value and says why; it never stops the others.
fn through(rule: Rule, on: Date, from: impl Read, to: impl Write) -> anyhow::Result<()> {
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
    out.write_record(headings.iter().chain(rule.added().iter().copied()).chain(["use"]))?;
    for row in rows.records() {
        let row = row?;
        let cell = |name: &str| {
            let at = headings.iter().position(|heading| heading.trim() == name)?;
            row.get(at).map(str::trim).filter(|cell| !cell.is_empty())
        };
        let words = rule.words(&cell, on);
        out.write_record(row.iter().chain(words.iter().map(String::as_str)).chain([NOTICE]))?;
    }
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::rule::Rule;
    use super::through;

    fn lines(name: &str, rows: &str) -> Vec<String> {
        let mut out = Vec::new();
        let rule = Rule::named(name).expect("a rule");
        through(rule, date(2026, 11, 28), rows.as_bytes(), &mut out).expect("it runs");
        let text = String::from_utf8(out).expect("text");
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        assert!(
            lines[1..]
                .iter()
                .all(|line| line.ends_with("not for clinical use")),
            "{text}"
        );
        lines
    }

    #[test]
    fn each_row_keeps_its_columns_and_a_refused_one_says_why_without_stopping_the_others() {
        let rows = "id,age,deficits,medicines\na,80,falls;anaemia,6\nb,80,nonsense,6\nc,80,,\n";
        let lines = lines("efi", rows);
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert!(
            lines[0].starts_with("id,age,deficits,medicines,score,"),
            "{lines:?}"
        );
        assert!(
            lines[1].starts_with("a,80,falls;anaemia,6,efi,") && lines[1].contains("0.083"),
            "{lines:?}"
        );
        assert!(lines[2].contains("deficits must be"), "{lines:?}");
    }

    #[test]
    fn a_programme_answers_each_row_with_its_reasons_and_rules_and_an_empty_cell_is_not_never() {
        let rows = "id,born,last\na,1960-05-01,none\nb,1960-05-01,\nc,1960-05-01,2026-01-05\nd,1960-05-01,01/05/2026\n";
        let lines = lines("bowel-screening", rows);
        assert!(
            lines[0]
                .starts_with("id,born,last,rule,rule_version,answer,due,reasons,missing,refused,rules,use"),
            "{lines:?}"
        );
        assert!(lines[1].contains(",due,2026-11-28,"), "{lines:?}");
        assert!(
            lines[1].contains("interval 24 months from 2026-01-01 (GOV.UK bowel cancer screening"),
            "{lines:?}"
        );
        assert!(
            lines[2].contains(",not-known,,") && lines[2].contains("the day of the last one"),
            "{lines:?}"
        );
        assert!(lines[3].contains(",not-yet-due,2028-01-05,"), "{lines:?}");
        assert!(
            lines[4].contains(",not-known,,")
                && lines[4].contains("last must be a day, as 2026-11-30, or none"),
            "{lines:?}"
        );
    }

    #[test]
    fn the_waiting_list_rule_answers_with_its_reasons_and_no_number() {
        let rows =
            "id,attendances,function,pain,days_lost\njasek,4,much-limited,8,6\nquiet,0,,,\nwrong,4,,11,\n";
        let lines = lines("waiting-list-priority", rows);
        assert!(
            lines[1].contains(",now,,") && lines[1].contains("worst pain of the week 8 of 10"),
            "{lines:?}"
        );
        assert!(
            lines[2].contains(",in-turn,,") && lines[2].contains("function; pain; days_lost"),
            "{lines:?}"
        );
        assert!(
            lines[3].contains("proposal 1,,,")
                && lines[3].contains("pain must be a whole number from 0 to 10"),
            "{lines:?}"
        );
    }

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        let all = Rule::all();
        let names: std::collections::BTreeSet<&str> = all.iter().map(|rule| rule.definition().name).collect();
        assert_eq!(names.len(), all.len());
        assert!(names.iter().all(|name| Rule::named(name).is_some()));
    }
}
