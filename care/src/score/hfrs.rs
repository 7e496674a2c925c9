//! Hospital Frailty Risk Score, from the ICD-10 codes of a stay and of the two years before.
//!
//! Source: Gilbert 2018, Lancet 391:1775, doi 10.1016/S0140-6736(18)30668-8. For people of 75 and over with an emergency
//! admission: the index admission and those of the two years before it, each of 109 categories counted once.
//! Low below 5, intermediate 5 to 15, high above 15.

use codes::clinical::hfrs as table;
use codes::clinical::icd10::Icd10;

use crate::score::definition::{Allowed, Band, Definition, needed, optional};
use crate::score::row::Reading;
use crate::score::{Outcome, Row, Score};

/// Categories of one person: bit N is the Nth of the table of 109.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct Categories(u128);

impl Categories {
    /// Of recorded codes, by their first three characters.
    pub fn of_codes<'a>(codes: impl IntoIterator<Item = &'a Icd10>) -> Categories {
        Categories(
            codes
                .into_iter()
                .filter_map(table::place)
                .fold(0, |found, place| found | 1 << place),
        )
    }

    /// These and others.
    #[must_use]
    pub const fn with(self, others: Categories) -> Categories {
        Categories(self.0 | others.0)
    }

    /// The score in tenths of a point: exact, as the weights have one decimal.
    pub fn tenths(self) -> u32 {
        table::weights()
            .iter()
            .enumerate()
            .filter(|(place, _)| self.0 >> place & 1 == 1)
            .map(|(_, tenths)| tenths)
            .sum()
    }

    /// The band.
    pub fn risk(self) -> Risk {
        match self.tenths() {
            0..50 => Risk::Low,
            50..=150 => Risk::Intermediate,
            _ => Risk::High,
        }
    }
}

/// The bands of the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// Below 5.
    Low,
    /// 5 to 15, both included.
    Intermediate,
    /// Above 15.
    High,
}

impl Risk {
    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Risk::Low => "low",
            Risk::Intermediate => "intermediate",
            Risk::High => "high",
        }
    }
}

/// The score of rows.
#[derive(Debug)]
pub struct Rows;

static DEFINITION: Definition = Definition {
    name: "hfrs",
    title: "Hospital Frailty Risk Score",
    version: "Gilbert 2018",
    source: "Gilbert T and others. Lancet 2018;391:1775-82, doi 10.1016/S0140-6736(18)30668-8",
    licence: "facts; the table from pycomorb, MIT",
    purpose: "finds hospital patients of 75 and over who may be frail, from coded stays; known only after coding",
    not_for_clinical_use: true,
    inputs: &[
        needed(
            "codes",
            "ICD-10 diagnoses of the stay and of the two years before",
            "",
            Allowed::List,
        ),
        optional(
            "age",
            "Age at admission",
            "a",
            Allowed::Whole(0, 120),
            "the age is not known; the score was made for 75 and over",
        ),
    ],
    bands: &[
        Band::new("low", "Low", 0.0),
        Band::new("intermediate", "Intermediate", 5.0),
        Band::new("high", "High", 15.1),
    ],
};

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(&DEFINITION, row);
        let codes = reading.icd10("codes");
        if let Some(age) = reading.whole("age").filter(|age| *age < 75) {
            reading.note(format!(
                "age {age} lies below the 75 years that the score was made for"
            ));
        }
        let Some(codes) = codes else {
            return reading.end(None);
        };
        let found = Categories::of_codes(&codes);
        reading.end_with_band(Some(f64::from(found.tenths()) / 10.0), Some(found.risk().name()))
    }
}
