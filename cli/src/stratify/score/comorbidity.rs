//! Charlson's and Elixhauser's comorbidities of adults, in groups of the index.

use care::score::{charlson, elixhauser};
use population::score::{Comorbid, Scores};
use record::PersonKey;

use super::{ADULT, Bands, Which};

pub(super) const HEADINGS: [&str; 6] = [
    "age",
    "conditions",
    "index",
    "age_points",
    "diagnoses",
    "not_counted",
];

/// No diagnosis in ICD-10: nothing is known, which is not nought.
const NOTHING_CODED: &str = "no problem coded in ICD-10";
/// Groups of the index, each with its first value (Gasparini 2018, J Open Source Softw 3:648, doi 10.21105/joss.00648).
const CHARLSON: [(&str, i32); 4] = [("0", i32::MIN), ("1 to 2", 1), ("3 to 4", 3), ("5 or more", 5)];
const VAN_WALRAVEN: [(&str, i32); 4] = [("under 0", i32::MIN), ("0", 0), ("1 to 4", 1), ("5 or more", 5)];

/// The index of somebody's conditions.
fn index(which: Which, one: &Comorbid) -> i32 {
    match which {
        Which::Charlson2011 => charlson::index(one.charlson, charlson::Weights::Quan2011),
        Which::ElixhauserVanWalraven => elixhauser::van_walraven(one.elixhauser),
        _ => charlson::index(one.charlson, charlson::Weights::Original),
    }
}

fn conditions(which: Which, one: &Comorbid) -> u32 {
    match which {
        Which::ElixhauserVanWalraven => one.elixhauser.count(),
        _ => one.charlson.counted().0.count_ones(),
    }
}

pub(super) fn bands(which: Which, found: &Scores<Comorbid>) -> Bands {
    let groups = match which {
        Which::ElixhauserVanWalraven => &VAN_WALRAVEN,
        _ => &CHARLSON,
    };
    let mut bands: Vec<(&str, u64)> = groups.iter().map(|(words, _)| (*words, 0)).collect();
    bands.push((NOTHING_CODED, 0));
    let adults = found.people.iter().filter(|one| one.age >= ADULT);
    for one in adults.clone() {
        let index = index(which, one);
        let reached = groups.iter().filter(|(_, from)| index >= *from).count();
        let place = if one.diagnoses == 0 { bands.len() } else { reached };
        if let Some((_, count)) = bands.get_mut(place.saturating_sub(1)) {
            *count += 1;
        }
    }
    Bands {
        within: format!("ages {ADULT} and over"),
        bands,
        outside: (found.people.len() - adults.count()) as u64,
    }
}

pub(super) fn rows(
    which: Which,
    found: &Scores<Comorbid>,
) -> impl Iterator<Item = (PersonKey, Vec<String>)> + '_ {
    let people = found.people.iter().filter(|one| one.age >= ADULT);
    people.map(move |one| (one.person, row(which, one)))
}

/// Empty where nothing is coded in ICD-10, and for points that Charlson's index alone has.
fn row(which: Which, one: &Comorbid) -> Vec<String> {
    let known = |words: String| {
        if one.diagnoses == 0 { String::new() } else { words }
    };
    let points = match which {
        Which::ElixhauserVanWalraven => String::new(),
        _ => charlson::age_points(one.age).to_string(),
    };
    vec![
        one.age.to_string(),
        known(conditions(which, one).to_string()),
        known(index(which, one).to_string()),
        points,
        one.diagnoses.to_string(),
        one.odd.to_string(),
    ]
}
