//! Annual health check for people of 14 and over on the practice's learning disability register.
//!
//! Source: NHS England, read in November 2026.

use jiff::civil::Date;

use crate::eligibility::{Answer, Judging, Verdict, age};

/// The programme's name in the data.
pub const PROGRAMME: &str = "learning-disability-check";

/// Whether somebody is due: born, on the register, last checked.
pub fn judge(born: Date, on_register: bool, last: Option<Date>, on: Date) -> Answer {
    let mut judging = Judging::begin(PROGRAMME, on);
    let (Some(from), Some(interval)) = (judging.rule("age_from"), judging.months("interval")) else {
        return judging.end(Verdict::NotKnown);
    };
    if !on_register {
        judging.because("not on the learning disability register; somebody who should be can be added first");
        return judging.end(Verdict::NotEligible);
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
