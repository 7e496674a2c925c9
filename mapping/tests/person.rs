use care::person::death::{DeathNotice, DeathStatement};
use care::person::{Channel, Person};
use serde_json::json;

use crate::uk;

#[test]
fn a_uk_patient_is_read_in_full() {
    let person = mapping::patient::from_fhir(&uk::patient()).unwrap();
    assert_eq!(person.display_name(), "Peggy Marsh");
    assert_eq!(person.formal_name(), "MARSH, Margaret (Mrs)");
    let held = person.nhs_number.as_ref().unwrap();
    assert_eq!(held.number.display(), "999\u{a0}054\u{a0}8609");
    assert!(held.is_verified());
    assert_eq!(person.identifiers.len(), 1, "the hospital number");
    assert_eq!(person.language().unwrap().language.words(), "Irish");
    assert_eq!(person.interpreter_needed, Some(true));
    assert_eq!(
        person.registered_practice().unwrap().words(),
        Some("Mill Lane Surgery")
    );
    assert_eq!(person.whereabouts.postcode(), Some("SN12 6AA"));
    let telecom = person.whereabouts.known().unwrap().current_telecom();
    assert_eq!(
        (telecom[0].channel, telecom[0].value.as_deref()),
        (Some(Channel::Phone), Some("07700 900001"))
    );
    assert_eq!(
        person.age(jiff::civil::date(2026, 8, 3)).unwrap().words(),
        "85 years"
    );
    assert_eq!(person.contacts[0].name_words(), "Tom Marsh");
}

#[test]
fn a_person_comes_back_from_fhir_as_they_were() {
    let person = mapping::patient::from_fhir(&uk::patient()).unwrap();
    let written = mapping::patient::to_fhir(&person);
    assert_eq!(mapping::patient::from_fhir(&written).unwrap(), person);
    for key in [
        "name",
        "telecom",
        "gender",
        "birthDate",
        "address",
        "maritalStatus",
        "contact",
        "communication",
        "generalPractitioner",
    ] {
        assert_eq!(written[key], uk::patient()[key], "{key}");
    }
}

#[test]
fn the_retired_verification_system_is_read_and_the_new_one_sent() {
    let mut value = uk::patient();
    value["identifier"][0]["extension"][0]["valueCodeableConcept"]["coding"][0]["system"] =
        json!("https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus");
    let person = mapping::patient::from_fhir(&value).unwrap();
    assert!(person.nhs_number.as_ref().unwrap().is_verified());
    let written = mapping::patient::to_fhir(&person);
    let coding = &written["identifier"][0]["extension"][0]["valueCodeableConcept"]["coding"][0];
    assert_eq!(coding["system"], codes::system::NHS_NUMBER_VERIFICATION_STATUS);
}

#[test]
fn a_number_that_fails_the_check_is_kept_as_an_identifier_and_not_as_an_nhs_number() {
    let mut value = uk::patient();
    value["identifier"][0]["value"] = json!("9991234567");
    let person = mapping::patient::from_fhir(&value).unwrap();
    assert_eq!(person.nhs_number, None);
    assert!(
        person
            .identifiers
            .iter()
            .any(|identifier| identifier.value.as_deref() == Some("9991234567"))
    );
}

#[test]
fn an_informal_death_notice_is_kept_apart_from_a_formal_one() {
    let mut value = uk::patient();
    value["deceasedDateTime"] = json!("2026-07-01");
    value["extension"].as_array_mut().unwrap().push(json!({
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus",
        "extension": [
            { "url": "deathNotificationStatus", "valueCodeableConcept": { "coding": [{ "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeathNotificationStatus", "code": "1" }] } },
            { "url": "systemEffectiveDate", "valueDateTime": "2026-07-02" }
        ] }));
    let person = mapping::patient::from_fhir(&value).unwrap();
    assert_eq!(person.death.notice, Some(DeathNotice::Informal));
    assert!(matches!(person.death.statement, Some(DeathStatement::On(_))));
    assert!(person.death.is_unverified());
    assert_eq!(
        mapping::patient::from_fhir(&mapping::patient::to_fhir(&person)).unwrap(),
        person
    );
}

#[test]
fn a_person_of_whom_nothing_is_known_is_read() {
    let person = mapping::patient::from_fhir(&json!({ "resourceType": "Patient" })).unwrap();
    assert_eq!(person, Person::default());
}

#[test]
fn a_superseded_number_is_kept_but_never_shown_as_the_persons_number() {
    let mut value = uk::patient();
    let old = json!({ "use": "old", "system": codes::system::NHS_NUMBER, "value": "9000000009" });
    value["identifier"].as_array_mut().unwrap().insert(0, old);
    let person = mapping::patient::from_fhir(&value).unwrap();
    assert_eq!(person.nhs_number.as_ref().unwrap().number.digits(), "9990548609");
    assert!(
        person
            .identifiers
            .iter()
            .any(|identifier| identifier.value.as_deref() == Some("9000000009"))
    );
}

#[test]
fn a_letter_or_a_call_is_told_from_other_ways_to_be_reached() {
    let wants = |method: serde_json::Value| {
        let mut value = uk::patient();
        value["extension"] = json!([{ "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactPreference",
            "extension": [{ "url": "PreferredContactMethod", "valueCodeableConcept": method }] }]);
        let patient = mapping::patient::wants_letter_or_call(value.to_string().as_bytes());
        value["resourceType"] = json!("RelatedPerson");
        assert!(!mapping::patient::wants_letter_or_call(
            value.to_string().as_bytes()
        ));
        patient
    };
    let coded = |code: &str| json!({ "coding": [{ "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-PreferredContactMethod", "code": code }] });
    for code in ["1", "3", "6"] {
        assert!(wants(coded(code)), "{code}");
    }
    for code in ["2", "4", "8", "9"] {
        assert!(!wants(coded(code)), "{code}");
    }
    assert!(wants(json!({ "text": "Telephone call" })) && !wants(json!({ "text": "Email" })));
    assert!(!wants(
        json!({ "coding": [{ "system": "urn:other", "code": "1" }] })
    ));
    assert!(!mapping::patient::wants_letter_or_call(
        uk::patient().to_string().as_bytes()
    ));
    assert!(!mapping::patient::wants_letter_or_call(
        b"{ PreferredContactMethod"
    ));
}
