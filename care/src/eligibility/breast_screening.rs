//! Breast screening: every three years from 50 to the 71st birthday, the first by the 53rd; on request from 71.
//!
//! Source: GOV.UK, read in November 2026. The call follows registration as female; somebody with breasts who is registered
//! otherwise is not called and may ask.

use jiff::civil::Date;

use crate::eligibility::row::{BORN, LAST, LICENCE, Programme, REGISTERED_SEX};
use crate::eligibility::{Answer, Judging, Past, Verdict, age, birthday};
use crate::score::definition::{Allowed, Definition, optional};
use crate::score::row::Reading;

/// The programme's name in the data.
pub const PROGRAMME: &str = "breast-screening";

/// What is known of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Day of birth.
    pub born: Date,
    /// Whether registered as female with their practice, which is what the call goes by.
    pub registered_female: Option<bool>,
    /// Whether there is breast tissue, whatever the registration; not known is no.
    pub has_breasts: Option<bool>,
    /// The last time.
    pub last: Past<Date>,
}

pub(super) static ROWS: Programme = Programme {
    definition: &Definition {
        name: PROGRAMME,
        title: "Breast screening",
        version: "dated rules, reading 1",
        source: "GOV.UK, breast screening (read in November 2026)",
        licence: LICENCE,
        purpose: "shows whether a mammogram is due; the national system invites",
        not_for_clinical_use: true,
        inputs: &[
            BORN,
            REGISTERED_SEX,
            optional(
                "breasts",
                "Whether there is breast tissue",
                "",
                Allowed::YesNo,
                "whether there is breast tissue is not known: it goes by the registered sex",
            ),
            LAST,
        ],
        bands: &[],
    },
    judge: of_row,
};

fn of_row(reading: &mut Reading<'_, '_, '_>, on: Date) -> Answer {
    let born = reading.day("born");
    let female = reading.registered("female");
    let (has_breasts, last) = (reading.yes("breasts"), reading.past("last"));
    let Some(born) = born else {
        return Answer::without_birth(PROGRAMME);
    };
    let facts = Facts {
        born,
        registered_female: female,
        has_breasts,
        last,
    };
    judge(&facts, on)
}

/// Whether somebody is due on a day.
pub fn judge(facts: &Facts, on: Date) -> Answer {
    let mut judging = Judging::begin(PROGRAMME, on);
    let ages = (
        judging.rule("age_from"),
        judging.rule("age_to"),
        judging.rule("first_by"),
    );
    let (Some(from), Some(to), Some(first_by)) = ages else {
        return judging.end(Verdict::NotKnown);
    };
    let Some(interval) = judging.months("interval") else {
        return judging.end(Verdict::NotKnown);
    };
    let Some(age) = age(facts.born, on).map(f64::from) else {
        judging.needs("born");
        return judging.end(Verdict::NotKnown);
    };
    let registered = match (facts.registered_female, facts.has_breasts) {
        (_, Some(false)) => {
            judging.because("has no breast tissue");
            return judging.end(Verdict::NotEligible);
        }
        (None, _) => {
            judging.needs("registered sex");
            return judging.end(Verdict::NotKnown);
        }
        (Some(false), None) => {
            judging.because("not registered as female");
            return judging.end(Verdict::NotEligible);
        }
        (Some(registered), _) => registered,
    };
    if age < from {
        judging.because(format!("aged {age}, and it begins at {from}"));
        return judging.end(Verdict::NotEligible);
    }
    if age > to || !registered {
        judging.because("not called, may ask for it");
        return judging.end(Verdict::OnRequest);
    }
    if facts.last.last().is_none() && age < first_by {
        // The first call comes with the practice's turn, at the latest by this birthday.
        if let Some(latest) = birthday(facts.born, first_by as i16) {
            judging.because(format!("the first call comes by {latest}"));
        }
    }
    judging.ends_after(facts.born, to);
    judging.end_after(facts.last, interval)
}
