//! What a resource forbids, limits or withdraws is never lost on the way.

use care::record::{first_two_minutes, medicines};
use serde_json::{Value, json};

use crate::uk;

fn request(more: &Value) -> Value {
    let mut value = json!({ "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
        "medicationCodeableConcept": { "text": "Aspirin" }, "subject": { "reference": uk::PATIENT } });
    for (key, member) in more.as_object().unwrap() {
        value[key] = member.clone();
    }
    value
}

fn now() -> jiff::Timestamp {
    "2026-08-03T09:00:00Z".parse().unwrap()
}

#[test]
fn do_not_give_is_never_read_as_give() {
    let value = request(&json!({ "doNotPerform": true }));
    let fact = mapping::medication_request::from_fhir(&value).unwrap();
    assert_eq!(mapping::medication_request::to_fhir(&fact), value);
    let record = uk::record(&[value, request(&json!({ "id": "n" }))]);
    let list = medicines(&record, now());
    assert_eq!((list.not_to_give.len(), list.current.len()), (1, 1));
    assert_eq!(first_two_minutes(&record, now()).not_to_give.len(), 1);
}

#[test]
fn an_activity_that_must_not_be_done_says_so_and_keeps_its_schedule() {
    let value = json!({ "resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": { "reference": uk::PATIENT },
        "activity": [{ "detail": { "code": { "text": "Feed by mouth" }, "status": "in-progress", "doNotPerform": true,
            "scheduledTiming": { "repeat": { "frequency": 3, "period": 1, "periodUnit": "d" } } } }] });
    let fact = mapping::care_plan::from_fhir(&value).unwrap();
    assert!(fact.what.activities[0].forbidden);
    assert_eq!(
        fact.what.activities[0].schedule_words().as_deref(),
        Some("3 times a day")
    );
    assert_eq!(mapping::care_plan::to_fhir(&fact), value);
}

#[test]
fn a_resource_with_a_modifier_is_said_to_be_there_and_not_read() {
    let modifier = json!([{ "url": "https://example.org/not", "valueBoolean": true }]);
    let good = request(&json!({}));
    let root = request(&json!({ "modifierExtension": modifier }));
    let within =
        request(&json!({ "dosageInstruction": [{ "modifierExtension": modifier, "text": "One a day" }] }));
    let other = json!({ "resourceType": "Task", "id": "t", "modifierExtension": modifier });
    let record = uk::record(&[good, root, within, other]);
    assert_eq!(
        (record.medicines.len(), record.unmapped.len(), record.others.len()),
        (1, 3, 0)
    );
    assert!(
        record
            .unmapped
            .iter()
            .all(|fact| fact.what.why.contains("a modifier that Sarsen does not know"))
    );
}

#[test]
fn every_part_of_a_dosage_is_worded_or_said_to_be_there_and_comes_back() {
    let mg = |value: i64| json!({ "value": value, "unit": "mg" });
    let time = |value: i64, code: &str| json!({ "value": value, "system": "http://unitsofmeasure.org", "code": code });
    let dosage = json!([{ "sequence": 1,
        "additionalInstruction": [{ "text": "With food" }], "patientInstruction": "Stop if dizzy",
        "timing": { "repeat": { "boundsDuration": time(7, "d"), "count": 5, "countMax": 6, "frequency": 1, "frequencyMax": 2, "period": 4,
            "periodMax": 6, "periodUnit": "h", "dayOfWeek": ["mon"], "timeOfDay": ["08:00:00"] } },
        "asNeededBoolean": true, "site": { "text": "Left arm" }, "method": { "text": "Inject" },
        "doseAndRate": [{ "doseQuantity": mg(5), "rateRatio": { "numerator": mg(1), "denominator": time(1, "h") } }, { "rateQuantity": mg(2) }],
        "maxDosePerPeriod": { "numerator": mg(40), "denominator": time(24, "h") }, "maxDosePerAdministration": mg(10), "maxDosePerLifetime": mg(900) }]);
    let value = request(&json!({ "dosageInstruction": dosage }));
    let fact = mapping::medication_request::from_fhir(&value).unwrap();
    assert_eq!(mapping::medication_request::to_fhir(&fact), value);
    assert_eq!(fact.what.doses[0].more, None);
    let words = fact.what.dose_words();
    for part in [
        "With food",
        "Stop if dizzy",
        "for 7 days",
        "5 to 6 times in all",
        "1 to 2 times every 4 to 6 hours",
        "on Monday",
        "at 08:00",
        "when needed",
        "Left arm",
        "Inject",
        "5mg at 1mg in 1 hour or at 2mg",
        "no more than 40mg in 24 hours",
        "no more than 10mg at a time",
        "no more than 900mg in a lifetime",
    ] {
        assert!(words.contains(part), "{part} in {words}");
    }
    assert!(!words.contains("more dosage detail"), "{words}");
}

#[test]
fn what_of_a_dosage_cannot_be_worded_is_kept_and_told() {
    let dosage =
        json!([{ "text": "One before food", "timing": { "repeat": { "when": ["AC"], "offset": 30 } } }]);
    let value = request(&json!({ "dosageInstruction": dosage }));
    let fact = mapping::medication_request::from_fhir(&value).unwrap();
    assert_eq!(
        fact.what.dose_words(),
        "One before food; more dosage detail in the source: check"
    );
    assert_eq!(mapping::medication_request::to_fhir(&fact), value);
    let coded = json!([{ "text": "One", "route": { "coding": [{ "system": "http://snomed.info/sct", "version": "1", "code": "26643006", "display": "Oral" }] } }]);
    let fact =
        mapping::medication_request::from_fhir(&request(&json!({ "dosageInstruction": coded }))).unwrap();
    assert_eq!(
        fact.what.dose_words(),
        "One. Oral",
        "a code's version is no instruction"
    );
}

#[test]
fn a_document_withdrawn_under_a_pointer_that_stands_is_entered_in_error() {
    let value = json!({ "resourceType": "DocumentReference", "id": "d", "status": "current", "docStatus": "entered-in-error",
        "description": "ReSPECT form", "content": [] });
    let record = uk::record(&[value]);
    assert_eq!(record.entered_in_error(), 1);
    assert_eq!(care::record::documents(&record).emergency_plans.len(), 0);
}

#[test]
fn a_person_is_not_lost_for_an_extension_that_cannot_be_read() {
    let mut value = uk::patient();
    let notice = json!({ "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus",
        "extension": [{ "url": "deathNotificationStatus", "valueCodeableConcept": { "coding": [{
            "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeathNotificationStatus", "code": "9" }] } }] });
    value["extension"].as_array_mut().unwrap().push(notice);
    let person = mapping::patient::from_fhir(&value).unwrap();
    assert_eq!(
        person.death.words().as_deref(),
        Some("Notice of death, kind not known")
    );
    assert_eq!(
        mapping::patient::to_fhir(&person)["extension"],
        value["extension"]
    );
    value["extension"][2]["extension"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "url": "systemEffectiveDate", "valueDateTime": "never" }));
    assert!(mapping::patient::from_fhir(&value).is_ok());
}

#[test]
fn an_entry_that_was_replaced_names_its_successor() {
    let mut value = uk::patient();
    value["active"] = json!(false);
    value["link"] = json!([{ "other": { "reference": "Patient/2" }, "type": "replaced-by" }]);
    let person = mapping::patient::from_fhir(&value).unwrap();
    assert_eq!(
        person.successor().unwrap().reference.as_deref(),
        Some("Patient/2")
    );
    assert_eq!(mapping::patient::to_fhir(&person)["link"], value["link"]);
}

#[test]
fn for_whom_a_range_holds_comes_back() {
    let value = json!({ "resourceType": "Observation", "status": "final", "code": { "text": "Haemoglobin" },
        "referenceRange": [{ "low": { "value": 115, "unit": "g/L" }, "appliesTo": [{ "text": "women" }],
            "age": { "low": { "value": 18, "code": "a" } } }] });
    let fact = mapping::observation::from_fhir(&value).unwrap();
    assert_eq!(
        fact.what.ranges[0].words(),
        "115 g/L or more (women, age 18 or more)"
    );
    assert_eq!(mapping::observation::to_fhir(&fact), value);
}
