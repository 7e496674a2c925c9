use care::record::fact::allergy::{AllergyCertainty, AllergyStatus, Criticality};
use care::record::{AllergyStanding, PersonRecord, allergies};

use crate::made::{allergy, at};

fn record(facts: Vec<care::record::Fact<care::record::fact::Allergy>>) -> PersonRecord {
    PersonRecord {
        allergies: facts,
        ..PersonRecord::default()
    }
}

#[test]
fn nothing_recorded_is_not_the_same_as_none_known() {
    assert_eq!(
        allergies(&record(vec![])).banner_words(),
        "Allergies not recorded"
    );
    let none = record(vec![allergy("a", "716186003", "No known allergy")]);
    assert_eq!(allergies(&none).banner_words(), "No known allergies");
}

#[test]
fn no_known_drug_allergy_does_not_become_no_known_allergies() {
    let drug = record(vec![allergy("a", "409137002", "No known drug allergy")]);
    let list = allergies(&drug);
    assert_eq!(list.standing, AllergyStanding::NoneOfASort);
    assert_eq!(list.banner_words(), "No known drug allergy");
}

#[test]
fn an_active_allergy_beside_none_known_is_shown_and_called_contradictory() {
    let both = record(vec![
        allergy("a", "716186003", "No known allergy"),
        allergy("b", "91936005", "Allergy to penicillin"),
    ]);
    let list = allergies(&both);
    assert_eq!(list.banner_words(), "Allergy to penicillin");
    assert!(list.is_contradictory);
    assert_eq!(list.none_known.len(), 1);
}

#[test]
fn refuted_and_withdrawn_allergies_are_not_live_and_not_lost() {
    let mut refuted = allergy("a", "91936005", "Allergy to penicillin");
    refuted.what.certainty = Some(AllergyCertainty::Refuted);
    let mut withdrawn = allergy("b", "300916003", "Latex allergy");
    withdrawn.entered_in_error = true;
    let record = record(vec![refuted, withdrawn]);
    let list = allergies(&record);
    assert!(list.active.is_empty());
    assert_eq!((list.refuted.len(), list.entered_in_error), (1, 1));
    assert_eq!(list.standing, AllergyStanding::NoneActive);
}

#[test]
fn only_withdrawn_entries_leave_allergies_not_recorded() {
    let mut withdrawn = allergy("a", "716186003", "No known allergy");
    withdrawn.entered_in_error = true;
    assert_eq!(
        allergies(&record(vec![withdrawn])).standing,
        AllergyStanding::NotRecorded
    );
}

#[test]
fn high_risk_comes_first_whatever_its_date() {
    let mut old = at(allergy("a", "91936005", "Allergy to penicillin"), "1999");
    old.what.criticality = Some(Criticality::High);
    let record = record(vec![
        at(allergy("b", "300916003", "Latex allergy"), "2026-01-01"),
        old,
    ]);
    assert_eq!(
        allergies(&record).banner_words(),
        "Allergy to penicillin, Latex allergy"
    );
}

#[test]
fn an_allergy_without_status_counts_as_active_and_a_resolved_one_does_not() {
    let mut resolved = allergy("a", "300916003", "Latex allergy");
    resolved.what.status = Some(AllergyStatus::Resolved);
    let record = record(vec![resolved, allergy("b", "91936005", "Allergy to penicillin")]);
    let list = allergies(&record);
    assert_eq!(list.active.len(), 1);
    assert_eq!(list.inactive.len(), 1);
}
