//! Invented scores of an invented person, worked out as those of anybody, for samples of pages.

use ::record::{Bucket, PersonKey};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::PersonScores;
use super::one::of;

const PAGE: &str = "0190c0de-0000-7000-8000-000000000001";

impl PersonScores {
    /// The scores of an invented person of this family name on an invented day, for whoever sees these types.
    #[must_use]
    pub fn sample(family: &str, sees: impl Fn(&str) -> bool) -> Option<PersonScores> {
        let mut resources = vec![
            json!({ "resourceType": "Patient", "id": PAGE, "birthDate": "1943-02-01", "gender": "female",
            "name": [{ "family": family, "given": ["Clara"] }] }),
        ];
        resources.extend(coded());
        resources.extend(measured());
        of_resources(&resources, sees)
    }

    /// Of whom only the birth is known, or not even that.
    #[must_use]
    pub fn sample_of_nothing(family: &str, birth: Option<&str>) -> Option<PersonScores> {
        let person = json!({ "resourceType": "Patient", "id": PAGE, "birthDate": birth, "name": [{ "family": family }] });
        let mut person = person;
        if birth.is_none() {
            person.as_object_mut()?.remove("birthDate");
        }
        of_resources(&[person], |_| true)
    }
}

fn of_resources(resources: &[Value], sees: impl Fn(&str) -> bool) -> Option<PersonScores> {
    let bodies: Vec<Vec<u8>> = resources
        .iter()
        .map(|resource| resource.to_string().into_bytes())
        .collect();
    let bodies: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
    let key = PersonKey::new(Bucket::new(0)?, 1);
    let now: Timestamp = "2026-11-03T12:00:00Z".parse().ok()?;
    of(&bodies, key, PAGE.to_owned(), now, sees).ok()
}

fn coded() -> Vec<Value> {
    let problem = |code: &str, day: &str| {
        json!({ "resourceType": "Condition", "id": format!("c{code}"), "recordedDate": day,
            "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": code }] } })
    };
    let mut stay = problem("I21.9", "2026-03-02");
    stay["code"]["coding"][0]["system"] = json!("http://hl7.org/fhir/sid/icd-10");
    let mut refuted = problem("73211009", "2024-05-06");
    refuted["verificationStatus"] = json!({ "coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "refuted" }] });
    vec![
        problem("38341003", "2011-04-05"),
        problem("13645005", "2019-03-01"),
        problem("1912002", "2026-10-03"),
        stay,
        refuted,
    ]
}

fn measured() -> Vec<Value> {
    let at = |code: &str, hour: &str, value: (&str, Value)| {
        json!({ "resourceType": "Observation", "id": format!("o{code}-{}", &hour[..2]), "status": "final",
            "effectiveDateTime": format!("2026-11-03T{hour}:00Z"),
            "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": code }] }, value.0: value.1 })
    };
    let number = |value: f64, unit: &str| {
        (
            "valueQuantity",
            json!({ "value": value, "unit": unit, "system": codes::system::UCUM, "code": unit }),
        )
    };
    let alert = json!({ "coding": [{ "system": codes::system::SNOMED_CT, "code": "248234008" }] });
    vec![
        at("86290005", "10:00", number(21.0, "/min")),
        at("431314004", "10:00", number(95.0, "%")),
        at("722742002", "10:05", ("valueBoolean", json!(true))),
        at("72313002", "10:05", number(118.0, "mm[Hg]")),
        at("364075005", "10:05", number(92.0, "/min")),
        at("1104441000000107", "10:10", ("valueCodeableConcept", alert)),
        at("386725007", "10:10", number(38.2, "Cel")),
        at("276361009", "09:00", number(104.0, "cm")),
        at("720433000", "09:00", number(12.0, "{score}")),
        at("445455005", "09:00", number(25.0, "{score}")),
        at("763264000", "09:00", number(5.0, "{score}")),
    ]
}
