//! There and back: FHIR → care → FHIR keeps every member `care` knows, care → FHIR → care is equal.

use std::fmt::Debug;

use mapping::MappingError;
use proptest::prelude::*;
use serde_json::Value;

use crate::uk;

/// Reads, writes, compares both ways. The fixtures hold only members that `care` knows, so the JSON must be equal too.
fn there_and_back<T: PartialEq + Debug>(
    value: &Value,
    from: impl Fn(&Value) -> Result<T, MappingError>,
    to: impl Fn(&T) -> Value,
) {
    let read = from(value).unwrap();
    let written = to(&read);
    assert_eq!(&written, value, "written JSON differs");
    assert_eq!(from(&written).unwrap(), read);
}

fn of_type(name: &str) -> Vec<Value> {
    let found: Vec<Value> = uk::resources()
        .into_iter()
        .filter(|value| value["resourceType"] == name)
        .collect();
    assert!(!found.is_empty(), "{name}");
    found
}

/// One test for each mapped type.
macro_rules! round_trip {
    ($($test:ident: $module:ident, $name:literal;)+) => { $(
        #[test]
        fn $test() {
            for value in of_type($name) {
                there_and_back(&value, mapping::$module::from_fhir, mapping::$module::to_fhir);
            }
        }
    )+ };
}

round_trip! {
    a_condition_comes_back_as_it_was: condition, "Condition";
    an_allergy_comes_back_as_it_was: allergy_intolerance, "AllergyIntolerance";
    a_prescription_comes_back_as_it_was: medication_request, "MedicationRequest";
    a_reported_medicine_comes_back_as_it_was: medication_statement, "MedicationStatement";
    observations_come_back_as_they_were: observation, "Observation";
    a_report_comes_back_as_it_was: diagnostic_report, "DiagnosticReport";
    an_encounter_comes_back_as_it_was: encounter, "Encounter";
    a_document_comes_back_as_it_was: document_reference, "DocumentReference";
    a_plan_comes_back_as_it_was: care_plan, "CarePlan";
    a_goal_comes_back_as_it_was: goal, "Goal";
    a_procedure_comes_back_as_it_was: procedure, "Procedure";
    an_immunisation_comes_back_as_it_was: immunization, "Immunization";
    a_flag_comes_back_as_it_was: flag, "Flag";
    a_contact_comes_back_as_it_was: related_person, "RelatedPerson";
    a_consent_comes_back_as_it_was: consent, "Consent";
}

#[test]
fn every_form_of_value_comes_back() {
    let forms = [
        ("valueQuantity", serde_json::json!({ "value": 0.1, "unit": "g" })),
        (
            "valueCodeableConcept",
            serde_json::json!({ "text": "Never smoked" }),
        ),
        ("valueString", serde_json::json!("clear")),
        ("valueBoolean", serde_json::json!(false)),
        ("valueInteger", serde_json::json!(-3)),
        (
            "valueRange",
            serde_json::json!({ "low": { "value": 1 }, "high": { "value": 2 } }),
        ),
        (
            "valueRatio",
            serde_json::json!({ "numerator": { "value": 1 }, "denominator": { "value": 128 } }),
        ),
        ("valueTime", serde_json::json!("10:00:00")),
        ("valueDateTime", serde_json::json!("2026-07")),
        ("valuePeriod", serde_json::json!({ "start": "2026-07" })),
    ];
    for (key, form) in forms {
        let mut value = serde_json::json!({ "resourceType": "Observation", "status": "final", "code": { "text": "Test" } });
        value[key] = form;
        there_and_back(
            &value,
            mapping::observation::from_fhir,
            mapping::observation::to_fhir,
        );
        let words = mapping::observation::from_fhir(&value)
            .unwrap()
            .what
            .value_words();
        assert!(!words.starts_with("No value"), "{key}: {words}");
    }
}

#[test]
fn what_was_entered_in_error_stays_so_and_keeps_no_other_status() {
    for mut value in uk::resources() {
        let kind = value["resourceType"].as_str().unwrap().to_owned();
        let wrong = serde_json::json!("entered-in-error");
        match kind.as_str() {
            "Condition" | "AllergyIntolerance" => {
                value["verificationStatus"]["coding"][0]["code"] = wrong;
                value.as_object_mut().unwrap().shift_remove("clinicalStatus");
            }
            "Goal" => value["lifecycleStatus"] = wrong,
            "RelatedPerson" => continue,
            _ => value["status"] = wrong,
        }
        let record = uk::record(std::slice::from_ref(&value));
        assert_eq!(record.entered_in_error(), 1, "{kind}");
        match kind.as_str() {
            "Condition" => there_and_back(&value, mapping::condition::from_fhir, mapping::condition::to_fhir),
            "Observation" => there_and_back(
                &value,
                mapping::observation::from_fhir,
                mapping::observation::to_fhir,
            ),
            "CarePlan" => there_and_back(&value, mapping::care_plan::from_fhir, mapping::care_plan::to_fhir),
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn any_embedded_text_comes_back(text in "\\PC{1,40}") {
        use care::record::fact::document::{Content, Document};
        let content = Content { content_type: Some("text/plain".into()), text: Some(text), embedded: true, ..Content::default() };
        let fact = care::record::Fact::new("x", Document { contents: vec![content], ..Document::default() });
        let back = mapping::document_reference::from_fhir(&mapping::document_reference::to_fhir(&fact)).unwrap();
        prop_assert_eq!(back, fact);
    }

    #[test]
    fn any_number_of_clinical_precision_comes_back(thousandths in -1_000_000_000_000i64..1_000_000_000_000) {
        #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
        let value = thousandths as f64 / 1000.0;
        use care::quantity::Quantity;
        use care::record::fact::{Observed, result::Value as Found};
        let what = Observed {
            code: care::concept::Concept::text("Test"),
            value: Some(Found::Quantity(Quantity { value: Some(value), ..Quantity::default() })),
            ..Observed::default()
        };
        let fact = care::record::Fact::new("x", what);
        let text = mapping::observation::to_fhir(&fact).to_string();
        let back = mapping::observation::from_fhir(&serde_json::from_str(&text).unwrap()).unwrap();
        prop_assert_eq!(back, fact);
    }
}
