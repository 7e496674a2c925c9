//! The Hospital Frailty Risk Score: by its bands, of those of 75 and over who were in hospital as an emergency in the twelve months.

use care::score::hfrs::Risk;
use population::score::{Scores, Stayed};
use record::PersonKey;

use super::Bands;

pub(super) const HEADINGS: [&str; 5] = ["age", "score", "band", "diagnoses", "not_counted"];

/// The score was made for people of this age and over.
const FROM: u8 = 75;
const NO_STAY: &str = "no emergency stay in 12 months";
/// No diagnosis in ICD-10: nothing is known, which is not nought.
const NOTHING_CODED: &str = "no diagnosis of a stay coded in ICD-10";

/// The band; `None` where nothing is coded.
fn band(one: &Stayed) -> Option<Risk> {
    (one.diagnoses > 0).then(|| one.categories.risk())
}

pub(super) fn bands(found: &Scores<Stayed>) -> Bands {
    let old: Vec<&Stayed> = found.people.iter().filter(|one| one.age >= FROM).collect();
    let stayed = || old.iter().filter(|one| one.index_stay.is_known());
    let count = |risk: Option<Risk>| stayed().filter(|one| band(one) == risk).count() as u64;
    Bands {
        within: format!("ages {FROM} and over"),
        bands: vec![
            (Risk::Low.name(), count(Some(Risk::Low))),
            (Risk::Intermediate.name(), count(Some(Risk::Intermediate))),
            (Risk::High.name(), count(Some(Risk::High))),
            (NOTHING_CODED, count(None)),
            (NO_STAY, (old.len() - stayed().count()) as u64),
        ],
        outside: (found.people.len() - old.len()) as u64,
    }
}

pub(super) fn rows(found: &Scores<Stayed>) -> impl Iterator<Item = (PersonKey, Vec<String>)> + '_ {
    let people = found.people.iter();
    let stayed = people.filter(|one| one.age >= FROM && one.index_stay.is_known());
    stayed.map(|one| (one.person, row(one)))
}

/// Score and band are empty where nothing is coded in ICD-10.
fn row(one: &Stayed) -> Vec<String> {
    let tenths = one.categories.tenths();
    let band = band(one);
    vec![
        one.age.to_string(),
        band.map(|_| format!("{}.{}", tenths / 10, tenths % 10))
            .unwrap_or_default(),
        band.map(Risk::name).unwrap_or_default().to_owned(),
        one.diagnoses.to_string(),
        one.odd.to_string(),
    ]
}
