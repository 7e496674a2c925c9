use care::record::{Kind, TimelineFilter, first_two_minutes, timeline};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::uk;

fn all() -> Vec<Value> {
    let mut all = vec![uk::patient()];
    all.extend(uk::resources());
    all
}

#[test]
fn every_resource_turns_up_as_a_fact_of_its_kind() {
    let all = all();
    let record = uk::record(&all);
    assert!(record.person.is_some());
    assert_eq!(record.facts().count(), all.len() - 1);
    assert!(
        record.unmapped.is_empty() && record.others.is_empty(),
        "{:?}",
        record.unmapped
    );
}

#[test]
fn a_resource_that_cannot_be_read_is_shown_as_such_and_its_neighbour_one_edit_away_is_read() {
    let good = uk::resources().remove(0);
    let mut bad = good.clone();
    bad["onsetDateTime"] = json!("2026-02-30");
    let record = uk::record(&[bad, good]);
    assert_eq!(record.problems.len(), 1);
    assert_eq!(record.unmapped[0].what.type_name, "Condition");
    assert_eq!(
        record.unmapped[0].what.why,
        "onsetDateTime is not a date that exists"
    );
    assert_eq!(record.unmapped[0].id, "c1");
}

#[test]
fn bytes_that_are_not_a_resource_are_counted_too() {
    let bytes: [&[u8]; 4] = [b"{", b"[]", b"{\"resourceType\":7}", b"\xff\xfe"];
    let record = mapping::person_record(bytes.into_iter());
    assert_eq!(record.unmapped.len(), 4);
    assert_eq!(record.facts().count(), 4);
}

#[test]
fn other_types_are_listed_with_words_and_date() {
    let claim = json!({ "resourceType": "Appointment", "id": "ap", "status": "booked", "start": "2026-09-01T09:00:00Z", "description": "Respiratory clinic" });
    let record = uk::record(&[claim]);
    let other = &record.others[0];
    assert_eq!(
        (other.what.type_name.as_str(), other.what.words.as_deref()),
        ("Appointment", Some("Respiratory clinic"))
    );
    assert_eq!(
        other.provenance.sort_date().unwrap().words(),
        "1 September 2026, 10:00"
    );
}

#[test]
fn claims_keep_their_date_wherever_their_type_stands_and_ask_the_directory_for_nothing() {
    let claims = [
        r#"{"resourceType":"Claim","id":"c1","billablePeriod":{"start":"2019-01-02"},"provider":{"reference":"Organization/o1"}}"#,
        r#"{"provider":{"reference":"Organization/o1"},"billablePeriod":{"start":"2019-01-02"},"id":"c2","resourceType":"Claim"}"#,
    ];
    let record = mapping::person_record(claims.iter().map(|claim| claim.as_bytes()));
    let read: Vec<_> = record
        .others
        .iter()
        .map(|fact| (fact.id.as_str(), fact.provenance.sort_date().unwrap().text()))
        .collect();
    assert_eq!(read, [("c1", "2019-01-02"), ("c2", "2019-01-02")]);
    assert!(mapping::directory_references(claims.iter().map(|claim| claim.as_bytes())).is_empty());
    let cut =
        mapping::person_record([&claims[0].as_bytes()[..60], b"{\"resourceType\":\"Claim\"} x"].into_iter());
    assert_eq!(
        cut.unmapped.len(),
        2,
        "a cut or trailing text is said, not skipped"
    );
}

#[test]
fn names_behind_references_come_from_the_same_set_and_from_the_directory() {
    let condition = json!({ "resourceType": "Condition", "id": "c", "subject": { "reference": uk::PATIENT }, "code": { "text": "COPD" },
        "encounter": { "reference": "Encounter/e9" }, "asserter": { "reference": "PractitionerRole/pr" } });
    let encounter = json!({ "resourceType": "Encounter", "id": "e9", "status": "finished", "type": [{ "text": "Clinic" }], "serviceProvider": { "reference": "Organization/o9/_history/2" } });
    let role = json!({ "resourceType": "PractitionerRole", "id": "pr", "practitioner": { "reference": "Practitioner/p9" }, "code": [{ "text": "Consultant" }] });
    let practitioner = json!({ "resourceType": "Practitioner", "id": "p9", "name": [{ "family": "Okoro", "prefix": ["Dr"] }] });
    let organisation = json!({ "resourceType": "Organization", "id": "o9", "name": "Marsh General" });
    let person = uk::bytes(&[condition, encounter]);
    let directory = uk::bytes(&[role, practitioner, organisation]);
    let wanted = mapping::directory_references(person.iter().map(Vec::as_slice));
    assert_eq!(
        wanted,
        [
            ("Organization".to_owned(), "o9".to_owned()),
            ("PractitionerRole".to_owned(), "pr".to_owned())
        ]
    );
    let record = mapping::person_record_with(
        person.iter().map(Vec::as_slice),
        directory.iter().map(Vec::as_slice),
    );
    let provenance = &record.problems[0].provenance;
    assert_eq!(provenance.source_words(), "Marsh General");
    assert_eq!(provenance.author_words(), "Consultant");
    assert_eq!(
        provenance.author.as_ref().unwrap().name.as_deref(),
        Some("Dr Okoro")
    );
    assert_eq!(
        record.problems[0].encounter.as_ref().unwrap().words(),
        Some("Clinic")
    );
    assert_eq!(
        record.facts().count(),
        2,
        "the directory lends names and adds no facts"
    );
}

#[test]
fn a_contained_medication_names_the_medicine() {
    let request = json!({ "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
        "contained": [{ "resourceType": "Medication", "id": "med", "code": { "text": "Ramipril 5mg capsules" } }],
        "medicationReference": { "reference": "#med" } });
    assert_eq!(
        uk::record(&[request]).medicines[0].what.words(),
        "Ramipril 5mg capsules"
    );
    let split = [
        json!({ "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order", "medicationReference": { "reference": "Medication/med" } }),
        json!({ "resourceType": "Medication", "id": "med", "code": { "text": "Ramipril 5mg capsules" } }),
    ];
    assert_eq!(
        uk::record(&split).medicines[0].what.words(),
        "Ramipril 5mg capsules"
    );
}

#[test]
fn peggys_first_two_minutes_are_what_a_clinician_must_see() {
    let record = uk::record(&all());
    let page = first_two_minutes(&record, "2026-08-03T09:00:00Z".parse().unwrap());
    assert_eq!(page.allergies.banner_words(), "Penicillin");
    assert_eq!(
        page.allergies.active[0].what.reaction_words(),
        "Anaphylaxis (severe)"
    );
    assert_eq!(page.problems[0].fact.what.words(), "COPD");
    assert_eq!(
        page.problems[0].fact.provenance.author_words(),
        "General practitioner"
    );
    assert_eq!(
        page.problems[0].fact.provenance.source_words(),
        "Mill Lane Surgery"
    );
    let medicines: Vec<String> = page
        .medicines
        .iter()
        .map(|line| format!("{}: {}", line.fact.what.words(), line.fact.what.dose_words()))
        .collect();
    assert_eq!(
        medicines,
        [
            "Carbocisteine 375mg capsules: Two capsules three times a day. 750mg, Oral, 3 times a day, after food; 2.5mg to 5mg, when needed for breathlessness",
            "Paracetamol 500mg tablets: Up to eight a day",
        ]
    );
    assert_eq!(
        page.emergency_documents[0].what.words(),
        "ReSPECT form, version 3"
    );
    assert_eq!(page.plans[0].fact.what.words(), "If I get worse");
    assert_eq!(page.plans[0].goals.len(), 1);
    assert_eq!(page.advance_decisions.len(), 1);
    assert_eq!(page.adjustments[0].what.code.words(), "Needs to lip-read");
    assert_eq!(
        page.vital_signs[0].fact.what.value_words(),
        "Systolic 142 mmHg; Diastolic No value: not heard"
    );
    assert_eq!(page.results[0].fact.what.value_words(), ">131 umol/L");
    assert!(page.results[0].is_marked);
    assert_eq!(page.last_encounter.unwrap().what.words(), "Home visit");
    assert_eq!(page.contacts[0].contact.name_words(), "Tom Marsh");
}

#[test]
fn every_dated_fact_that_can_be_an_event_is_on_the_timeline() {
    let record = uk::record(&all());
    let shown = timeline(&record, &TimelineFilter::default());
    let placed: usize = shown.days.iter().map(|day| day.entries.len()).sum::<usize>() + shown.undated.len();
    let events = record
        .facts()
        .filter(|fact| !matches!(fact.kind(), Kind::Contact | Kind::Other))
        .count();
    assert_eq!(placed, events);
}

/// Puts something odd at one place of a resource.
fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(7)),
        Just(json!("")),
        Just(json!("2026-02-30")),
        Just(json!([])),
        Just(json!([null])),
        Just(json!({})),
        Just(json!({ "coding": [{}] })),
        Just(json!({ "reference": "#nothing" })),
        Just(json!([[{ "reference": 3 }]])),
        Just(json!(-1e308)),
    ]
}

proptest! {
    #[test]
    fn odd_members_never_panic_and_never_lose_a_resource(which in 0usize..16, member in 0usize..24, odd in odd()) {
        let mut value = uk::resources().swap_remove(which);
        let keys: Vec<String> = value.as_object().unwrap().keys().filter(|key| *key != "resourceType").cloned().collect();
        let key = &keys[member % keys.len()];
        value[key.as_str()] = odd;
        let record = uk::record(&[value]);
        prop_assert_eq!(record.facts().count(), 1);
        let now = "2026-08-03T09:00:00Z".parse().unwrap();
        let _ = first_two_minutes(&record, now);
        let _ = timeline(&record, &TimelineFilter::default());
        for fact in record.facts() {
            let _ = (fact.title(), fact.detail());
        }
    }
}
