//! The waiting-list rule over rows of words, such as the lines of a file.

use crate::score::definition::{Allowed, Definition, Input, optional};
use crate::score::outcome::{Refusal, Used};
use crate::score::row::{Reading, Row};
use crate::waiting_list::priority::{Facts, Function, Limits, Priority, weigh};

/// What the rule says of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// What it asks for; nothing when anything was refused.
    pub priority: Option<Priority>,
    /// The inputs that were used.
    pub used: Vec<Used>,
    /// Inputs that were not there, by name.
    pub missing: Vec<&'static str>,
    /// Inputs that were there and cannot be right.
    pub refused: Vec<Refusal>,
}

/// The functions by the names of their cells.
const FUNCTIONS: [(&str, Function); 4] = [
    ("as-before", Function::AsBefore),
    ("some-limits", Function::SomeLimits),
    ("much-limited", Function::MuchLimited),
    ("needs-help-daily", Function::NeedsHelpDaily),
];

/// A fact that may be unknown: that makes nobody later.
const fn fact(name: &'static str, label: &'static str, unit: &'static str, allowed: Allowed) -> Input {
    optional(name, label, unit, allowed, "")
}

/// The rule and its columns.
pub static DEFINITION: Definition = Definition {
    name: "waiting-list-priority",
    title: "Waiting-list rule",
    version: Limits::PROPOSED.version,
    source: "Sarsen's own proposal; no publication stands behind its limits",
    licence: "our own",
    purpose: "says whom on a waiting list a clinician looks at sooner, and why; it is no score and no probability",
    not_for_clinical_use: true,
    inputs: &[
        fact(
            "attendances",
            "Attendances for the same problem in 12 months",
            "",
            Allowed::Whole(0, 1000),
        ),
        fact(
            "function",
            "What can still be done",
            "",
            Allowed::Choice(&["as-before", "some-limits", "much-limited", "needs-help-daily"]),
        ),
        fact("pain", "Worst pain of the week, of 10", "", Allowed::Whole(0, 10)),
        fact(
            "days_lost",
            "Days of work, study or caring lost, of 28",
            "d",
            Allowed::Whole(0, 28),
        ),
    ],
    bands: &[],
};

/// What the rule says of a row, by the limits that are proposed.
pub fn of_row(row: &Row<'_>) -> Weighed {
    let mut reading = Reading::begin(&DEFINITION, row);
    let facts = Facts {
        attendances: reading
            .whole("attendances")
            .and_then(|count| u16::try_from(count).ok()),
        function: reading
            .choice("function")
            .and_then(|place| FUNCTIONS.get(place))
            .map(|(_, function)| *function),
        pain: reading.whole("pain").and_then(|pain| u8::try_from(pain).ok()),
        days_lost: reading
            .whole("days_lost")
            .and_then(|days| u8::try_from(days).ok()),
    };
    let outcome = reading.end(None);
    let whole = outcome.refused.is_empty();
    Weighed {
        priority: whole.then(|| weigh(&facts, &Limits::PROPOSED)),
        used: outcome.used,
        missing: outcome.missing,
        refused: outcome.refused,
    }
}
