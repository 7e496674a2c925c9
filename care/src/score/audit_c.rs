//! AUDIT-C: a total of alcohol use that was taken elsewhere.
//!
//! Sources: Bush 1998, Arch Intern Med 158:1789; Public Health England, alcohol use screening tests. Only the total is held:
//! the licence of the questionnaire's words is not cleared for a product, so none stands here. In the United Kingdom 5 and
//! more is positive for everybody; the first validation used 4 for men and 3 for women.

use crate::score::definition::{Allowed, Band, Definition, needed};
use crate::score::row::Reading;
use crate::score::{Outcome, Row, Score};

/// Total from which the screen is positive in the United Kingdom.
pub const POSITIVE_FROM: u8 = 5;

/// The score of rows: a total that was taken elsewhere, with its band.
#[derive(Debug)]
pub struct Rows;

static DEFINITION: Definition = Definition {
    name: "audit-c",
    title: "AUDIT-C, the total",
    version: "bands as used in the United Kingdom",
    source: "Bush K and others. Arch Intern Med 1998;158:1789-95, doi 10.1001/archinte.158.16.1789; Public Health England, \
             alcohol use screening tests",
    licence: "the total and its limits are facts; the words (WHO) are not shown",
    purpose: "shows that drinking may do harm, so that somebody asks; it does not diagnose",
    not_for_clinical_use: true,
    inputs: &[needed("total", "Total", "", Allowed::Whole(0, 12))],
    bands: &[
        Band::new("lower-risk", "Lower risk", 0.0),
        Band::new("increasing-risk", "Increasing risk", 5.0),
        Band::new("higher-risk", "Higher risk", 8.0),
        Band::new("possible-dependence", "Possible dependence", 11.0),
    ],
};

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(&DEFINITION, row);
        let total = reading.whole("total").map(|total| total as f64);
        reading.end(total)
    }
}
