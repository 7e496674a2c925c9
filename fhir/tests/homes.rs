//! Where resources live.

use fhir::{Document, HomeRule, Limits};

fn home(text: &str) -> String {
    let document =
        Document::scan(text.as_bytes(), &Limits::default()).unwrap_or_else(|issues| panic!("{issues:#?}"));
    let resolved = |text: &str| {
        (text == "urn:uuid:c757873d-ec9a-4326-a141-556f43239520").then(|| "Patient/new".to_owned())
    };
    match document.root().prepare(&resolved).home {
        HomeRule::Itself => "itself".to_owned(),
        HomeRule::Unit(None) => "unit".to_owned(),
        HomeRule::Unit(Some(unit)) => format!("unit {}/{}", unit.resource_type.name(), unit.id),
        HomeRule::Person(people) => {
            let ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
            format!("person {}", ids.join(" "))
        }
    }
}

#[test]
fn a_patient_is_a_person_and_an_organisation_a_unit() {
    assert_eq!(home(r#"{"resourceType":"Patient","id":"a"}"#), "itself");
    assert_eq!(home(r#"{"resourceType":"Organization","name":"x"}"#), "unit");
}

#[test]
fn a_fact_lives_with_its_subject_and_others_named_are_members() {
    let text = r#"{"resourceType":"Observation","status":"final","code":{"text":"x"},
        "performer":[{"reference":"Patient/b"},{"reference":"Practitioner/c"}],"subject":{"reference":"Patient/a"}}"#;
    assert_eq!(home(text), "person a b");
}

#[test]
fn the_home_is_found_after_references_were_resolved() {
    let text = r#"{"resourceType":"Condition","subject":{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}}"#;
    assert_eq!(home(text), "person new");
}

#[test]
fn an_appointment_lives_with_its_first_patient() {
    let text = r#"{"resourceType":"Appointment","status":"booked","participant":[
        {"status":"accepted","actor":{"reference":"Practitioner/p"}},
        {"status":"accepted","actor":{"reference":"Patient/a"}}]}"#;
    assert_eq!(home(text), "person a");
}

#[test]
fn a_task_lives_with_whom_it_is_for() {
    let task = |members: &str| {
        format!(r#"{{"resourceType":"Task","status":"requested","intent":"order"{members}}}"#)
    };
    assert_eq!(
        home(&task(
            r#","owner":{"reference":"Patient/b"},"for":{"reference":"Patient/a"}"#
        )),
        "person a b"
    );
    assert_eq!(home(&task(r#","owner":{"reference":"Organization/o"}"#)), "unit");
}

#[test]
fn a_slot_lives_in_its_schedule() {
    let text = r#"{"resourceType":"Slot","status":"free","start":"2026-01-01T10:00:00Z","end":"2026-01-01T10:30:00Z",
        "schedule":{"reference":"Schedule/s"}}"#;
    assert_eq!(home(text), "unit Schedule/s");
}

#[test]
fn a_fact_about_a_group_is_its_own_unit() {
    assert_eq!(
        home(r#"{"resourceType":"Condition","subject":{"reference":"Group/g"}}"#),
        "unit"
    );
}
