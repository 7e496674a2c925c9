//! Cervical screening: from 24 and a half to 64, with a cervix; when again depends on the last result and its day.
//!
//! Source: GOV.UK, read in November 2026. Since 1 July 2025 a negative HPV test is good for five years at every age; an
//! earlier one at 25 to 49 keeps its three years.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::eligibility::{Answer, Judging, Verdict, age, birthday, later};

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
}

/// What is known of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Day of birth.
    pub born: Date,
    /// Whether there is a cervix, whatever the registered sex.
    pub has_cervix: Option<bool>,
    /// The day and result of the last sample.
    pub last: Option<(Date, Result)>,
}

/// Whether somebody is due on a day.
pub fn judge(facts: &Facts, on: Date) -> Answer {
    let mut judging = Judging::begin(PROGRAMME, on);
    let limits = (judging.months("first_from"), judging.rule("age_to"));
    let (Some(first), Some(to)) = limits else {
        return judging.end(Verdict::NotKnown);
    };
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
    if judging.is_ahead(facts.last.map(|(day, _)| day)) {
        return judging.end(Verdict::NotKnown);
    }
    let is_followed = matches!(facts.last, Some((_, found)) if found != Result::Negative);
    if f64::from(years) > to && !is_followed {
        judging.because(format!("aged {years}, and it ends at {to}"));
        return judging.end(Verdict::NotEligible);
    }
    let Some((sampled, result)) = facts.last else {
        judging.because("no sample yet");
        if on < begins {
            judging.because("the first call comes at 24 and a half years");
            return judging.end(Verdict::NotEligible);
        }
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
        Result::Inadequate => {
            judging.because("the last sample could not be read: the laboratory says when again");
            return judging.end(Verdict::NotKnown);
        }
    };
    match months {
        Some(months) => judging.end_after(Some(sampled), months as i32),
        None => judging.end(Verdict::NotKnown),
    }
}
