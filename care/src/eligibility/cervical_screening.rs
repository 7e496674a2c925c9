//! Cervical screening: from 24 and a half to 64, with a cervix; when again depends on the last result and its day.
//!
//! Source: GOV.UK, read in November 2026. Since 1 July 2025 a negative HPV test is good for five years at every age; an
//! earlier one at 25 to 49 keeps its three years.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::eligibility::row::{BORN, LAST, LICENCE, Programme};
use crate::eligibility::{Answer, Judging, Past, Verdict, age, birthday, later};
use crate::score::definition::{Allowed, Definition, needed, optional};
use crate::score::row::Reading;

/// The programme's name in the data.
pub const PROGRAMME: &str = "cervical-screening";

/// What the last sample showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Result {
    /// No human papillomavirus.
    Negative,
    /// Human papillomavirus, cells normal.
    PositiveNormal,
    /// Human papillomavirus and abnormal cells.
    PositiveAbnormal,
    /// Could not be read.
    Inadequate,
    /// A sample was taken, and nobody can say what it showed.
    NotKnown,
}

const RESULTS: [(&str, Result); 4] = [
    ("negative", Result::Negative),
    ("positive-normal", Result::PositiveNormal),
    ("positive-abnormal", Result::PositiveAbnormal),
    ("inadequate", Result::Inadequate),
];

/// What is known of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Day of birth.
    pub born: Date,
    /// Whether there is a cervix, whatever the registered sex.
    pub has_cervix: Option<bool>,
    /// The day and result of the last sample.
    pub last: Past<(Date, Result)>,
}

pub(super) static ROWS: Programme = Programme {
    definition: &Definition {
        name: PROGRAMME,
        title: "Cervical screening",
        version: "dated rules, reading 1",
        source: "GOV.UK, cervical screening (read in November 2026)",
        licence: LICENCE,
        purpose: "shows whether a sample is due; the national system invites",
        not_for_clinical_use: true,
        inputs: &[
            BORN,
            needed("cervix", "Whether there is a cervix", "", Allowed::YesNo),
            LAST,
            optional(
                "last_result",
                "Result of the last sample",
                "",
                Allowed::Choice(&["negative", "positive-normal", "positive-abnormal", "inadequate"]),
                "",
            ),
        ],
        bands: &[],
    },
    judge: of_row,
};

fn of_row(reading: &mut Reading<'_, '_, '_>, on: Date) -> Answer {
    let born = reading.day("born");
    let (has_cervix, last) = (reading.yes("cervix"), reading.past("last"));
    let place = reading.choice("last_result");
    let result = place
        .and_then(|place| RESULTS.get(place))
        .map_or(Result::NotKnown, |(_, result)| *result);
    let last = match last {
        Past::Last(day) => Past::Last((day, result)),
        Past::Never => Past::Never,
        Past::NotKnown => Past::NotKnown,
    };
    let Some(born) = born else {
        return Answer::without_birth(PROGRAMME);
    };
    let facts = Facts {
        born,
        has_cervix,
        last,
    };
    judge(&facts, on)
}

/// Whether somebody is due on a day.
pub fn judge(facts: &Facts, on: Date) -> Answer {
    let mut judging = Judging::begin(PROGRAMME, on);
    let limits = (judging.months("first_from"), judging.rule("age_to"));
    let (Some(first), Some(to)) = limits else {
        return judging.end(Verdict::NotKnown);
    };
    // Who is too young is so with and without a cervix.
    let young = later(facts.born, first.months()).is_some_and(|begins| on < begins);
    if young && facts.has_cervix != Some(false) && facts.last.last().is_none() {
        judging.because("the first call comes at 24 and a half years");
        return judging.end(Verdict::NotEligible);
    }
    match facts.has_cervix {
        Some(true) => {}
        Some(false) => {
            judging.because("has no cervix");
            return judging.end(Verdict::NotEligible);
        }
        None => {
            judging.needs("whether there is a cervix");
            return judging.end(Verdict::NotKnown);
        }
    }
    let (Some(begins), Some(years)) = (later(facts.born, first.months()), age(facts.born, on)) else {
        judging.needs("born");
        return judging.end(Verdict::NotKnown);
    };
    let last = facts.last.last();
    if judging.is_ahead(last.map(|(day, _)| day)) {
        return judging.end(Verdict::NotKnown);
    }
    let is_followed = last.is_some_and(|(_, found)| found != Result::Negative);
    if facts.last == Past::NotKnown {
        judging.needs("the day and result of the last sample");
        judging.because(if f64::from(years) > to {
            format!("aged {years}: it ends at {to}, unless the last sample is to be followed")
        } else {
            format!("no earlier sample is known: if there was none, it is due since {begins}")
        });
        return judging.end(Verdict::NotKnown);
    }
    if f64::from(years) > to && !is_followed {
        judging.because(format!("aged {years}, and it ends at {to}"));
        return judging.end(Verdict::NotEligible);
    }
    let Some((sampled, result)) = last else {
        judging.because("no sample yet");
        return judging.end_due(begins);
    };
    let months = match result {
        Result::Negative => {
            judging.ends_after(facts.born, to);
            let young = birthday(facts.born, 50).is_some_and(|fifty| sampled < fifty);
            let key = if young {
                "negative_25_to_49"
            } else {
                "negative_50_to_64"
            };
            judging.rule_on(key, &sampled.to_string())
        }
        Result::PositiveNormal => judging.rule_on("positive_normal", &sampled.to_string()),
        Result::PositiveAbnormal => {
            judging.because("abnormal cells: colposcopy, not a routine recall");
            return judging.end(Verdict::NotYetDue);
        }
        Result::NotKnown => {
            judging.because(format!(
                "the last sample was on {sampled}, and its result is not known"
            ));
            judging.needs("the result of the last sample");
            return judging.end(Verdict::NotKnown);
        }
        Result::Inadequate => {
            judging.because("the last sample could not be read: the laboratory says when again");
            return judging.end(Verdict::NotKnown);
        }
    };
    match months {
        Some(months) => judging.end_after(Past::Last(sampled), months as i32),
        None => judging.end(Verdict::NotKnown),
    }
}
