//! Barthel index: how much somebody does for themselves, in ten activities. Two scales exist, so each result names its own:
//! 0 to 20 (Collin 1988, the one that the electronic Frailty Index means) and 0 to 100 (Mahoney and Barthel 1965).
//!
//! Sources: Collin 1988, Int Disabil Stud 10:61; Mahoney and Barthel 1965, Md State Med J 14:61. One point of the first is
//! five of the second. The sources give no bands.

use crate::score::definition::{Allowed, Definition, needed};
use crate::score::row::Reading;
use crate::score::{Outcome, Row, Score};

/// Activities with the most points that each has on the scale of 20.
pub const ACTIVITIES: [(&str, u8); 10] = [
    ("bowels", 2),
    ("bladder", 2),
    ("grooming", 1),
    ("toilet", 2),
    ("feeding", 2),
    ("transfer", 3),
    ("mobility", 3),
    ("dressing", 2),
    ("stairs", 2),
    ("bathing", 1),
];

/// The index of 0 to 20, from points in the order of [`ACTIVITIES`]; nothing when one has more than it can have.
pub fn of_20(points: [u8; 10]) -> Option<u8> {
    let within = points
        .iter()
        .zip(ACTIVITIES)
        .all(|(points, (_, most))| *points <= most);
    within.then(|| points.iter().sum())
}

/// Which scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scale {
    /// 0 to 20.
    Twenty,
    /// 0 to 100, in steps of five.
    Hundred,
}

/// The index of rows on one scale.
#[derive(Debug)]
pub struct Rows(pub Scale);

static TWENTY: Definition = Definition {
    name: "barthel-20",
    title: "Barthel index, 0 to 20",
    version: "Collin 1988, of 20",
    source: "Collin C and others. Int Disabil Stud 1988;10:61-3, doi 10.3109/09638288809164103",
    licence: "the method is free and widely reproduced with citation",
    purpose: "describes how much help somebody needs day by day",
    not_for_clinical_use: true,
    inputs: &[
        needed("bowels", "Bowels", "", Allowed::Whole(0, 2)),
        needed("bladder", "Bladder", "", Allowed::Whole(0, 2)),
        needed("grooming", "Grooming", "", Allowed::Whole(0, 1)),
        needed("toilet", "Toilet", "", Allowed::Whole(0, 2)),
        needed("feeding", "Feeding", "", Allowed::Whole(0, 2)),
        needed("transfer", "Bed to chair", "", Allowed::Whole(0, 3)),
        needed("mobility", "Mobility", "", Allowed::Whole(0, 3)),
        needed("dressing", "Dressing", "", Allowed::Whole(0, 2)),
        needed("stairs", "Stairs", "", Allowed::Whole(0, 2)),
        needed("bathing", "Bathing", "", Allowed::Whole(0, 1)),
    ],
    bands: &[],
};

const TO_5: Allowed = Allowed::Choice(&["0", "5"]);
const TO_10: Allowed = Allowed::Choice(&["0", "5", "10"]);
const TO_15: Allowed = Allowed::Choice(&["0", "5", "10", "15"]);

static HUNDRED: Definition = Definition {
    name: "barthel-100",
    title: "Barthel index, 0 to 100",
    version: "Mahoney and Barthel 1965, of 100",
    source: "Mahoney FI, Barthel DW. Md State Med J 1965;14:61-5",
    licence: "the method is free and widely reproduced with citation",
    purpose: "describes how much help somebody needs day by day",
    not_for_clinical_use: true,
    inputs: &[
        needed("bowels", "Bowels", "", TO_10),
        needed("bladder", "Bladder", "", TO_10),
        needed("grooming", "Grooming", "", TO_5),
        needed("toilet", "Toilet", "", TO_10),
        needed("feeding", "Feeding", "", TO_10),
        needed("transfer", "Bed to chair", "", TO_15),
        needed("mobility", "Mobility", "", TO_15),
        needed("dressing", "Dressing", "", TO_10),
        needed("stairs", "Stairs", "", TO_10),
        needed("bathing", "Bathing", "", TO_5),
    ],
    bands: &[],
};

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        match self.0 {
            Scale::Twenty => &TWENTY,
            Scale::Hundred => &HUNDRED,
        }
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(self.definition(), row);
        let names = ACTIVITIES.map(|(name, _)| name);
        let total = match self.0 {
            Scale::Twenty => reading.sum(&names),
            Scale::Hundred => {
                let read = names.map(|name| reading.choice(name));
                let steps: Option<usize> = read.into_iter().sum();
                steps.and_then(|steps| i64::try_from(steps * 5).ok())
            }
        };
        reading.note(match self.0 {
            Scale::Twenty => "on the scale of 0 to 20",
            Scale::Hundred => "on the scale of 0 to 100",
        });
        reading.end(total.map(|total| total as f64))
    }
}
