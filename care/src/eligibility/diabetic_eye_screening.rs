//! Diabetic eye screening: yearly from 12, every second year after two clear results one after the other.
//!
//! Source: GOV.UK, read in November 2026; two years since October 2023. Diabetes of pregnancy alone is not called; a pregnancy
//! with diabetes has a schedule of its own.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::eligibility::row::{BORN, LICENCE, Programme};
use crate::eligibility::{Answer, Judging, Past, Verdict, age, later};
use crate::score::definition::{Allowed, Definition, needed, optional};
use crate::score::row::Reading;

/// The programme's name in the data.
pub const PROGRAMME: &str = "diabetic-eye-screening";

/// What is known of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Day of birth.
    pub born: Date,
    /// Whether there is diabetes of a kind that is not of pregnancy alone.
    pub diabetes: Option<bool>,
    /// Whether pregnant.
    pub pregnant: Option<bool>,
    /// Screenings, oldest first: the day, and whether no retinopathy was found. Nothing when nobody knows of any.
    pub screened: Option<&'a [(Date, Option<bool>)]>,
}

pub(super) static ROWS: Programme = Programme {
    definition: &Definition {
        name: PROGRAMME,
        title: "Diabetic eye screening",
        version: "dated rules, reading 1",
        source: "GOV.UK, diabetic eye screening (read in November 2026)",
        licence: LICENCE,
        purpose: "shows whether the next screening is due; the national system invites",
        not_for_clinical_use: true,
        inputs: &[
            BORN,
            needed("diabetes", "Diabetes, not of pregnancy alone", "", Allowed::YesNo),
            optional("pregnant", "Pregnant", "", Allowed::YesNo, ""),
            needed("screened", "Earlier screenings", "", Allowed::List),
        ],
        bands: &[],
    },
    judge: of_row,
};

fn of_row(reading: &mut Reading<'_, '_, '_>, on: Date) -> Answer {
    let born = reading.day("born");
    let (diabetes, pregnant) = (reading.yes("diabetes"), reading.yes("pregnant"));
    let rule = "days, each with clear, found or unknown, as 2026-11-30|clear";
    let screened = reading.list("screened", rule, |word| {
        let (day, found) = word.split_once('|')?;
        let clear = match found {
            "clear" => Some(true),
            "found" => Some(false),
            "unknown" => None,
            _ => return None,
        };
        Some((day.parse::<Date>().ok()?, clear))
    });
    let screened = screened.map(|mut screened| {
        screened.sort_by_key(|(day, _)| *day);
        screened
    });
    let Some(born) = born else {
        return Answer::without_birth(PROGRAMME);
    };
    let facts = Facts {
        born,
        diabetes,
        pregnant,
        screened: screened.as_deref(),
    };
    judge(&facts, on)
}

/// Whether somebody is due on a day.
pub fn judge(facts: &Facts<'_>, on: Date) -> Answer {
    let mut judging = Judging::begin(PROGRAMME, on);
    let limits = (
        judging.rule("age_from"),
        judging.months("interval"),
        judging.months("interval_after_two_clear"),
    );
    let (Some(from), Some(yearly), Some(slower)) = limits else {
        return judging.end(Verdict::NotKnown);
    };
    match facts.diabetes {
        Some(true) => {}
        Some(false) => {
            judging.because("there is no diabetes");
            return judging.end(Verdict::NotEligible);
        }
        None => {
            judging.needs("whether there is diabetes");
            return judging.end(Verdict::NotKnown);
        }
    }
    match age(facts.born, on).map(f64::from) {
        None => {
            judging.needs("born");
            return judging.end(Verdict::NotKnown);
        }
        Some(age) if age < from => {
            judging.because(format!("aged {age}, and it begins at {from}"));
            return judging.end(Verdict::NotEligible);
        }
        Some(_) => {}
    }
    let Some(screened) = facts.screened else {
        return judging.end_after(Past::NotKnown, yearly);
    };
    let last = screened.last().map(|(day, _)| *day);
    if judging.is_ahead(last) {
        return judging.end(Verdict::NotKnown);
    }
    if facts.pregnant == Some(true) {
        judging.because("pregnancy has more screenings, on a schedule of its own");
    }
    let Some(last) = last else {
        return judging.end_after(Past::Never, yearly);
    };
    match is_slower(facts, screened) {
        Some(true) => judging.end_after(Past::Last(last), slower),
        Some(false) => judging.end_after(Past::Last(last), yearly),
        // Before a year nobody is due again, after two everybody is.
        None => {
            let (first, latest) = (later(last, yearly.months()), later(last, slower.months()));
            if latest.is_some_and(|latest| latest <= on) {
                return judging.end_after(Past::Last(last), slower);
            }
            judging.needs("what the last two screenings found");
            if first.is_some_and(|first| first > on) {
                judging.because("two clear results would make it a year later");
                return judging.end_after(Past::Last(last), yearly);
            }
            judging.because(format!(
                "the last one was on {last}: it is due, unless the last two were clear"
            ));
            judging.end(Verdict::NotKnown)
        }
    }
}

/// Whether the longer interval holds: after two clear results, outside pregnancy; nothing when that cannot be said.
fn is_slower(facts: &Facts<'_>, screened: &[(Date, Option<bool>)]) -> Option<bool> {
    let clear = match screened {
        [.., (_, Some(false)), _] | [.., (_, Some(false))] => Some(false),
        [.., (_, Some(true)), (_, Some(true))] => Some(true),
        [(_, Some(true))] => Some(false),
        _ => None,
    };
    match (clear, facts.pregnant) {
        (Some(false), _) | (_, Some(true)) => Some(false),
        (Some(true), Some(false)) => Some(true),
        (Some(true), None) | (None, _) => None,
    }
}
