//! Bytes into JSON, as much of it as a record shows. Resources of types without a mapping (claims and their like are the
//! largest of a record) are read for their few words and dates alone; the rest of them is passed over unbuilt.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::error::MappingError;
use crate::other::{DATES, PERIODS};

/// Types that are read in full.
const MAPPED: &[&str] = &[
    "AllergyIntolerance",
    "CarePlan",
    "Condition",
    "Consent",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "Flag",
    "Goal",
    "Immunization",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Patient",
    "Procedure",
    "RelatedPerson",
];

/// Members of other types that give them words, a date and a name.
const KEPT: &[&str] = &[
    "id",
    "meta",
    "modifierExtension",
    "status",
    "name",
    "title",
    "code",
    "type",
    "vaccineCode",
    "category",
    "serviceType",
    "description",
    "practitioner",
    "organization",
];

/// The resource in the bytes.
///
/// # Errors
/// [`MappingError::NotJson`] or [`MappingError::NotAResource`].
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, MappingError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = reader.deserialize_any(Trimming).map_err(|error| {
        if error.is_data() {
            MappingError::NotAResource
        } else {
            MappingError::NotJson
        }
    })?;
    reader.end().map_err(|_| MappingError::NotJson)?;
    match value.get("resourceType").and_then(Value::as_str) {
        Some(_) => Ok(value),
        None => Err(MappingError::NotAResource),
    }
}

struct Trimming;

impl<'de> Visitor<'de> for Trimming {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a FHIR resource")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut resource = Map::new();
        let mut is_trimmed = false;
        while let Some(key) = members.next_key::<Cow<'de, str>>()? {
            let is_kept = || {
                [KEPT, DATES, PERIODS]
                    .iter()
                    .any(|keys| keys.contains(&key.as_ref()))
            };
            if is_trimmed && !is_kept() {
                members.next_value::<IgnoredAny>()?;
                continue;
            }
            let value: Value = members.next_value()?;
            if key == "resourceType" {
                is_trimmed = value.as_str().is_some_and(|kind| !MAPPED.contains(&kind));
            }
            resource.insert(key.into_owned(), value);
        }
        Ok(Value::Object(resource))
    }
}

/// The types of the directory whose names a record shows.
const DIRECTORY: [&str; 6] = [
    "HealthcareService",
    "Location",
    "Medication",
    "Organization",
    "Practitioner",
    "PractitionerRole",
];

/// References of the resources to the directory, as (type, id), each once, in order: what
/// [`person_record_with`](crate::person_record_with) needs to name authors and organisations. A PractitionerRole found
/// so names two more: ask again with it. What claims and other records refer to is left out, since no page names it.
pub fn directory_references<'b>(resources: impl Iterator<Item = &'b [u8]>) -> Vec<(String, String)> {
    let parsed: Vec<Value> = resources.filter_map(|bytes| parse(bytes).ok()).collect();
    references(parsed.iter())
}

pub(crate) fn references<'v>(resources: impl Iterator<Item = &'v Value>) -> Vec<(String, String)> {
    let mut found = BTreeSet::new();
    let is_named = |value: &&Value| {
        let kind = value.get("resourceType").and_then(Value::as_str).unwrap_or("");
        MAPPED.contains(&kind) || DIRECTORY.contains(&kind)
    };
    resources
        .filter(is_named)
        .for_each(|value| collect(value, &mut found));
    found.into_iter().collect()
}

fn collect(value: &Value, found: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Object(members) => {
            if let Some((kind, id)) = members
                .get("reference")
                .and_then(Value::as_str)
                .and_then(|reference| reference.split_once('/'))
                && DIRECTORY.contains(&kind)
            {
                let id = id.split_once("/_history/").map_or(id, |(id, _)| id);
                found.insert((kind.to_owned(), id.to_owned()));
            }
            members.values().for_each(|member| collect(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
