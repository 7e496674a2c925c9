//! Abdominal aortic aneurysm screening: once, for those registered as male, in the screening year (1 April to 31 March) in
//! which they turn 65; older men who were never screened may ask. What was found decides what comes then.
//!
//! Source: GOV.UK, read in November 2026; intervals of surveillance from general knowledge, to be checked.

use jiff::civil::Date;

use crate::eligibility::{Answer, Judging, Verdict, birthday};

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
    pub last: Option<(Date, f64)>,
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
    if judging.is_ahead(facts.last.map(|(day, _)| day)) {
        return judging.end(Verdict::NotKnown);
    }
    if let Some((day, width)) = facts.last {
        return match width {
            width if !(0.5..=20.0).contains(&width) => {
                judging.because(format!("a width of {width} cm cannot be right"));
                judging.end(Verdict::NotKnown)
            }
            width if width >= large => {
                judging.because(format!("{width} cm: a vascular team, not surveillance"));
                judging.end(Verdict::NotYetDue)
            }
            width if width >= medium => judging.end_after(Some(day), often),
            width if width >= small => judging.end_after(Some(day), yearly),
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
