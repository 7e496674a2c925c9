//! Elixhauser's comorbidities with van Walraven's weights, from ICD-10 codes.
//!
//! Sources: Quan 2005, Med Care 43:1130; van Walraven 2009, Med Care 47:626, doi 10.1097/MLR.0b013e31819432e5. Complicated beats
//! uncomplicated (hypertension, diabetes), metastatic cancer beats solid tumour. The sum may be below nought.

use codes::clinical::elixhauser as table;
use codes::clinical::icd10::Icd10;

use crate::score::definition::{Allowed, Definition, needed};
use crate::score::hierarchy::without_milder;
use crate::score::row::Reading;
use crate::score::{Outcome, Row, Score};

/// Milder condition and the severer that makes it not count, by place in the table.
const HIERARCHY: [(u32, u32); 3] = [(5, 6), (10, 11), (19, 18)];

/// Conditions of one person: bit N is the Nth of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct Conditions(pub u32);

impl Conditions {
    /// By Quan's prefixes; one code may stand for two conditions (I11.0: heart failure and hypertension).
    pub fn of_codes<'a>(codes: impl IntoIterator<Item = &'a Icd10>) -> Conditions {
        let found = codes
            .into_iter()
            .fold(0, |found, code| found | table::QUAN.categories(code));
        // Thirty-one conditions: the bits fit.
        Conditions(found as u32)
    }

    /// Those that count: without the milder where the severer is there.
    #[must_use]
    pub fn counted(self) -> Conditions {
        Conditions(without_milder(self.0, &HIERARCHY))
    }

    /// Whether the condition of that place is there.
    pub const fn has(self, place: usize) -> bool {
        self.0 >> place & 1 == 1
    }

    /// How many count, 0 to 31.
    pub fn count(self) -> u32 {
        self.counted().0.count_ones()
    }
}

/// Van Walraven's sum, -19 to 85 (89 were the hierarchy not applied).
pub fn van_walraven(conditions: Conditions) -> i32 {
    let counted = conditions.counted();
    table::WEIGHTS
        .iter()
        .enumerate()
        .filter(|(place, _)| counted.has(*place))
        .map(|(_, weight)| weight)
        .sum()
}

/// The score of rows.
#[derive(Debug)]
pub struct Rows;

static DEFINITION: Definition = Definition {
    name: "elixhauser-van-walraven",
    title: "Elixhauser comorbidities, van Walraven's weights",
    version: "prefixes Quan 2005, weights van Walraven 2009",
    source: "Quan H and others. Med Care 2005;43:1130-9, doi 10.1097/01.mlr.0000182534.19832.83; van Walraven C and others. \
             Med Care 2009;47:626-33, doi 10.1097/MLR.0b013e31819432e5",
    licence: "facts; the tables from pycomorb, MIT",
    purpose: "describes how ill a population of hospital patients is, for comparing like with like",
    not_for_clinical_use: true,
    inputs: &[needed("codes", "ICD-10 diagnoses", "", Allowed::List)],
    bands: &[],
};

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(&DEFINITION, row);
        let Some(codes) = reading.icd10("codes") else {
            return reading.end(None);
        };
        let conditions = Conditions::of_codes(&codes);
        let counted = conditions.counted();
        for (place, name) in table::names().into_iter().enumerate() {
            if counted.has(place) {
                reading.note(name);
            }
        }
        reading.end(Some(f64::from(van_walraven(conditions))))
    }
}
