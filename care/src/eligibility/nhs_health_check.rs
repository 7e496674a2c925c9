//! NHS Health Check: every five years at 40 to 74, without the conditions that have their own care.
//!
//! Source: SI 2013/351 regulation 4 and best practice guidance of October 2019. Hypertension, peripheral arterial disease
//! and statins exclude: a public rule set that leaves them out is not followed.

use codes::clinical::programmes;
use jiff::civil::Date;

use crate::eligibility::row::{BORN, LAST, Programme};
use crate::eligibility::{Answer, Judging, Past, Verdict, age};
use crate::score::definition::{Allowed, Definition, needed};
use crate::score::row::Reading;

/// The programme's name in the data.
pub const PROGRAMME: &str = "nhs-health-check";

/// What is known of somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts<'a> {
    /// Day of birth.
    pub born: Date,
    /// What is recorded of the data's exclusions, by their names; other words are of no account. Nothing when nobody looked.
    pub recorded: Option<&'a [&'a str]>,
    /// The last check.
    pub last: Past<Date>,
}

pub(super) static ROWS: Programme = Programme {
    definition: &Definition {
        name: PROGRAMME,
        title: "NHS Health Check",
        version: "SI 2013/351, reading 1",
        source: "SI 2013/351 regulation 4; NHS Health Check best practice guidance (October 2019)",
        licence: "facts; legislation OGL v3",
        purpose: "shows whether a check may be offered",
        not_for_clinical_use: true,
        inputs: &[
            BORN,
            needed(
                "recorded",
                "Recorded conditions that have their own care",
                "",
                Allowed::List,
            ),
            LAST,
        ],
        bands: &[],
    },
    judge: of_row,
};

/// The names of what excludes, whenever it does.
pub fn exclusions() -> impl Iterator<Item = &'static str> {
    let rules = programmes::rules().iter();
    rules
        .filter(|rule| rule.programme == PROGRAMME && rule.key == "exclude")
        .map(|rule| rule.value)
}

fn of_row(reading: &mut Reading<'_, '_, '_>, on: Date) -> Answer {
    let born = reading.day("born");
    let recorded = reading.list("recorded", "names of what excludes, as hypertension", |word| {
        exclusions().find(|name| *name == word)
    });
    let last = reading.past("last");
    let Some(born) = born else {
        return Answer::without_birth(PROGRAMME);
    };
    let facts = Facts {
        born,
        recorded: recorded.as_deref(),
        last,
    };
    judge(&facts, on)
}

/// Whether somebody is called on a day.
pub fn judge(facts: &Facts<'_>, on: Date) -> Answer {
    let mut judging = Judging::begin(PROGRAMME, on);
    let limits = (
        judging.rule("age_from"),
        judging.rule("age_to"),
        judging.months("interval"),
    );
    let (Some(from), Some(to), Some(interval)) = limits else {
        return judging.end(Verdict::NotKnown);
    };
    let Some(age) = age(facts.born, on).map(f64::from) else {
        judging.needs("born");
        return judging.end(Verdict::NotKnown);
    };
    if age < from || age > to {
        judging.because(format!("aged {age}, and it is for {from} to {to}"));
        return judging.end(Verdict::NotEligible);
    }
    let Some(recorded) = facts.recorded else {
        judging.needs("which conditions are recorded that have their own care");
        return judging.end(Verdict::NotKnown);
    };
    let day = on.to_string();
    let excluding: Vec<&str> = programmes::on(PROGRAMME, "exclude", &day)
        .map(|rule| rule.value)
        .filter(|name| recorded.contains(name))
        .collect();
    if !excluding.is_empty() {
        judging.because(format!("has other care for: {}", excluding.join(", ")));
        return judging.end(Verdict::NotEligible);
    }
    judging.because("nothing is recorded that excludes");
    judging.ends_after(facts.born, to);
    judging.end_after(facts.last, interval)
}
