//! LACE: the chance that somebody dies or comes back unplanned within 30 days of leaving hospital, as points.
//!
//! Source: van Walraven 2010, CMAJ 182:551, doi 10.1503/cmaj.091117. Length of stay, acute admission, comorbidity (weights of
//! its own, not Charlson's), emergency department visits. A stay of 14 days or more is 7 points (a modified LACE met in
//! England gives 6). The visit that led to the admission does not count among the visits.

use crate::score::definition::{Allowed, Band, Definition, needed};
use crate::score::row::Reading;
use crate::score::{Outcome, Row, Score};

/// Comorbidities with the weights that LACE gives them.
pub const COMORBIDITIES: [(&str, u8); 14] = [
    ("previous-myocardial-infarction", 1),
    ("cerebrovascular-disease", 1),
    ("peripheral-vascular-disease", 1),
    ("diabetes-without-complications", 1),
    ("congestive-heart-failure", 2),
    ("diabetes-with-end-organ-damage", 2),
    ("chronic-pulmonary-disease", 2),
    ("mild-liver-or-renal-disease", 2),
    ("any-tumour", 2),
    ("dementia", 3),
    ("connective-tissue-disease", 3),
    ("aids", 4),
    ("moderate-or-severe-liver-or-renal-disease", 4),
    ("metastatic-solid-tumour", 6),
];

/// Points for days in hospital: 0 for less than one.
pub const fn stay_points(days: u32) -> u8 {
    match days {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 3,
        4..=6 => 4,
        7..=13 => 5,
        14.. => 7,
    }
}

/// Points for the sum of the weights of the comorbidities.
pub const fn comorbidity_points(sum: u32) -> u8 {
    match sum {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 3,
        4.. => 5,
    }
}

/// The index, 0 to 19: days in hospital, whether the admission was acute, the sum of the weights of comorbidities, and
/// visits to an emergency department in the six months before.
///
/// ```
/// // Five days, acute, comorbidities of 5, two visits.
/// assert_eq!(care::score::lace::index(5, true, 5, 2), 14);
/// ```
pub const fn index(days: u32, acute: bool, comorbidity: u32, visits: u32) -> u8 {
    let acute = if acute { 3 } else { 0 };
    let visits = if visits > 4 { 4 } else { visits as u8 };
    stay_points(days) + acute + comorbidity_points(comorbidity) + visits
}

/// The score of rows.
#[derive(Debug)]
pub struct Rows;

static DEFINITION: Definition = Definition {
    name: "lace",
    title: "LACE index",
    version: "van Walraven 2010",
    source: "van Walraven C and others. CMAJ 2010;182:551-7, doi 10.1503/cmaj.091117",
    licence: "facts",
    purpose: "helps to decide whom to follow up after a stay in hospital; it is known on the day of discharge, for adults",
    not_for_clinical_use: true,
    inputs: &[
        needed("days", "Length of stay", "d", Allowed::Whole(0, 3660)),
        needed("acute", "Acute admission", "", Allowed::YesNo),
        needed(
            "comorbidities",
            "Comorbidities, by LACE's names",
            "",
            Allowed::List,
        ),
        needed(
            "emergency_visits",
            "Emergency department visits in the 6 months before, without the one that led to the stay",
            "",
            Allowed::Whole(0, 366),
        ),
    ],
    bands: &[
        Band::new("not-high", "Below the usual limit", 0.0),
        Band::new("high", "High", 10.0),
    ],
};

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(&DEFINITION, row);
        let count = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
        let days = count(reading.whole("days"));
        let acute = reading.yes("acute");
        let listed = reading.list("comorbidities", "names of LACE's comorbidities", |word| {
            COMORBIDITIES.iter().position(|(name, _)| *name == word)
        });
        let visits = count(reading.whole("emergency_visits"));
        let value = (|| {
            let (days, acute, visits) = (days?, acute?, visits?);
            let mut places = listed?;
            places.sort_unstable();
            places.dedup();
            let sum = places
                .iter()
                .map(|place| u32::from(COMORBIDITIES[*place].1))
                .sum();
            Some(f64::from(index(days, acute, sum, visits)))
        })();
        reading.end(value)
    }
}
