//! Allergies: what is known, that none is known, or that nobody has asked. The three never look alike.

use super::fact::{Allergy, Fact};
use super::{PersonRecord, live, newest_first, withdrawn};

/// What the record as a whole says of allergies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllergyStanding {
    /// Nothing was recorded: not the same as none.
    NotRecorded,
    /// Somebody recorded that no allergy is known.
    NoneKnown,
    /// Somebody recorded that no allergy of one sort (such as drugs) is known, and no allergy stands.
    NoneOfASort,
    /// Only inactive, resolved or refuted allergies stand.
    NoneActive,
    /// At least one active allergy stands.
    Known,
}

impl AllergyStanding {
    /// For the banner: never blank.
    pub fn words(self) -> &'static str {
        match self {
            AllergyStanding::NotRecorded => "Allergies not recorded",
            AllergyStanding::NoneKnown => "No known allergies",
            AllergyStanding::NoneOfASort => "No known allergies of one sort",
            AllergyStanding::NoneActive => "No active allergies recorded",
            AllergyStanding::Known => "Allergies",
        }
    }
}

/// Allergies of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct AllergyList<'r> {
    /// What the record says as a whole.
    pub standing: AllergyStanding,
    /// Active: high risk first, then newest first.
    pub active: Vec<&'r Fact<Allergy>>,
    /// Statements that none, or none of one sort, is known: newest first.
    pub none_known: Vec<&'r Fact<Allergy>>,
    /// Inactive or resolved: newest first.
    pub inactive: Vec<&'r Fact<Allergy>>,
    /// Ruled out: newest first.
    pub refuted: Vec<&'r Fact<Allergy>>,
    /// Whether a "none known" statement stands beside an active allergy: a page must show both and say so.
    pub is_contradictory: bool,
    /// How many were withdrawn as entered in error.
    pub entered_in_error: usize,
}

impl AllergyList<'_> {
    /// One line for the banner: "Penicillin, latex", "No known allergies", "No known drug allergy", "Allergies not
    /// recorded". Active allergies are all named.
    pub fn banner_words(&self) -> String {
        match self.standing {
            AllergyStanding::Known => {
                let mut names: Vec<&str> = Vec::new();
                for fact in &self.active {
                    if !names.contains(&fact.what.words()) {
                        names.push(fact.what.words());
                    }
                }
                names.join(", ")
            }
            AllergyStanding::NoneOfASort => {
                let names: Vec<&str> = self.none_known.iter().map(|fact| fact.what.words()).collect();
                names.join(", ")
            }
            standing => standing.words().to_owned(),
        }
    }
}

/// Allergies (PRSB "Allergies and adverse reactions"). Refuted ones and those entered in error are not live, and not lost.
pub fn allergies(record: &PersonRecord) -> AllergyList<'_> {
    let mut all: Vec<&Fact<Allergy>> = live(&record.allergies).collect();
    all.sort_by(|a, b| newest_first(a, b));
    let (refuted, standing): (Vec<&Fact<Allergy>>, Vec<_>) =
        all.into_iter().partition(|fact| fact.what.is_refuted());
    let (statements, allergies): (Vec<&Fact<Allergy>>, Vec<_>) = standing
        .into_iter()
        .partition(|fact| fact.what.says_none_known() || fact.what.says_none_of_a_sort());
    let (mut active, mut inactive): (Vec<&Fact<Allergy>>, Vec<_>) =
        allergies.into_iter().partition(|fact| fact.what.is_active());
    active.sort_by_key(|fact| !fact.what.is_high_risk());
    let (none_known, withdrawn_statements): (Vec<&Fact<Allergy>>, Vec<_>) =
        statements.into_iter().partition(|fact| fact.what.is_active());
    inactive.extend(withdrawn_statements);
    let none_at_all = none_known.iter().any(|fact| fact.what.says_none_known());
    let standing = if !active.is_empty() {
        AllergyStanding::Known
    } else if none_at_all {
        AllergyStanding::NoneKnown
    } else if !none_known.is_empty() {
        AllergyStanding::NoneOfASort
    } else if !inactive.is_empty() || !refuted.is_empty() {
        AllergyStanding::NoneActive
    } else {
        AllergyStanding::NotRecorded
    };
    let is_contradictory = none_at_all && !active.is_empty();
    AllergyList {
        standing,
        active,
        none_known,
        inactive,
        refuted,
        is_contradictory,
        entered_in_error: withdrawn(&record.allergies),
    }
}
