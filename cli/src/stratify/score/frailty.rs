//! The electronic Frailty Index: by its bands, at the ages for which it was made.

use std::ops::RangeInclusive;

use care::score::efi::AGES;
use population::score::{Frailties, Scored};
use record::PersonKey;

use super::Bands;

pub(super) const HEADINGS: [&str; 6] = ["age", "deficits", "efi", "band", "medicines", "not_counted"];

fn ages() -> RangeInclusive<u8> {
    let whole = |age: &i64| u8::try_from(*age).unwrap_or(u8::MAX);
    whole(AGES.start())..=whole(AGES.end())
}

pub(super) fn bands(found: &Frailties) -> Bands {
    let ages = ages();
    let bands = found.bands(&ages);
    let [fit, mild, moderate, severe] = bands;
    Bands {
        within: format!("ages {} to {}", ages.start(), ages.end()),
        bands: vec![
            ("fit", fit),
            ("mild", mild),
            ("moderate", moderate),
            ("severe", severe),
        ],
        outside: (found.people.len() as u64).saturating_sub(bands.iter().sum()),
    }
}

pub(super) fn rows(found: &Frailties) -> impl Iterator<Item = (PersonKey, Vec<String>)> + '_ {
    let ages = ages();
    found.people.iter().map(move |one| (one.person, row(one, &ages)))
}

fn row(one: &Scored, ages: &RangeInclusive<u8>) -> Vec<String> {
    let within = ages.contains(&one.age);
    vec![
        one.age.to_string(),
        one.efi.count().to_string(),
        format!("{:.4}", one.efi.value()),
        // Outside of the ages for which it was made the index has no bands.
        if within {
            one.efi.frailty().name().to_owned()
        } else {
            String::new()
        },
        one.medicines.to_string(),
        one.odd.to_string(),
    ]
}
