//! How one programme's answer reads.

use actions::eligibility::Found;
use care::eligibility::Verdict;
use care::score::{Allowed, Definition, Refusal, Used};
use codes::clinical::programmes::Rule;
use jiff::civil::Date;

use super::words::{capital, sentence, spaced, with_days};
use crate::staff::risk::date_words;

/// What a page shows of one programme.
#[derive(Debug, Clone, Default)]
pub(super) struct ProgrammeRow {
    pub(super) title: &'static str,
    pub(super) answer: &'static str,
    /// The day, or a dash.
    pub(super) from: String,
    pub(super) why: Vec<String>,
    pub(super) used: Vec<String>,
    pub(super) missing: Vec<String>,
    pub(super) refused: Vec<String>,
    pub(super) not_looked_for: Option<&'static str>,
    pub(super) unseen: bool,
    pub(super) rules: Vec<String>,
    pub(super) version: &'static str,
    pub(super) source: &'static str,
    pub(super) purpose: &'static str,
}

pub(super) const NO_DAY: &str = "–";

/// The rows, what is due first and what is for others last.
pub(super) fn rows(found: &[Found]) -> Vec<ProgrammeRow> {
    let mut found: Vec<&Found> = found.iter().collect();
    found.sort_by_key(|one| match one.judged.answer.verdict {
        Verdict::Due => 0,
        Verdict::NotYetDue => 1,
        Verdict::OnRequest => 2,
        Verdict::NotKnown => 3,
        Verdict::NotEligible => 4,
    });
    found.into_iter().map(ProgrammeRow::new).collect()
}

impl ProgrammeRow {
    fn new(found: &Found) -> ProgrammeRow {
        let definition = found.programme.definition;
        let answer = &found.judged.answer;
        let odd = found
            .not_counted
            .iter()
            .map(|one| not_counted(&one.what, one.day, one.why));
        ProgrammeRow {
            title: definition.title,
            answer: answer.verdict.label(),
            from: answer.due.map_or_else(|| NO_DAY.to_owned(), date_words),
            why: answer.reasons.iter().map(|reason| sentence(reason)).collect(),
            used: used(definition, &found.judged.used),
            missing: answer.missing.iter().map(|what| capital(what)).collect(),
            refused: refused(definition, &found.judged.refused).chain(odd).collect(),
            not_looked_for: found.not_looked_for,
            unseen: found.unseen,
            rules: answer.rules.iter().map(|rule| rule_words(rule)).collect(),
            version: definition.version,
            source: definition.source,
            purpose: definition.purpose,
        }
    }
}

/// An entry that would count, and why it does not.
pub(super) fn not_counted(what: &str, day: Option<Date>, why: &str) -> String {
    let day = day.map_or_else(|| "no date".to_owned(), date_words);
    format!("{what} ({day}) was not counted. {why}.")
}

/// "Age from: 40 years (known to hold from 1 April 2013). Source: SI 2013/351 regulation 4".
fn rule_words(rule: &Rule) -> String {
    let unit = if rule.unit.is_empty() {
        String::new()
    } else {
        format!(" {}", rule.unit)
    };
    let until = if rule.effective_to.is_empty() {
        String::new()
    } else {
        format!(" until {}", with_days(rule.effective_to))
    };
    format!(
        "{}: {}{unit} (known to hold from {}{until}). Source: {}",
        spaced(rule.key),
        rule.value,
        with_days(rule.effective_from),
        rule.source
    )
}

/// Each input that was used with its value, unit and day.
fn used(definition: &Definition, used: &[Used]) -> Vec<String> {
    let used = used.iter().filter_map(|used| {
        let input = definition.input(used.input)?;
        let value = match input.allowed {
            Allowed::List => {
                let words = used.value.split(';').map(|word| match word.split_once('|') {
                    Some((one, other)) => format!("{} ({})", with_days(one), with_days(other)),
                    None => word.replace('-', " "),
                });
                words.collect::<Vec<String>>().join(", ")
            }
            Allowed::Day | Allowed::DayOrNone => with_days(&used.value),
            Allowed::Whole(..) | Allowed::Number(..) | Allowed::Choice(_) | Allowed::YesNo => {
                used.value.clone()
            }
        };
        let unit = if input.unit.is_empty() {
            String::new()
        } else {
            format!(" {}", input.unit)
        };
        let day = match (&used.date, input.allowed) {
            // The value is the day itself.
            (_, Allowed::Day | Allowed::DayOrNone) | (None, _) => String::new(),
            (Some(date), _) => format!(" ({})", date.words()),
        };
        Some(format!("{}: {value}{unit}{day}", input.label))
    });
    used.collect()
}

fn refused(definition: &Definition, refused: &[Refusal]) -> impl Iterator<Item = String> {
    refused.iter().map(|refusal| {
        let label = definition
            .input(refusal.input)
            .map_or(refusal.input, |input| input.label);
        format!(
            "{label}: {} was refused; it must be {}",
            refusal.given, refusal.rule
        )
    })
}
