//! How one score reads.

use actions::score::{Change, Computed, Recorded, Told, What};
use care::quantity::number_words;
use care::score::efi::DEFICITS;
use care::score::{Definition, Outcome};
use jiff::civil::Date;

use crate::staff::risk::date_words;

/// What a page shows of one score.
#[derive(Debug, Clone, Default)]
pub(super) struct ScoreRow {
    pub(super) title: &'static str,
    /// Words for the value, or a dash.
    pub(super) value: String,
    /// Why there is none.
    pub(super) why: Vec<String>,
    pub(super) band: String,
    pub(super) version: &'static str,
    pub(super) source: &'static str,
    pub(super) purpose: &'static str,
    pub(super) changed: String,
    /// Whether anything is to be opened below it.
    pub(super) worked_out: bool,
    pub(super) used: Vec<String>,
    pub(super) counts: Vec<String>,
    pub(super) missing: Vec<String>,
    pub(super) refused: Vec<String>,
    pub(super) notes: Vec<String>,
}

const NO_VALUE: &str = "–";
const NO_BANDS: &str = "No bands exist";

impl ScoreRow {
    pub(super) fn new(told: &Told) -> ScoreRow {
        let definition = told.definition;
        let row = ScoreRow {
            title: definition.title,
            value: NO_VALUE.to_owned(),
            version: definition.version,
            source: definition.source,
            purpose: definition.purpose,
            ..ScoreRow::default()
        };
        match &told.what {
            What::RoleDoesNotSee => ScoreRow {
                why: vec!["Your role does not see all that it counts.".to_owned()],
                band: band(definition, None),
                ..row
            },
            What::Computed(computed) => row.of(definition, computed),
        }
    }

    fn of(self, definition: &'static Definition, computed: &Computed) -> ScoreRow {
        let outcome = &computed.outcome;
        let missing = missing(definition, outcome);
        let refused = refused(definition, computed);
        let why = match (outcome.value, computed.why_not) {
            (Some(_), _) => Vec::new(),
            (None, Some(words)) => vec![words.to_owned()],
            (None, None) => why(definition, outcome),
        };
        ScoreRow {
            value: outcome
                .value
                .map_or_else(|| NO_VALUE.to_owned(), |value| value_words(definition, value)),
            why,
            band: band(definition, outcome.band),
            changed: match (&computed.change, computed.why_not) {
                (Some(change), None) => change_words(definition, outcome, change),
                (None, None) => NOTHING_BEFORE.to_owned(),
                (_, Some(_)) => String::new(),
            },
            worked_out: computed.why_not.is_none(),
            used: used(definition, outcome),
            counts: computed
                .items
                .iter()
                .map(|item| with_day(&item.what, item.day))
                .collect(),
            missing,
            refused,
            notes: outcome.notes.iter().map(|note| sentence(note)).collect(),
            ..self
        }
    }
}

const NOTHING_BEFORE: &str = "Nothing earlier to compare with.";

/// Why a score has no value: what is needed and not there, what was refused.
fn why(definition: &Definition, outcome: &Outcome) -> Vec<String> {
    let needed: Vec<&str> = outcome
        .missing
        .iter()
        .filter_map(|name| definition.input(name))
        .filter(|input| input.missing == care::score::Missing::NoValue)
        .map(|input| input.label)
        .collect();
    let mut why = Vec::new();
    if !needed.is_empty() {
        why.push(format!("Cannot be worked out. Missing: {}.", needed.join("; ")));
    }
    if !outcome.refused.is_empty() {
        why.push("Cannot be worked out: an input cannot be right, and was refused.".to_owned());
    }
    why
}

fn value_words(definition: &Definition, value: f64) -> String {
    if definition.name == "efi" {
        let count = (value * f64::from(DEFICITS)).round();
        return format!("{} of {DEFICITS} deficits ({value:.2})", number_words(count));
    }
    number_words((value * 100.0).round() / 100.0)
}

fn band(definition: &Definition, name: Option<&str>) -> String {
    if definition.bands.is_empty() {
        return NO_BANDS.to_owned();
    }
    let Some(name) = name else {
        return NO_VALUE.to_owned();
    };
    let known = definition.bands.iter().find(|band| band.name == name);
    // A band that does not follow from the value alone has a name and no row in the table.
    known.map_or_else(
        || {
            sentence(&name.replace('-', " to "))
                .trim_end_matches('.')
                .to_owned()
        },
        |band| band.label.to_owned(),
    )
}

const OF_THE_PERSON: [&str; 3] = ["age", "sex", "ethnicity"];

/// Each input that was used with its value, unit and day; lists of codes are told item by item.
fn used(definition: &Definition, outcome: &Outcome) -> Vec<String> {
    let used = outcome.used.iter().filter_map(|used| {
        let input = definition.input(used.input)?;
        let is_list = matches!(input.allowed, care::score::Allowed::List);
        let value = if is_list {
            used.value.replace(';', ", ").replace('_', " ")
        } else {
            used.value.clone()
        };
        let unit = match input.unit {
            "" => String::new(),
            "a" => " years".to_owned(),
            "mm[Hg]" => " mmHg".to_owned(),
            "Cel" => " °C".to_owned(),
            "%" => "%".to_owned(),
            unit => format!(" {unit}"),
        };
        let day = match &used.date {
            Some(date) if is_list => format!(" (latest {})", date.words()),
            Some(date) => format!(" ({})", date.words()),
            // Who somebody is has no day of its own.
            None if OF_THE_PERSON.contains(&input.name) => String::new(),
            None => " (no date)".to_owned(),
        };
        Some(format!("{}: {value}{unit}{day}", input.label))
    });
    used.collect()
}

fn missing(definition: &Definition, outcome: &Outcome) -> Vec<String> {
    let inputs = outcome.missing.iter().filter_map(|name| definition.input(name));
    // Codes beside the named deficits are not asked for here: each was looked up already.
    let inputs = inputs.filter(|input| !(definition.name == "efi" && input.name == "codes"));
    inputs.map(|input| input.label.to_owned()).collect()
}

fn refused(definition: &Definition, computed: &Computed) -> Vec<String> {
    let inputs = computed.outcome.refused.iter().map(|refusal| {
        let label = definition
            .input(refusal.input)
            .map_or(refusal.input, |input| input.label);
        format!(
            "{label}: {} was refused; it must be {}",
            refusal.given, refusal.rule
        )
    });
    let entries = computed
        .not_counted
        .iter()
        .map(|one| format!("{} was not counted. {}.", with_day(&one.what, one.day), one.why));
    inputs.chain(entries).collect()
}

fn with_day(what: &str, day: Option<Date>) -> String {
    day.map_or_else(
        || format!("{what} (no date)"),
        |day| format!("{what} ({})", date_words(day)),
    )
}

/// "Since 11 May 2026: from 3 to 4; new: Falls".
fn change_words(definition: &Definition, now: &Outcome, change: &Change) -> String {
    let since = date_words(change.since);
    let words = |value: Option<f64>| {
        value.map_or_else(|| "no value".to_owned(), |value| value_words(definition, value))
    };
    let mut parts = Vec::new();
    if let Some((before, after)) = change.changed.version {
        parts.push(format!("the rule changed from {before} to {after}"));
    } else if change.before == now.value {
        parts.push("the value is the same".to_owned());
    } else {
        parts.push(format!("from {} to {}", words(change.before), words(now.value)));
    }
    if let Some((before, after)) = change.changed.band {
        let (before, after) = (band(definition, before), band(definition, after));
        parts.push(format!("band from {before} to {after}"));
    }
    for (name, list) in [("new", &change.new), ("no more", &change.gone)] {
        if !list.is_empty() {
            parts.push(format!("{name}: {}", list.join(", ")));
        }
    }
    for (name, before, after) in &change.changed.inputs {
        // Lists were told item by item, and everybody grows older.
        let Some(input) = definition
            .input(name)
            .filter(|input| !matches!(input.allowed, care::score::Allowed::List) && input.name != "age")
        else {
            continue;
        };
        let words = |value: &Option<String>| value.clone().unwrap_or_else(|| "missing".to_owned());
        parts.push(format!(
            "{}: {}, now {}",
            input.label,
            words(before),
            words(after)
        ));
    }
    format!("Since {since}: {}.", parts.join("; "))
}

/// A note as a sentence.
fn sentence(note: &str) -> String {
    let mut letters = note.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let words: String = first.chain(letters).collect();
    format!("{}.", words.trim_end_matches('.'))
}

/// A total that somebody recorded.
#[derive(Debug, Clone)]
pub(super) struct TotalRow {
    pub(super) title: &'static str,
    pub(super) value: String,
    pub(super) day: String,
    pub(super) band: String,
    pub(super) wrong: Option<String>,
}

impl TotalRow {
    pub(super) fn new(total: &Recorded) -> TotalRow {
        let band = total.band.map_or_else(
            || match total.wrong {
                Some(_) => NO_VALUE.to_owned(),
                None => "Sarsen gives no band".to_owned(),
            },
            |band| match total.note {
                Some(note) => format!("{band} ({note})"),
                None => band.to_owned(),
            },
        );
        TotalRow {
            title: total.title,
            value: total.value.clone(),
            day: total
                .when
                .as_ref()
                .map_or_else(|| "no date".to_owned(), care::partial_date::PartialDate::words),
            band,
            wrong: total
                .wrong
                .as_ref()
                .map(|rule| format!("This cannot be right: {rule}.")),
        }
    }
}
