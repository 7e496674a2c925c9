//! A score, a programme of prevention or the waiting-list rule, and what each writes beside a row.

use care::eligibility::{Judged, Programme, programmes};
use care::score::{Definition, Outcome, Refusal, Row, Score, all};
use care::waiting_list::row::{self, Weighed};
use codes::clinical::programmes::Rule as Dated;
use jiff::civil::Date;

/// What a row is put through.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    Score(&'static dyn Score),
    Programme(&'static Programme),
    WaitingList,
}

const OF_SCORES: [&str; 7] = [
    "score",
    "score_version",
    "score_value",
    "score_band",
    "score_missing",
    "score_refused",
    "score_notes",
];
const OF_RULES: [&str; 8] = [
    "rule",
    "rule_version",
    "answer",
    "due",
    "reasons",
    "missing",
    "refused",
    "rules",
];

impl Rule {
    /// Every one, in the order of the guide.
    pub(super) fn all() -> Vec<Rule> {
        let scores = all().iter().copied().map(Rule::Score);
        let programmes = programmes().iter().copied().map(Rule::Programme);
        scores.chain(programmes).chain([Rule::WaitingList]).collect()
    }

    pub(super) fn named(name: &str) -> Option<Rule> {
        Rule::all()
            .into_iter()
            .find(|rule| rule.definition().name == name)
    }

    pub(super) fn definition(self) -> &'static Definition {
        match self {
            Rule::Score(score) => score.definition(),
            Rule::Programme(programme) => programme.definition,
            Rule::WaitingList => &row::DEFINITION,
        }
    }

    /// The columns that are written beside a row's own.
    pub(super) fn added(self) -> &'static [&'static str] {
        match self {
            Rule::Score(_) => &OF_SCORES,
            Rule::Programme(_) | Rule::WaitingList => &OF_RULES,
        }
    }

    /// What stands in them.
    pub(super) fn words(self, row: &Row<'_>, on: Date) -> Vec<String> {
        match self {
            Rule::Score(score) => of_score(&score.of_row(row)),
            Rule::Programme(programme) => of_programme(self.definition(), &programme.of_row(row, on)),
            Rule::WaitingList => of_waiting(self.definition(), &row::of_row(row)),
        }
    }
}

fn of_score(outcome: &Outcome) -> Vec<String> {
    vec![
        outcome.name.to_owned(),
        outcome.version.to_owned(),
        outcome.value.map_or_else(String::new, |value| value.to_string()),
        outcome.band.unwrap_or_default().to_owned(),
        outcome.missing.join("; "),
        refusals(&outcome.refused),
        outcome.notes.join("; "),
    ]
}

fn of_programme(definition: &Definition, judged: &Judged) -> Vec<String> {
    let answer = &judged.answer;
    let mut rules: Vec<String> = answer.rules.iter().map(|rule| dated(rule)).collect();
    if rules.is_empty() {
        rules.push(definition.source.to_owned());
    }
    vec![
        definition.name.to_owned(),
        definition.version.to_owned(),
        answer.verdict.code().to_owned(),
        answer.due.map_or_else(String::new, |day| day.to_string()),
        answer.reasons.join("; "),
        answer.missing.join("; "),
        refusals(&judged.refused),
        rules.join("; "),
    ]
}

fn of_waiting(definition: &Definition, weighed: &Weighed) -> Vec<String> {
    let priority = weighed.priority.as_ref();
    let reasons = priority.map_or_else(Vec::new, |priority| {
        let words = priority.reasons.iter().map(|reason| {
            let strong = if reason.strong { " (strong)" } else { "" };
            format!("{}{strong}", reason.words)
        });
        words.collect()
    });
    vec![
        definition.name.to_owned(),
        definition.version.to_owned(),
        priority.map_or_else(String::new, |priority| priority.look.code().to_owned()),
        String::new(),
        reasons.join("; "),
        weighed.missing.join("; "),
        refusals(&weighed.refused),
        definition.source.to_owned(),
    ]
}

/// A rule with the day from which it is known to hold and its source.
fn dated(rule: &Dated) -> String {
    let unit = if rule.unit.is_empty() {
        String::new()
    } else {
        format!(" {}", rule.unit)
    };
    format!(
        "{} {}{unit} from {} ({})",
        rule.key, rule.value, rule.effective_from, rule.source
    )
}

fn refusals(refused: &[Refusal]) -> String {
    let words: Vec<String> = refused
        .iter()
        .map(|refusal| format!("{} must be {}", refusal.input, refusal.rule))
        .collect();
    words.join("; ")
}
