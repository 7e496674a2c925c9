//! What an invented person is due, worked out as for anybody, for samples of pages.

use ::record::{Bucket, PersonKey};
use codes::system::{SNOMED_CT, UCUM};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::PersonEligibility;
use super::one::of;

const PAGE: &str = "0190c0de-0000-7000-8000-000000000001";

impl PersonEligibility {
    /// Of an invented person of this family name on an invented day, for whoever sees these types.
    #[must_use]
    pub fn sample(family: &str, sees: impl Fn(&str) -> bool) -> Option<PersonEligibility> {
        let person = json!({ "resourceType": "Patient", "id": PAGE, "birthDate": "1960-02-01", "gender": "female",
            "name": [{ "family": family, "given": ["Clara"] }] });
        let mut resources = vec![person];
        resources.extend(done());
        resources.extend(waiting());
        resources.retain(|resource| {
            let kind = resource["resourceType"].as_str().unwrap_or_default();
            kind == "Patient" || sees(kind)
        });
        of_resources(&resources, &sees)
    }

    /// Of a child of whom only the birth is known, or of somebody of whom not even that is.
    #[must_use]
    pub fn sample_of_nothing(family: &str, birth: Option<&str>) -> Option<PersonEligibility> {
        let mut person = json!({ "resourceType": "Patient", "id": PAGE, "name": [{ "family": family }] });
        if let Some(birth) = birth {
            person["birthDate"] = json!(birth);
        }
        of_resources(&[person], &|_| true)
    }
}

fn of_resources(resources: &[Value], sees: &dyn Fn(&str) -> bool) -> Option<PersonEligibility> {
    let bodies: Vec<Vec<u8>> = resources
        .iter()
        .map(|resource| resource.to_string().into_bytes())
        .collect();
    let bodies: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
    let key = PersonKey::new(Bucket::new(0)?, 1);
    let now: Timestamp = "2026-11-03T12:00:00Z".parse().ok()?;
    of(&bodies, key, PAGE.to_owned(), now, sees).ok()
}

fn coded(code: &str) -> Value {
    json!({ "coding": [{ "system": SNOMED_CT, "code": code }] })
}

fn done() -> Vec<Value> {
    let procedure = |code: &str, on: &str| {
        json!({ "resourceType": "Procedure", "id": format!("p{code}-{on}"), "status": "completed",
            "performedDateTime": on, "code": coded(code) })
    };
    let given = |id: &str, vaccine: Value, on: &str| {
        json!({ "resourceType": "Immunization", "id": id, "status": "completed", "vaccineCode": vaccine,
            "occurrenceDateTime": on })
    };
    vec![
        json!({ "resourceType": "Condition", "id": "c1", "recordedDate": "2019-03-01", "code": coded("44054006") }),
        json!({ "resourceType": "Observation", "id": "o1", "status": "final", "effectiveDateTime": "2026-06-01",
            "code": coded("999791000000106"),
            "valueQuantity": { "value": 6.4, "unit": "mmol/mol", "system": UCUM, "code": "mmol/mol" } }),
        procedure("275978004", "2023-04-05"),
        procedure("268547008", "2025-05-06"),
        procedure("171149006", "2022"),
        procedure("134395001", "2024-01-09"),
        given("i1", coded("985151000000100"), "2025-10-02"),
        given("i2", json!({ "text": "Travel vaccine" }), "2018-04-01"),
    ]
}

fn waiting() -> Vec<Value> {
    let knee = json!([{ "reference": "Condition/knee" }]);
    let mut all = vec![
        json!({ "resourceType": "ServiceRequest", "id": "r1", "status": "active", "intent": "order", "priority": "routine",
            "category": [{ "text": "Referral" }], "code": { "text": "Referral to the knee clinic" },
            "authoredOn": "2026-07-01", "reasonReference": knee }),
        json!({ "resourceType": "Condition", "id": "knee", "recordedDate": "2025-12-01",
            "code": { "text": "Knee pain after an injury" } }),
    ];
    all.extend(["2026-01-12", "2026-03-04", "2026-06-25"].map(|on| {
        json!({ "resourceType": "Encounter", "id": format!("e{on}"), "status": "finished",
            "class": { "system": codes::system::ACT_CODE, "code": "AMB" }, "period": { "start": on },
            "reasonReference": knee })
    }));
    all
}
