//! GAD-7: how severe anxiety was over two weeks.
//!
//! Source: Spitzer 2006, Arch Intern Med 166:1092. Seven items of 0 to 3; the total is 0 to 21.

use crate::score::definition::{Allowed, Band, Definition, needed};
use crate::score::row::Reading;
use crate::score::{Outcome, Row, Score};

/// The total of seven items of 0 to 3; nothing when an item is higher.
///
/// ```
/// assert_eq!(care::score::gad7::total([3, 3, 3, 3, 3, 3, 3]), Some(21));
/// ```
pub fn total(items: [u8; 7]) -> Option<u8> {
    items.iter().all(|item| *item <= 3).then(|| items.iter().sum())
}

/// The score of rows.
#[derive(Debug)]
pub struct Rows;

const ITEM: Allowed = Allowed::Whole(0, 3);
const ITEMS: [&str; 7] = [
    "item_1", "item_2", "item_3", "item_4", "item_5", "item_6", "item_7",
];

static DEFINITION: Definition = Definition {
    name: "gad-7",
    title: "Generalised Anxiety Disorder scale, seven items",
    version: "Spitzer 2006",
    source: "Spitzer RL and others. Arch Intern Med 2006;166:1092-7, doi 10.1001/archinte.166.10.1092",
    licence: "free to use without permission (Pfizer, 2010)",
    purpose: "says how severe anxiety was over two weeks; it does not diagnose",
    not_for_clinical_use: true,
    inputs: &[
        needed("item_1", "Feeling anxious", "", ITEM),
        needed("item_2", "Worry that cannot be stopped", "", ITEM),
        needed("item_3", "Worry about many things", "", ITEM),
        needed("item_4", "Relaxing", "", ITEM),
        needed("item_5", "Restlessness", "", ITEM),
        needed("item_6", "Irritability", "", ITEM),
        needed("item_7", "Dread", "", ITEM),
    ],
    bands: &[
        Band::new("minimal", "Minimal", 0.0),
        Band::new("mild", "Mild", 5.0),
        Band::new("moderate", "Moderate", 10.0),
        Band::new("severe", "Severe", 15.0),
    ],
};

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(&DEFINITION, row);
        let total = reading.sum(&ITEMS).map(|total| total as f64);
        reading.end(total)
    }
}
