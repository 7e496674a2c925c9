//! The day of a fact, and whether it can be one of the person's.

use care::partial_date::PartialDate;
use care::record::Fact;

use super::mark::Mark;
use super::person::Lived;
use crate::day::{Day, Span};

/// The day of a fact, whether it is known in part only, and what is odd about it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dated {
    pub(super) day: Day,
    pub(super) partial: bool,
    pub(super) mark: Mark,
}

/// When a fact was so, else when it was written down. What was never dated has no day and no mark: rules that ask "ever"
/// count it, rules that ask "since when" cannot.
pub(super) fn of<T>(fact: &Fact<T>, lived: Lived) -> Dated {
    on(fact.provenance.sort_date(), lived)
}

pub(super) fn on(date: Option<&PartialDate>, lived: Lived) -> Dated {
    let Some(date) = date else {
        return Dated::default();
    };
    let Some(span) = Span::of(date) else {
        return Dated {
            mark: Mark::DateOutOfRange,
            ..Dated::default()
        };
    };
    let mark = if lived.from.is_known() && span.last < lived.from {
        Mark::BeforeBirth
    } else if lived.until.is_known() && span.first > lived.until {
        Mark::AfterDeath
    } else {
        Mark::Sound
    };
    Dated {
        day: span.first,
        partial: span.partial,
        mark,
    }
}
