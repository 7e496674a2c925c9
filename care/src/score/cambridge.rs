//! Cambridge Multimorbidity Score: a weighted sum of long-term conditions.
//!
//! Sources: Payne 2020, CMAJ 192:E107 (20 conditions; a general outcome and mortality); Tsang 2023, BJGP 73:e435, doi
//! 10.3399/BJGP.2022.0235 (21 conditions, log hazards of dying within a year, age 16 and over). Anxiety and depression
//! count once together. The sums for mortality may be below nought. The literature has no bands, so there are none here.

use codes::clinical::cambridge as table;

use crate::score::definition::{Allowed, Definition, Input, needed};
use crate::score::row::Reading;
use crate::score::{Outcome, Row, Score};

/// Conditions of one person: bit N is the Nth of [`table::NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct Conditions(pub u32);

impl Conditions {
    /// This set and the condition of that name; the set itself when no version knows it.
    #[must_use]
    pub fn with(self, name: &str) -> Conditions {
        match place(name) {
            Some(place) => Conditions(self.0 | 1 << place),
            None => self,
        }
    }

    /// Those that a version knows.
    #[must_use]
    pub fn known_to(self, version: Version) -> Conditions {
        let known = (0..table::NAMES.len()).filter(|place| version.knows(*place));
        Conditions(self.0 & known.fold(0, |known, place| known | 1 << place))
    }

    /// How many.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }
}

/// The place of a condition in [`table::NAMES`].
pub fn place(name: &str) -> Option<usize> {
    table::NAMES.iter().position(|known| *known == name)
}

/// Which version of the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// Payne 2020, general outcome.
    General,
    /// Payne 2020, mortality.
    Mortality,
    /// Tsang 2023.
    Modified,
}

impl Version {
    fn weights(self) -> &'static table::Weights {
        match self {
            Version::General => &table::GENERAL,
            Version::Mortality => &table::MORTALITY,
            Version::Modified => &table::MODIFIED,
        }
    }

    /// Whether this version knows the condition of that place.
    pub fn knows(self, place: usize) -> bool {
        self.weights().get(place).is_some_and(Option::is_some)
    }
}

/// The sum of the weights; conditions that the version does not know add nothing.
///
/// ```
/// use care::score::cambridge::{Conditions, Version, sum};
/// let two = Conditions::default().with("dementia").with("copd");
/// assert!((sum(two, Version::General) - 3.96).abs() < 1e-9);
/// ```
pub fn sum(conditions: Conditions, version: Version) -> f64 {
    version
        .weights()
        .iter()
        .enumerate()
        .filter(|(place, _)| conditions.0 >> place & 1 == 1)
        .filter_map(|(_, weight)| *weight)
        .sum()
}

/// The score of rows by one version.
#[derive(Debug)]
pub struct Rows(pub Version);

const INPUTS: &[Input] = &[needed(
    "conditions",
    "Long-term conditions, by the names of the table",
    "",
    Allowed::List,
)];

const fn definition(name: &'static str, title: &'static str, version: &'static str) -> Definition {
    Definition {
        name,
        title,
        version,
        source: "Payne RA and others. CMAJ 2020;192:E107-14, doi 10.1503/cmaj.190757; Tsang RSM and others. \
                 Br J Gen Pract 2023;73:e435-42, doi 10.3399/BJGP.2022.0235",
        licence: "facts; the modified weights from the NCL ICB dbt project, OGL v3 and MIT",
        purpose: "describes how much illness a population carries; it says nothing certain of one person",
        not_for_clinical_use: true,
        inputs: INPUTS,
        bands: &[],
    }
}

static GENERAL: Definition = definition(
    "cambridge-general",
    "Cambridge Multimorbidity Score, general outcome",
    "Payne 2020, 20 conditions, general outcome",
);
static MORTALITY: Definition = definition(
    "cambridge-mortality",
    "Cambridge Multimorbidity Score, mortality",
    "Payne 2020, 20 conditions, mortality",
);
static MODIFIED: Definition = definition(
    "cambridge-modified",
    "Modified Cambridge Multimorbidity Score, one-year mortality",
    "Tsang 2023, 21 conditions, log hazards",
);

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        match self.0 {
            Version::General => &GENERAL,
            Version::Mortality => &MORTALITY,
            Version::Modified => &MODIFIED,
        }
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(self.definition(), row);
        let Some(places) = reading.list("conditions", "names of the table of conditions", place) else {
            return reading.end(None);
        };
        for place in places.iter().filter(|place| !self.0.knows(**place)) {
            reading.note(format!("{} does not count in this version", table::NAMES[*place]));
        }
        let found = places.iter().fold(Conditions::default(), |found, place| {
            Conditions(found.0 | 1 << place)
        });
        reading.end(Some(sum(found, self.0)))
    }
}
