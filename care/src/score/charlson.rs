//! Charlson's comorbidity index from ICD-10 codes, by three sets of weights; each output names which.
//!
//! Sources: Charlson 1987, J Chronic Dis 40:373; Quan 2005, Med Care 43:1130; Quan 2011, Am J Epidemiol 173:676; NHS England,
//! SHMI specification 1.60. Of mild and severe liver disease, diabetes without and with complication, and tumour and
//! metastasis, the severer alone counts. Points for age (Charlson 1994) are kept apart from the index.

use codes::clinical::charlson as table;
use codes::clinical::icd10::Icd10;
use std::sync::LazyLock;

use crate::score::definition::{Allowed, Definition, Input, needed, optional};
use crate::score::hierarchy::without_milder;
use crate::score::row::Reading;
use crate::score::{Outcome, Row, Score};

/// Milder condition and the severer that makes it not count, by place in [`table::NAMES`].
const HIERARCHY: [(u32, u32); 3] = [(8, 14), (9, 10), (13, 15)];

/// Conditions of one person: bit N is the Nth of [`table::NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct Conditions(pub u32);

impl Conditions {
    /// By Quan's prefixes.
    pub fn of_codes<'a>(codes: impl IntoIterator<Item = &'a Icd10>) -> Conditions {
        Conditions::by(&table::QUAN, codes)
    }

    /// By the prefixes of the SHMI, which has its own weights.
    pub fn of_codes_shmi<'a>(codes: impl IntoIterator<Item = &'a Icd10>) -> Conditions {
        Conditions::by(&table::SHMI, codes)
    }

    fn by<'a>(
        prefixes: &codes::clinical::icd10::Prefixes,
        codes: impl IntoIterator<Item = &'a Icd10>,
    ) -> Conditions {
        let found = codes
            .into_iter()
            .fold(0, |found, code| found | prefixes.categories(code));
        // Seventeen conditions: the bits fit.
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
}

/// A set of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weights {
    /// Charlson 1987.
    Original,
    /// Quan 2011.
    Quan2011,
    /// SHMI 1.60, for its own prefixes; an index below nought is nought.
    Shmi,
}

static ORIGINAL: LazyLock<[i32; table::CONDITIONS]> = LazyLock::new(|| table::weights("charlson1987"));
static QUAN_2011: LazyLock<[i32; table::CONDITIONS]> = LazyLock::new(|| table::weights("quan2011"));
static SHMI: LazyLock<[i32; table::CONDITIONS]> = LazyLock::new(|| table::weights("shmi_uk_v1_60"));

/// The index: the sum of the weights of what counts.
pub fn index(conditions: Conditions, weights: Weights) -> i32 {
    let of: &[i32; table::CONDITIONS] = match weights {
        Weights::Original => &ORIGINAL,
        Weights::Quan2011 => &QUAN_2011,
        Weights::Shmi => &SHMI,
    };
    let counted = conditions.counted();
    let sum = of
        .iter()
        .enumerate()
        .filter(|(place, _)| counted.has(*place))
        .map(|(_, weight)| weight)
        .sum();
    match weights {
        Weights::Original | Weights::Quan2011 => sum,
        Weights::Shmi => std::cmp::max(sum, 0),
    }
}

/// Points for age in years (Charlson 1994), to be shown beside the index, not in it.
///
/// ```
/// assert_eq!([49, 50, 69, 80].map(care::score::charlson::age_points), [0, 1, 2, 4]);
/// ```
pub const fn age_points(age: u8) -> u8 {
    match age {
        0..=49 => 0,
        50..=59 => 1,
        60..=69 => 2,
        70..=79 => 3,
        80.. => 4,
    }
}

/// The index of rows by one set of weights.
#[derive(Debug)]
pub struct Rows(pub Weights);

const INPUTS: &[Input] = &[
    needed("codes", "ICD-10 diagnoses", "", Allowed::List),
    optional(
        "age",
        "Age",
        "a",
        Allowed::Whole(0, 120),
        "the age is not known: no points for age are shown",
    ),
];

const PURPOSE: &str = "describes how ill a population of hospital patients is, for comparing like with like";

const fn definition(name: &'static str, version: &'static str, title: &'static str) -> Definition {
    Definition {
        name,
        title,
        version,
        source: "Charlson ME and others. J Chronic Dis 1987;40:373-83; Quan H and others. Med Care 2005;43:1130-9, \
                 doi 10.1097/01.mlr.0000182534.19832.83; Am J Epidemiol 2011;173:676-82, doi 10.1093/aje/kwq433; \
                 NHS England, SHMI specification 1.60",
        licence: "facts; the tables from pycomorb, MIT",
        purpose: PURPOSE,
        not_for_clinical_use: true,
        inputs: INPUTS,
        bands: &[],
    }
}

static WITH_ORIGINAL: Definition = definition(
    "charlson-1987",
    "prefixes Quan 2005, weights Charlson 1987",
    "Charlson Comorbidity Index, weights of 1987",
);
static WITH_QUAN: Definition = definition(
    "charlson-2011",
    "prefixes Quan 2005, weights Quan 2011",
    "Charlson Comorbidity Index, weights of 2011",
);
static WITH_SHMI: Definition = definition(
    "charlson-shmi",
    "prefixes and weights SHMI 1.60",
    "Charlson Comorbidity Index of the SHMI",
);

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        match self.0 {
            Weights::Original => &WITH_ORIGINAL,
            Weights::Quan2011 => &WITH_QUAN,
            Weights::Shmi => &WITH_SHMI,
        }
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(self.definition(), row);
        let codes = reading.icd10("codes");
        if let Some(age) = reading.whole("age").and_then(|age| u8::try_from(age).ok()) {
            reading.note(format!("points for age, not in the index: {}", age_points(age)));
        }
        let Some(codes) = codes else {
            return reading.end(None);
        };
        let conditions = match self.0 {
            Weights::Original | Weights::Quan2011 => Conditions::of_codes(&codes),
            Weights::Shmi => Conditions::of_codes_shmi(&codes),
        };
        let counted = conditions.counted();
        for (place, name) in table::NAMES.iter().enumerate() {
            if counted.has(place) {
                reading.note(*name);
            }
        }
        reading.end(Some(f64::from(index(conditions, self.0))))
    }
}
