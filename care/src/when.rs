//! When something was so: a date, a stretch of time, an age, or words.

use crate::partial_date::PartialDate;
use crate::quantity::Quantity;

/// A stretch of time; either end may be unknown or open.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Period {
    /// When it began, if known.
    pub start: Option<PartialDate>,
    /// When it ended, if it did and is known.
    pub end: Option<PartialDate>,
}

impl Period {
    /// "3 August 2026 to 5 August 2026", "from 3 August 2026", "until 2019", "dates not recorded".
    pub fn words(&self) -> String {
        match (&self.start, &self.end) {
            (Some(start), Some(end)) if start.date_words() == end.date_words() => start.date_words(),
            (Some(start), Some(end)) => format!("{} to {}", start.date_words(), end.date_words()),
            (Some(start), None) => format!("from {}", start.date_words()),
            (None, Some(end)) => format!("until {}", end.date_words()),
            (None, None) => "dates not recorded".to_owned(),
        }
    }

    /// Whether the end is known and lies wholly before the instant.
    pub fn has_ended(&self, now: jiff::Timestamp) -> bool {
        self.end.as_ref().is_some_and(|end| end.is_past(now))
    }

    /// Whether it is known to begin only after the instant.
    pub fn is_to_come(&self, now: jiff::Timestamp) -> bool {
        self.start.as_ref().is_some_and(|start| start.is_future(now))
    }
}

/// When something was so, in the form it was recorded.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// At a date or moment.
    At(PartialDate),
    /// Over a stretch of time.
    Over(Period),
    /// At an age of the person.
    AtAge(Quantity),
    /// As somebody put it.
    Words(String),
}

impl When {
    /// The date to sort by: the date itself, or the start of the stretch, else its end.
    pub fn sort_date(&self) -> Option<&PartialDate> {
        match self {
            When::At(date) => Some(date),
            When::Over(period) => period.start.as_ref().or(period.end.as_ref()),
            When::AtAge(_) | When::Words(_) => None,
        }
    }

    /// As a person reads it.
    pub fn words(&self) -> String {
        match self {
            When::At(date) => date.date_words(),
            When::Over(period) => period.words(),
            When::AtAge(age) => format!("at age {}", age_words(age)),
            When::Words(words) => words.clone(),
        }
    }
}

fn age_words(age: &Quantity) -> String {
    let unit = match age.code.as_deref() {
        Some("a") => "years",
        Some("mo") => "months",
        Some("wk") => "weeks",
        Some("d") => "days",
        _ => return age.words(),
    };
    age.value.map_or_else(
        || "not stated".to_owned(),
        |value| format!("{} {unit}", crate::quantity::number_words(value)),
    )
}
