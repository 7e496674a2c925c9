//! The Cambridge Multimorbidity Score: the sum of each person, and counts by how many conditions. The literature has no bands of the
//! sum, so that none are made here.

use care::score::cambridge::{Version, sum};
use population::score::{Multimorbid, Scores};
use record::PersonKey;

use super::{ADULT, Bands};

pub(super) const HEADINGS: [&str; 4] = ["age", "conditions", "sum", "not_counted"];

const GROUPS: [&str; 5] = ["0 conditions", "1", "2", "3", "4 or more"];

/// The modified score was made for people of 16 and over; the others for adults.
fn from(version: Version) -> u8 {
    match version {
        Version::Modified => 16,
        Version::General | Version::Mortality => ADULT,
    }
}

pub(super) fn bands(version: Version, found: &Scores<Multimorbid>) -> Bands {
    let from = from(version);
    let mut bands = GROUPS.map(|words| (words, 0));
    let within = found.people.iter().filter(|one| one.age >= from);
    for one in within.clone() {
        let count = one.conditions.known_to(version).count() as usize;
        bands[count.min(GROUPS.len() - 1)].1 += 1;
    }
    Bands {
        within: format!("ages {from} and over"),
        bands: bands.to_vec(),
        outside: (found.people.len() - within.count()) as u64,
    }
}

pub(super) fn rows(
    version: Version,
    found: &Scores<Multimorbid>,
) -> impl Iterator<Item = (PersonKey, Vec<String>)> + '_ {
    let people = found.people.iter().filter(move |one| one.age >= from(version));
    people.map(move |one| (one.person, row(version, one)))
}

fn row(version: Version, one: &Multimorbid) -> Vec<String> {
    vec![
        one.age.to_string(),
        one.conditions.known_to(version).count().to_string(),
        // Of nobody's conditions the sum is a nought with a sign.
        format!("{:.4}", sum(one.conditions, version) + 0.0),
        one.odd.to_string(),
    ]
}
