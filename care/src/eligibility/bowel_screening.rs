//! Bowel cancer screening: a test kit every two years at 50 to 74; on request from 75.
//!
//! Source: GOV.UK, read in November 2026.

use jiff::civil::Date;

use crate::eligibility::row::{BORN, LAST, LICENCE, Programme};
use crate::eligibility::{Answer, Judging, Past, Verdict, age};
use crate::score::definition::Definition;
use crate::score::row::Reading;

/// The programme's name in the data.
pub const PROGRAMME: &str = "bowel-screening";

pub(super) static ROWS: Programme = Programme {
    definition: &Definition {
        name: PROGRAMME,
        title: "Bowel cancer screening",
        version: "dated rules, reading 1",
        source: "GOV.UK, bowel cancer screening (read in November 2026)",
        licence: LICENCE,
        purpose: "shows whether a kit is due; the national system invites",
        not_for_clinical_use: true,
        inputs: &[BORN, LAST],
        bands: &[],
    },
    judge: of_row,
};

fn of_row(reading: &mut Reading<'_, '_, '_>, on: Date) -> Answer {
    let (born, last) = (reading.day("born"), reading.past("last"));
    match born {
        Some(born) => judge(born, last, on),
        None => Answer::without_birth(PROGRAMME),
    }
}

/// Whether somebody born on a day and last screened on another is due.
pub fn judge(born: Date, last: Past<Date>, on: Date) -> Answer {
    let mut judging = Judging::begin(PROGRAMME, on);
    let limits = (
        judging.rule("age_from"),
        judging.rule("age_to"),
        judging.months("interval"),
    );
    let (Some(from), Some(to), Some(interval)) = limits else {
        return judging.end(Verdict::NotKnown);
    };
    match age(born, on).map(f64::from) {
        None => {
            judging.needs("born");
            judging.end(Verdict::NotKnown)
        }
        Some(age) if age < from => {
            judging.because(format!("aged {age}, and it begins at {from}"));
            judging.end(Verdict::NotEligible)
        }
        Some(age) if age > to => {
            judging.because(format!(
                "aged {age}: no longer called, may ask for a kit every two years"
            ));
            judging.end(Verdict::OnRequest)
        }
        Some(_) => {
            judging.ends_after(born, to);
            judging.end_after(last, interval)
        }
    }
}
