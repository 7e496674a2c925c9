//! NHS Health Check: every five years at 40 to 74, without the conditions that have their own care.
//!
//! Source: SI 2013/351 regulation 4 and best practice guidance of October 2019. Hypertension, peripheral arterial disease
//! and statins exclude: a public rule set that leaves them out is not followed.

use codes::clinical::programmes;
use jiff::civil::Date;

use crate::eligibility::{Answer, Judging, Verdict, age};

/// The programme's name in the data.
pub const PROGRAMME: &str = "nhs-health-check";

/// What is known of somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts<'a> {
    /// Day of birth.
    pub born: Date,
    /// What is recorded of the data's exclusions, by their names; other words are of no account.
    pub recorded: &'a [&'a str],
    /// The last check.
    pub last: Option<Date>,
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
    let day = on.to_string();
    let excluding: Vec<&str> = programmes::on(PROGRAMME, "exclude", &day)
        .map(|rule| rule.value)
        .filter(|name| facts.recorded.contains(name))
        .collect();
    if !excluding.is_empty() {
        judging.because(format!("has other care for: {}", excluding.join(", ")));
        return judging.end(Verdict::NotEligible);
    }
    judging.ends_after(facts.born, to);
    judging.end_after(facts.last, interval)
}
