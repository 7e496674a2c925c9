//! The terms of the model: what it reads of a person on the index day, and the numbers that come of it.
//!
//! Ethnicity is no term, by intention: it is a group that the check looks at. Nor is deprivation, since files hold no decile of an area.

use std::sync::LazyLock;

use care::score::efi::{Deficit, DeficitSet};

use crate::facts::{Class, Sex};

/// Ages, in years, above which the slope of the line by age may change.
pub const KNOTS: [u8; 6] = [5, 18, 45, 65, 75, 85];
/// The classes of contact that are counted: all that say what sort it was. An emergency stay counts as a stay.
pub const CLASSES: [Class; 8] = [
    Class::Ambulatory,
    Class::Emergency,
    Class::Inpatient,
    Class::Home,
    Class::Virtual,
    Class::Field,
    Class::Observation,
    Class::BeforeAdmission,
];

const AGE: usize = 0;
const SEX: usize = AGE + 1 + KNOTS.len();
const DEFICITS: usize = SEX + 3;
const MEDICINES: usize = DEFICITS + Deficit::ALL.len();
const CONDITIONS: usize = MEDICINES + 1;
const CONTACTS: usize = CONDITIONS + 1;
/// How many terms there are.
pub const COUNT: usize = CONTACTS + CLASSES.len();

/// One term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its name in files.
    pub name: String,
    /// What one more of it is, for people.
    pub meaning: String,
    /// Whether it is 0 or 1.
    pub is_yes_or_no: bool,
}

/// The terms, in their order.
pub static TERMS: LazyLock<Vec<Term>> = LazyLock::new(|| {
    let term = |name: String, meaning: String, is_yes_or_no| Term {
        name,
        meaning,
        is_yes_or_no,
    };
    let mut all = vec![term("age".to_owned(), "ten years of age".to_owned(), false)];
    all.extend(KNOTS.iter().map(|knot| {
        let meaning = format!("ten years of age above {knot}, beside those of the terms before");
        term(format!("age-over-{knot}"), meaning, false)
    }));
    all.extend(
        [
            ("sex-male", "male, beside female"),
            ("sex-other", "another sex, beside female"),
            ("sex-unknown", "sex not recorded, beside female"),
        ]
        .map(|(name, meaning)| term(name.to_owned(), meaning.to_owned(), true)),
    );
    all.extend(Deficit::ALL.map(|deficit| {
        let meaning = format!("deficit of the frailty index: {}", deficit.label());
        term(format!("deficit-{}", deficit.code()), meaning, true)
    }));
    all.push(term(
        "medicines".to_owned(),
        "doubling of 1 + different medicines in the twelve months before".to_owned(),
        false,
    ));
    all.push(term(
        "conditions".to_owned(),
        "long-term condition of the 15 that segments count".to_owned(),
        false,
    ));
    all.extend(CLASSES.map(|class| {
        let meaning = format!(
            "doubling of 1 + {} contacts begun in the 365 days up to the index day",
            class.code()
        );
        term(format!("contacts-{}", class.code()), meaning, false)
    }));
    all
});

/// What the model reads of a person on the index day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Inputs {
    /// Age in whole years, 0 to 130.
    pub age: u8,
    /// Sex.
    pub sex: Sex,
    /// Long-term conditions, 0 to 15.
    pub conditions: u8,
    /// Different medicines in the twelve months before; 255 stands for more.
    pub medicines: u8,
    /// Contacts begun in the 365 days up to the day, by [`CLASSES`]; 255 stands for more.
    pub contacts: [u8; CLASSES.len()],
    /// Deficits of the frailty index, as the bits of [`DeficitSet`].
    pub deficits: u64,
}

/// The binary logarithm of one more than a count.
static DOUBLINGS: LazyLock<[f64; 256]> = LazyLock::new(|| {
    let mut all = [0.0; 256];
    for (count, one) in (1u16..).zip(&mut all) {
        *one = f64::from(count).log2();
    }
    all
});

impl Inputs {
    /// Gives each term that is not nought, by its place in [`TERMS`], in ascending order.
    pub fn each(&self, mut take: impl FnMut(usize, f64)) {
        let mut some = |place: usize, value: f64| {
            if value != 0.0 {
                take(place, value);
            }
        };
        some(AGE, f64::from(self.age) / 10.0);
        for (at, knot) in KNOTS.iter().enumerate() {
            some(AGE + 1 + at, f64::from(self.age.saturating_sub(*knot)) / 10.0);
        }
        match self.sex {
            Sex::Female => {}
            Sex::Male => some(SEX, 1.0),
            Sex::Other => some(SEX + 1, 1.0),
            Sex::Unknown => some(SEX + 2, 1.0),
        }
        let mut bits = DeficitSet::from_bits(self.deficits).bits();
        while bits != 0 {
            some(DEFICITS + bits.trailing_zeros() as usize, 1.0);
            bits &= bits - 1;
        }
        let doublings = &*DOUBLINGS;
        some(MEDICINES, doublings[usize::from(self.medicines)]);
        some(CONDITIONS, f64::from(self.conditions));
        for (at, count) in self.contacts.iter().enumerate() {
            some(CONTACTS + at, doublings[usize::from(*count)]);
        }
    }

    /// All terms, by place.
    #[must_use]
    pub fn values(&self) -> [f64; COUNT] {
        let mut all = [0.0; COUNT];
        self.each(|place, value| all[place] = value);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_term_has_a_name_of_its_own_and_a_person_is_told_by_them() {
        let names: std::collections::BTreeSet<&str> = TERMS.iter().map(|term| term.name.as_str()).collect();
        assert_eq!((TERMS.len(), names.len()), (COUNT, COUNT));
        let one = Inputs {
            age: 78,
            sex: Sex::Male,
            conditions: 2,
            medicines: 7,
            contacts: [3, 1, 0, 0, 0, 0, 0, 0],
            deficits: DeficitSet::NONE
                .with(Deficit::Falls)
                .with(Deficit::WeightLoss)
                .bits(),
        };
        let told: Vec<String> = one
            .values()
            .iter()
            .zip(TERMS.iter())
            .filter(|(value, _)| **value != 0.0)
            .map(|(value, term)| format!("{} {value}", term.name))
            .collect();
        assert_eq!(
            told,
            [
                "age 7.8",
                "age-over-5 7.3",
                "age-over-18 6",
                "age-over-45 3.3",
                "age-over-65 1.3",
                "age-over-75 0.3",
                "sex-male 1",
                "deficit-falls 1",
                "deficit-weight-loss 1",
                "medicines 3",
                "conditions 2",
                "contacts-ambulatory 2",
                "contacts-emergency 1",
            ]
        );
        assert!(!names.iter().any(|name| name.contains("ethnic")));
    }
}
