//! Groups of people in which a model is looked at by itself (safety rules 23 and 24), with small numbers hidden.

use super::check::{Judged, Told, counts, may_be_shown};
use crate::facts::{ETHNIC_GROUPS, Sex};

/// Bands of age, in years, both included.
pub const AGE_BANDS: [(&str, u8, u8); 6] = [
    ("0 to 17", 0, 17),
    ("18 to 44", 18, 44),
    ("45 to 64", 45, 64),
    ("65 to 74", 65, 74),
    ("75 to 84", 75, 84),
    ("85 and over", 85, u8::MAX),
];

/// One group.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// By what people are told apart: sex, age, ethnicity.
    pub by: &'static str,
    /// Who.
    pub name: &'static str,
    /// What may be told of them.
    pub told: Told,
}

/// What puts somebody in a group.
type Belongs = Box<dyn Fn(&Judged) -> bool>;

fn ways() -> [(&'static str, Vec<(&'static str, Belongs)>); 3] {
    let sexes = [Sex::Female, Sex::Male, Sex::Other, Sex::Unknown].map(|sex| {
        let belongs: Belongs = Box::new(move |one| one.sex == sex);
        (sex.code(), belongs)
    });
    let ages = AGE_BANDS.map(|(name, first, last)| {
        let belongs: Belongs = Box::new(move |one| (first..=last).contains(&one.age));
        (name, belongs)
    });
    let ethnicities = ETHNIC_GROUPS.map(|(name, letters)| {
        let belongs: Belongs = Box::new(move |one| {
            let letter = if one.ethnicity == 0 {
                'Z'
            } else {
                char::from(one.ethnicity)
            };
            letters.contains(&letter)
        });
        (name, belongs)
    });
    [
        ("sex", sexes.into()),
        ("age", ages.into()),
        ("ethnicity", ethnicities.into()),
    ]
}

/// The figures of each group.
pub(super) fn of(people: &[Judged], threads: usize) -> Vec<Group> {
    let mut all = Vec::new();
    for (by, groups) in ways() {
        let parts: Vec<(&'static str, Vec<Judged>)> = groups
            .into_iter()
            .map(|(name, belongs)| (name, people.iter().filter(|one| belongs(one)).copied().collect()))
            .collect();
        let rows: Vec<[u64; 2]> = parts.iter().map(|(_, part)| counts(part)).collect();
        for ((name, part), shown) in parts.into_iter().zip(may_be_shown(&rows)) {
            all.push(Group {
                by,
                name,
                told: Told::of(&part, shown, threads),
            });
        }
    }
    all
}
