//! FHIR data types: codings, concepts, periods, quantities, references, and a resource that is being written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use codes::system::{SNOMED_CT, UCUM};
use serde_json::{Map, Value, json};

use super::Rendered;

/// The system of the tags that say what is invented.
///
/// On resources of people the code is "synthetic"; on those of the directory it is "real-organisation" for what has an
/// ODS or ONS code and is real, and "invented" for services and workers that nobody should look for.
pub const TAG_SYSTEM: &str = "https://sarsen.example/synthetic";
/// The tag of every resource of a person.
pub const SYNTHETIC: &str = "synthetic";
/// The tag of real organisations and places.
pub const REAL_ORGANISATION: &str = "real-organisation";
/// The tag of invented organisations, services and workers.
pub const INVENTED: &str = "invented";

/// Begins the canonical URL of each UK Core profile.
const UK_CORE: &str = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-";
/// Begins the URL of each UK Core extension.
const UK_CORE_EXTENSION: &str = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-";

/// A resource that is being written.
pub(super) struct Draft {
    resource_type: &'static str,
    id: String,
    body: Map<String, Value>,
}

impl Draft {
    /// Opens a resource; the profile is named as UK Core names it, without "UKCore-", and empty where there is none.
    pub(super) fn open(resource_type: &'static str, id: String, profile: &str, tag: &str) -> Draft {
        let mut meta = Map::new();
        if !profile.is_empty() {
            meta.insert("profile".to_owned(), json!([format!("{UK_CORE}{profile}")]));
        }
        meta.insert("tag".to_owned(), json!([{ "system": TAG_SYSTEM, "code": tag }]));
        let mut body = Map::with_capacity(16);
        body.insert("resourceType".to_owned(), json!(resource_type));
        body.insert("id".to_owned(), json!(id));
        body.insert("meta".to_owned(), Value::Object(meta));
        Draft {
            resource_type,
            id,
            body,
        }
    }

    /// Sets a member.
    pub(super) fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.body.insert(key.to_owned(), value.into());
    }

    /// Sets a member, if there is a value for it.
    pub(super) fn put_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    /// Sets a list; an empty one stays away, as FHIR asks.
    pub(super) fn put_list(&mut self, key: &str, list: Vec<Value>) {
        if !list.is_empty() {
            self.put(key, list);
        }
    }

    /// Adds a member to `meta`.
    pub(super) fn label(&mut self, key: &str, value: Value) {
        if let Some(Value::Object(meta)) = self.body.get_mut("meta") {
            meta.insert(key.to_owned(), value);
        }
    }

    /// The resource as it is given away. It is written into `page`, which the next one uses again, so that its own bytes
    /// are no more than it needs.
    pub(super) fn finish(self, page: &mut Vec<u8>) -> Rendered {
        page.clear();
        // A map of strings and numbers always serialises.
        if serde_json::to_writer(&mut *page, &self.body).is_err() {
            page.clear();
        }
        Rendered {
            resource_type: self.resource_type,
            id: self.id,
            body: page.as_slice().to_vec(),
        }
    }
}

/// A Coding.
pub(super) fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

/// A CodeableConcept of one coding.
pub(super) fn concept(system: &str, code: &str, display: &str) -> Value {
    json!({ "coding": [coding(system, code, display)] })
}

/// A CodeableConcept of a code without words, as FHIR's own status codes are.
pub(super) fn status_concept(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

/// A CodeableConcept in words.
pub(super) fn words(text: &str) -> Value {
    json!({ "text": text })
}

/// A CodeableConcept with its SNOMED CT code where one was verified, and the words in any case.
pub(super) fn clinical(snomed: Option<&str>, text: &str) -> Value {
    match snomed {
        Some(code) => json!({ "coding": [coding(SNOMED_CT, code, text)], "text": text }),
        None => words(text),
    }
}

/// A UK Core extension with one value.
pub(super) fn extension(name: &str, key: &str, value: &Value) -> Value {
    let url = format!("{UK_CORE_EXTENSION}{name}");
    json!({ "url": url, key: value })
}

/// A UK Core extension of parts.
pub(super) fn extension_of(name: &str, parts: &[Value]) -> Value {
    let url = format!("{UK_CORE_EXTENSION}{name}");
    json!({ "url": url, "extension": parts })
}

/// A Period of two texts.
pub(super) fn period(start: Option<String>, end: Option<String>) -> Value {
    let mut period = Map::new();
    if let Some(start) = start {
        period.insert("start".to_owned(), Value::String(start));
    }
    if let Some(end) = end {
        period.insert("end".to_owned(), Value::String(end));
    }
    Value::Object(period)
}

/// A Reference with words.
pub(super) fn reference(to: &str, display: &str) -> Value {
    json!({ "reference": to, "display": display })
}

/// A Reference without words.
pub(super) fn pointer(to: &str) -> Value {
    json!({ "reference": to })
}

/// A number rounded to some digits, whole when there are none.
pub(super) fn number(value: f64, decimals: u8) -> Value {
    if decimals == 0 {
        return json!(value.round() as i64);
    }
    let scale = 10f64.powi(i32::from(decimals));
    json!((value * scale).round() / scale)
}

/// A Quantity.
pub(super) fn quantity(value: f64, decimals: u8, unit: &str, ucum: &str) -> Value {
    let mut quantity = Map::new();
    quantity.insert("value".to_owned(), number(value, decimals));
    if !unit.is_empty() {
        quantity.insert("unit".to_owned(), json!(unit));
    }
    if !ucum.is_empty() {
        quantity.insert("system".to_owned(), json!(UCUM));
        quantity.insert("code".to_owned(), json!(ucum));
    }
    Value::Object(quantity)
}

/// RFC 4648 base64, as FHIR's attachments carry it.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_of_their_test() {
        assert_eq!(number(6.149_999_6, 1).to_string(), "6.1");
        assert_eq!(number(120.4, 0).to_string(), "120");
    }
}
