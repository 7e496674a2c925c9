//! A resource as it is shown where not all of it is: taken apart member by member.

use serde_json::{Map, Value, json};

use super::people::{ODS, SEALED_BY};

/// Of a Patient, who it is.
pub(super) fn identity(patient: &Value) -> Value {
    only(
        patient,
        &[
            "resourceType",
            "id",
            "meta",
            "identifier",
            "active",
            "name",
            "gender",
            "birthDate",
            "deceasedBoolean",
            "deceasedDateTime",
        ],
    )
}

fn only(json: &Value, members: &[&str]) -> Value {
    let all = json.as_object().expect("an object");
    Value::Object(
        all.iter()
            .filter(|(name, _)| members.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

/// The resource without whatever tells where the person lives or is cared for.
pub(super) fn without_places(json: &Value) -> Value {
    match json {
        Value::Array(all) => Value::Array(all.iter().map(without_places).collect()),
        Value::Object(all) => {
            let to_place = all
                .get("reference")
                .and_then(Value::as_str)
                .is_some_and(|target| {
                    [
                        "Organization/",
                        "Location/",
                        "Practitioner/",
                        "PractitionerRole/",
                        "HealthcareService/",
                    ]
                    .iter()
                    .any(|kind| target.starts_with(kind))
                });
            let by_code = all
                .get("identifier")
                .is_some_and(|one| one.is_object() && one["system"] == ODS);
            let masked = || {
                json!({ "extension": [{
                    "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked" }] })
            };
            if to_place || by_code {
                return masked();
            }
            let mut kept = Map::new();
            for (name, value) in all {
                let place = ["address", "telecom", "contact", "text"].contains(&name.as_str());
                if name == "attachment" {
                    // A letter has a letterhead.
                    kept.insert(name.clone(), masked());
                } else if name == "meta" {
                    kept.insert(name.clone(), without_senders(value));
                } else if !(place && (value.is_object() || value.is_array())) {
                    kept.insert(name.clone(), without_places(value));
                }
            }
            Value::Object(kept)
        }
        other => other.clone(),
    }
}

/// What a resource says of itself, but where it came from and which organisation sealed it.
fn without_senders(meta: &Value) -> Value {
    let mut meta = meta.clone();
    let all = meta.as_object_mut().expect("an object");
    all.remove("source");
    if let Some(tags) = all.get_mut("tag").and_then(Value::as_array_mut) {
        tags.retain(|tag| tag["system"] != SEALED_BY);
        if tags.is_empty() {
            all.remove("tag");
        }
    }
    meta
}
