//! PHQ-9: how severe depressive symptoms were over two weeks.
//!
//! Source: Kroenke 2001, J Gen Intern Med 16:606. Nine items of 0 to 3; the total is 0 to 27. **Any answer above nought to
//! the ninth item, on death and self-harm, prompts, whatever the total and even when other items are missing.**

use crate::score::definition::{Allowed, Band, Definition, needed};
use crate::score::row::Reading;
use crate::score::{Outcome, Row, Score};

/// What is said when the ninth item is above nought.
pub const PROMPT: &str = "item 9 is above 0: ask about thoughts of death and self-harm now";

/// The total of nine items of 0 to 3; nothing when an item is higher.
///
/// ```
/// assert_eq!(care::score::phq9::total([1, 1, 2, 2, 1, 1, 1, 0, 1]), Some(10));
/// ```
pub fn total(items: [u8; 9]) -> Option<u8> {
    items.iter().all(|item| *item <= 3).then(|| items.iter().sum())
}

/// The score of rows.
#[derive(Debug)]
pub struct Rows;

const ITEM: Allowed = Allowed::Whole(0, 3);
const ITEMS: [&str; 9] = [
    "item_1", "item_2", "item_3", "item_4", "item_5", "item_6", "item_7", "item_8", "item_9",
];

static DEFINITION: Definition = Definition {
    name: "phq-9",
    title: "Patient Health Questionnaire, nine items",
    version: "Kroenke 2001",
    source: "Kroenke K, Spitzer RL, Williams JB. J Gen Intern Med 2001;16:606-13, doi 10.1046/j.1525-1497.2001.016009606.x",
    licence: "free to use without permission (Pfizer, 2010)",
    purpose: "says how severe depressive symptoms were over two weeks; it does not diagnose",
    not_for_clinical_use: true,
    inputs: &[
        needed("item_1", "Interest or pleasure", "", ITEM),
        needed("item_2", "Low mood", "", ITEM),
        needed("item_3", "Sleep", "", ITEM),
        needed("item_4", "Energy", "", ITEM),
        needed("item_5", "Appetite", "", ITEM),
        needed("item_6", "Feeling bad about oneself", "", ITEM),
        needed("item_7", "Concentration", "", ITEM),
        needed("item_8", "Slowness or restlessness", "", ITEM),
        needed("item_9", "Thoughts of death or self-harm", "", ITEM),
    ],
    bands: &[
        Band::new("none-minimal", "None or minimal", 0.0),
        Band::new("mild", "Mild", 5.0),
        Band::new("moderate", "Moderate", 10.0),
        Band::new("moderately-severe", "Moderately severe", 15.0),
        Band::new("severe", "Severe", 20.0),
    ],
};

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(&DEFINITION, row);
        let others = reading.sum(&ITEMS[..8]);
        let ninth = reading.whole("item_9");
        if ninth.is_some_and(|item| item > 0) {
            reading.note(PROMPT);
        }
        let total = others.zip(ninth).map(|(others, ninth)| (others + ninth) as f64);
        reading.end(total)
    }
}
