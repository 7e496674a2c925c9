//! 4AT: a quick look for delirium.
//!
//! Source: the 4AT, www.the4at.com (MacLullich, Ryan, Cash), CC BY 4.0; Bellelli 2014, Age Ageing 43:496. Four parts, 0 to 12:
//! 4 and more is possible delirium, 1 to 3 possible cognitive impairment, 0 makes either unlikely.

use crate::score::definition::{Allowed, Band, Definition, needed};
use crate::score::row::Reading;
use crate::score::{Outcome, Row, Score};

/// The total of alertness (0 or 4), AMT4 (0 to 2), attention (0 to 2) and acute change (0 or 4); nothing when a part is
/// none of these.
///
/// ```
/// assert_eq!(care::score::four_at::total(0, 1, 1, 4), Some(6));
/// assert_eq!(care::score::four_at::total(3, 0, 0, 0), None);
/// ```
pub const fn total(alertness: u8, amt4: u8, attention: u8, change: u8) -> Option<u8> {
    match (alertness, amt4, attention, change) {
        (0 | 4, 0..=2, 0..=2, 0 | 4) => Some(alertness + amt4 + attention + change),
        _ => None,
    }
}

/// The score of rows.
#[derive(Debug)]
pub struct Rows;

static DEFINITION: Definition = Definition {
    name: "4at",
    title: "4AT, for delirium",
    version: "4AT 1.2",
    source: "MacLullich AMJ, Ryan T, Cash H. 4AT, www.the4at.com; Bellelli G and others. Age Ageing 2014;43:496-502, \
             doi 10.1093/ageing/afu021",
    licence: "CC BY 4.0, the4at.com",
    purpose: "shows that delirium is possible, so that a clinician looks; 0 does not rule it out where the history is thin",
    not_for_clinical_use: true,
    inputs: &[
        needed("alertness", "Alertness", "", Allowed::Choice(&["0", "4"])),
        needed(
            "amt4",
            "Four questions of orientation",
            "",
            Allowed::Choice(&["0", "1", "2"]),
        ),
        needed(
            "attention",
            "Attention: months backwards",
            "",
            Allowed::Choice(&["0", "1", "2"]),
        ),
        needed(
            "acute_change",
            "Acute change or fluctuation",
            "",
            Allowed::Choice(&["0", "4"]),
        ),
    ],
    bands: &[
        Band::new(
            "unlikely",
            "Delirium or severe cognitive impairment unlikely",
            0.0,
        ),
        Band::new(
            "possible-cognitive-impairment",
            "Possible cognitive impairment",
            1.0,
        ),
        Band::new("possible-delirium", "Possible delirium", 4.0),
    ],
};

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(&DEFINITION, row);
        let alertness = reading.choice("alertness").map(|place| place * 4);
        let amt4 = reading.choice("amt4");
        let attention = reading.choice("attention");
        let change = reading.choice("acute_change").map(|place| place * 4);
        let parts = [alertness, amt4, attention, change];
        let total: Option<usize> = parts.into_iter().sum();
        reading.end(total.map(|total| total as f64))
    }
}
