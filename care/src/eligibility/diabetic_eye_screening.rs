//! Diabetic eye screening: yearly from 12, every second year after two clear results one after the other.
//!
//! Source: GOV.UK, read in November 2026; two years since October 2023. Diabetes of pregnancy alone is not called; a pregnancy
//! with diabetes has a schedule of its own.

use jiff::civil::Date;

use crate::eligibility::{Answer, Judging, Verdict, age};

/// The programme's name in the data.
pub const PROGRAMME: &str = "diabetic-eye-screening";

/// What is known of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Day of birth.
    pub born: Date,
    /// Whether there is diabetes of a kind that is not of pregnancy alone.
    pub diabetes: bool,
    /// Whether pregnant.
    pub pregnant: bool,
    /// Screenings, oldest first: the day, and whether no retinopathy was found.
    pub screened: &'a [(Date, bool)],
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
    if !facts.diabetes {
        judging.because("no diabetes is recorded");
        return judging.end(Verdict::NotEligible);
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
    if judging.is_ahead(facts.screened.iter().map(|(day, _)| *day).max()) {
        return judging.end(Verdict::NotKnown);
    }
    if facts.pregnant {
        judging.because("pregnancy has more screenings, on a schedule of its own");
    }
    let two_clear = matches!(facts.screened, [.., (_, true), (_, true)]);
    let months = if two_clear && !facts.pregnant {
        slower
    } else {
        yearly
    };
    judging.end_after(facts.screened.last().map(|(day, _)| *day), months)
}
