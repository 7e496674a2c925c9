use std::collections::BTreeSet;

use codes::clinical::code_sets::CodeSets;
use codes::clinical::{cambridge, prevention, segmentation};

#[test]
fn our_codes_of_cambridges_conditions_can_be_read_and_leave_out_what_prescriptions_tell() {
    let text = include_str!("../data/clinical/cambridge_codes.csv");
    let read = CodeSets::<cambridge::Condition>::read(text).unwrap();
    assert_eq!(read.len(), text.lines().count() - 1);
    let listed: BTreeSet<&str> = read
        .iter()
        .map(|(_, _, found)| cambridge::NAMES[found.0])
        .collect();
    let without: Vec<&str> = cambridge::NAMES
        .into_iter()
        .filter(|name| !listed.contains(name))
        .collect();
    assert_eq!(without, ["constipation", "painful_condition"]);
}

#[test]
fn skin_cancer_other_than_melanoma_is_no_cancer_of_the_score() {
    let name = |code| cambridge::condition("icd-10", code).map(|found| cambridge::NAMES[found.0]);
    assert_eq!(name("C44.9"), None);
    assert_eq!(name("C43.9"), Some("cancer_last_5y"));
    assert_eq!(name("C50.1"), Some("cancer_last_5y"));
    assert_eq!(name("F10.0"), None);
    assert_eq!(name("F10.2"), Some("alcohol_problems"));
}

#[test]
fn each_of_the_fifteen_conditions_of_the_segments_has_codes() {
    let text = include_str!("../data/clinical/segmentation_snee_2024_condition_codes.csv");
    let read = CodeSets::<segmentation::Condition>::read(text).unwrap();
    assert_eq!(segmentation::CONDITION_CODES.len(), text.lines().count() - 1);
    let listed: BTreeSet<usize> = read.iter().map(|(_, _, found)| found.0).collect();
    assert_eq!(listed.len(), 15);
    let copd = segmentation::CONDITION_CODES.find("icd-10", "J44.0").unwrap();
    assert_eq!(segmentation::CONDITIONS[copd.0], "copd");
}

#[test]
fn every_code_of_an_element_of_the_segments_is_read() {
    let text = include_str!("../data/clinical/segmentation_snee_2024_element_codes.csv");
    CodeSets::<segmentation::Element>::read(text).unwrap();
    assert_eq!(segmentation::ELEMENT_CODES.len(), text.lines().count() - 1);
    let elements = segmentation::SNEE.elements();
    for name in segmentation::NOT_LOOKED_AT {
        assert!(elements.iter().any(|known| known == name), "{name}");
    }
    let text = include_str!("../data/clinical/segmentation_snee_2024_hospital_codes.csv");
    let read = CodeSets::<segmentation::Element>::read(text).unwrap();
    assert_eq!(segmentation::HOSPITAL_CODES.len(), text.lines().count() - 1);
    // All of the model's elements of hospital lists, and no other.
    let listed: BTreeSet<&str> = read
        .iter()
        .map(|(_, _, found)| elements[found.0].as_str())
        .collect();
    let asked = elements.iter().filter(|name| name.starts_with("hospital-"));
    assert_eq!(listed, asked.map(String::as_str).collect());
    assert!(listed.contains(segmentation::IN_EMERGENCY_STAYS));
    assert_eq!(
        segmentation::CONDITION_LABELS.len(),
        segmentation::CONDITIONS.len()
    );
}

#[test]
fn every_code_of_prevention_and_of_a_vaccine_is_read() {
    let facts = include_str!("../data/clinical/prevention_codes.csv");
    CodeSets::<prevention::Fact>::read(facts).unwrap();
    assert_eq!(prevention::FACT_CODES.len(), facts.lines().count() - 1);
    let vaccines = include_str!("../data/clinical/vaccine_codes.csv");
    CodeSets::<prevention::Vaccine>::read(vaccines).unwrap();
    assert_eq!(prevention::VACCINE_CODES.len(), vaccines.lines().count() - 1);
    let snomed = codes::system::SNOMED_CT;
    assert_eq!(prevention::vaccine(snomed, "720540002"), Some("MenB"));
    assert!(prevention::is_statin(codes::system::DMD, "42382311000001100"));
    assert!(!prevention::is_statin(codes::system::DMD, "720540002"));
    assert_eq!(
        prevention::fact(snomed, "266257000"),
        Some("transient-ischaemic-attack")
    );
    assert_eq!(prevention::fact(snomed, "230690007"), Some("stroke"));
    // A chronic kidney disease without its stage excludes nobody.
    assert_eq!(prevention::fact(snomed, "709044004"), None);
}
