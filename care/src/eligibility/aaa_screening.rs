//! Abdominal aortic aneurysm screening: once, for those registered as male, in the screening year (1 April to 31 March) in
//! which they turn 65; older men who were never screened may ask. What was found decides what comes then.
//!
//! Source: GOV.UK, read in November 2026; intervals of surveillance from general knowledge, to be checked.

use jiff::civil::Date;

use crate::eligibility::row::{BORN, LAST, LICENCE, Programme, REGISTERED_SEX};
use crate::eligibility::{Answer, Judging, Past, Verdict, birthday};
use crate::score::definition::{Allowed, Definition, optional};
use crate::score::row::Reading;

/// The programme's name in the data.
pub const PROGRAMME: &str = "aaa-screening";

/// What is known of somebody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts {
    /// Day of birth.
    pub born: Date,
    /// Whether registered as male, which is what the call goes by.
    pub registered_male: Option<bool>,
    /// The last scan: its day and the aorta's width in centimetres.
    pub last: Past<(Date, f64)>,
}

pub(super) static ROWS: Programme = Programme {
    definition: &Definition {
        name: PROGRAMME,
        title: "Abdominal aortic aneurysm screening",
        version: "dated rules, reading 1",
        source: "GOV.UK, abdominal aortic aneurysm screening (read in November 2026)",
        licence: LICENCE,
        purpose: "shows whether a scan is due; the national system invites",
        not_for_clinical_use: true,
        inputs: &[
            BORN,
            REGISTERED_SEX,
            LAST,
            optional(
                "width",
                "Width of the aorta at the last scan",
                "cm",
                Allowed::Number(0.5, 20.0),
                "",
            ),
        ],
        bands: &[],
    },
    judge: of_row,
};

fn of_row(reading: &mut Reading<'_, '_, '_>, on: Date) -> Answer {
    let born = reading.day("born");
    let registered_male = reading.registered("male");
    let (last, width) = (reading.past("last"), reading.number("width"));
    let Some(born) = born else {
        return Answer::without_birth(PROGRAMME);
    };
    let last = match (last, width) {
        (Past::Last(day), Some(width)) => Past::Last((day, width)),
        (Past::Last(day), None) => {
            let mut judging = Judging::begin(PROGRAMME, on);
            judging.because(format!(
                "the last scan was on {day}, and what it found is not known"
            ));
            judging.needs("the width of the aorta at the last scan");
            return judging.end(Verdict::NotKnown);
        }
        (Past::Never, _) => Past::Never,
        (Past::NotKnown, _) => Past::NotKnown,
    };
    let facts = Facts {
        born,
        registered_male,
        last,
    };
    judge(&facts, on)
}

/// Whether somebody is due on a day.
pub fn judge(facts: &Facts, on: Date) -> Answer {
    let mut judging = Judging::begin(PROGRAMME, on);
    let widths = (
        judging.rule("small_from"),
        judging.rule("medium_from"),
        judging.rule("large_from"),
    );
    let intervals = (
        judging.months("small_interval"),
        judging.months("medium_interval"),
    );
    let (Some(small), Some(medium), Some(large)) = widths else {
        return judging.end(Verdict::NotKnown);
    };
    let (Some(yearly), Some(often), Some(from)) = (intervals.0, intervals.1, judging.rule("age_from")) else {
        return judging.end(Verdict::NotKnown);
    };
    if judging.is_ahead(facts.last.last().map(|(day, _)| day)) {
        return judging.end(Verdict::NotKnown);
    }
    if let Past::Last((day, width)) = facts.last {
        return match width {
            width if !(0.5..=20.0).contains(&width) => {
                judging.because(format!("a width of {width} cm cannot be right"));
                judging.end(Verdict::NotKnown)
            }
            width if width >= large => {
                judging.because(format!("{width} cm: a vascular team, not surveillance"));
                judging.end(Verdict::NotYetDue)
            }
            width if width >= medium => judging.end_after(Past::Last(day), often),
            width if width >= small => judging.end_after(Past::Last(day), yearly),
            _ => {
                judging.because("screened once, nothing found");
                judging.end(Verdict::NotEligible)
            }
        };
    }
    match facts.registered_male {
        Some(true) => {}
        Some(false) => {
            judging.because("not registered as male");
            return judging.end(Verdict::NotEligible);
        }
        None => {
            judging.needs("registered sex");
            return judging.end(Verdict::NotKnown);
        }
    }
    let Some(turning) = birthday(facts.born, from as i16) else {
        judging.needs("born");
        return judging.end(Verdict::NotKnown);
    };
    match screening_year(turning).cmp(&screening_year(on)) {
        std::cmp::Ordering::Greater => {
            judging.because("called in the screening year in which they turn 65");
            judging.end(Verdict::NotEligible)
        }
        _ if facts.last == Past::NotKnown => {
            judging.needs("whether there was a scan");
            judging.because(format!(
                "no scan is known: if there was none, it is due in the screening year of {turning}, and later on request"
            ));
            judging.end(Verdict::NotKnown)
        }
        std::cmp::Ordering::Equal => match Date::new(screening_year(on), 4, 1) {
            Ok(begins) => judging.end_due(begins),
            Err(_) => judging.end(Verdict::NotKnown),
        },
        std::cmp::Ordering::Less => {
            judging.because("turned 65 in an earlier screening year and was not screened: may ask");
            judging.end(Verdict::OnRequest)
        }
    }
}

/// The year in which the screening year of a day began.
fn screening_year(day: Date) -> i16 {
    day.year() - i16::from(day.month() < 4)
}
