//! Annual health check for people of 14 and over on the practice's learning disability register.
//!
//! Source: NHS England, read in November 2026.

use jiff::civil::Date;

use crate::eligibility::row::{BORN, LAST, LICENCE, Programme};
use crate::eligibility::{Answer, Judging, Past, Verdict, age};
use crate::score::definition::{Allowed, Definition, needed};
use crate::score::row::Reading;

/// The programme's name in the data.
pub const PROGRAMME: &str = "learning-disability-check";

pub(super) static ROWS: Programme = Programme {
    definition: &Definition {
        name: PROGRAMME,
        title: "Learning disability health check",
        version: "dated rules, reading 1",
        source: "NHS England, annual health checks for people with a learning disability (read in November 2026)",
        licence: LICENCE,
        purpose: "shows whether the yearly check is due",
        not_for_clinical_use: true,
        inputs: &[
            BORN,
            needed(
                "on_register",
                "On the practice's learning disability register",
                "",
                Allowed::YesNo,
            ),
            LAST,
        ],
        bands: &[],
    },
    judge: of_row,
};

fn of_row(reading: &mut Reading<'_, '_, '_>, on: Date) -> Answer {
    let born = reading.day("born");
    let (on_register, last) = (reading.yes("on_register"), reading.past("last"));
    match born {
        Some(born) => judge(born, on_register, last, on),
        None => Answer::without_birth(PROGRAMME),
    }
}

/// Whether somebody is due: born, on the register (nothing when that is not known), last checked.
pub fn judge(born: Date, on_register: Option<bool>, last: Past<Date>, on: Date) -> Answer {
    let mut judging = Judging::begin(PROGRAMME, on);
    let (Some(from), Some(interval)) = (judging.rule("age_from"), judging.months("interval")) else {
        return judging.end(Verdict::NotKnown);
    };
    match on_register {
        Some(true) => {}
        Some(false) => {
            judging.because(
                "not on the learning disability register; somebody who should be can be added first",
            );
            return judging.end(Verdict::NotEligible);
        }
        None => {
            judging.needs("whether on the learning disability register");
            return judging.end(Verdict::NotKnown);
        }
    }
    match age(born, on).map(f64::from) {
        None => {
            judging.needs("born");
            judging.end(Verdict::NotKnown)
        }
        Some(age) if age < from => {
            judging.because(format!("aged {age}, and it begins at {from}"));
            judging.end(Verdict::NotEligible)
        }
        Some(_) => judging.end_after(last, interval),
    }
}
