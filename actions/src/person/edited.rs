//! Editing parts of a resource and leaving every other part byte for byte as it came.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// The parts of a resource by name, each as it came.
type Parts = BTreeMap<String, Box<RawValue>>;

/// The resource with what `edit` does to its parts.
pub(super) fn edited(json: &[u8], edit: impl FnOnce(&mut Parts) -> Option<()>) -> Option<Vec<u8>> {
    let mut parts: Parts = serde_json::from_slice(json).ok()?;
    edit(&mut parts)?;
    serde_json::to_vec(&parts).ok()
}

/// A part of a complex extension.
pub(super) fn part<'v>(extension: &'v Value, url: &str) -> Option<&'v Value> {
    let parts = extension["extension"].as_array()?;
    parts.iter().find(|part| part["url"] == url)
}

fn list(parts: &Parts, name: &str) -> Option<Vec<Value>> {
    match parts.get(name) {
        None => Some(Vec::new()),
        Some(raw) => serde_json::from_str(raw.get()).ok(),
    }
}

fn put(parts: &mut Parts, name: &str, list: &[Value]) -> Option<()> {
    if list.is_empty() {
        parts.remove(name);
    } else {
        parts.insert(name.to_owned(), to_raw_value(list).ok()?);
    }
    Some(())
}

/// One extension put in the place of the one with its address, or taken away.
pub(super) fn set_extension(parts: &mut Parts, url: &str, extension: Option<Value>) -> Option<()> {
    let mut all = list(parts, "extension")?;
    all.retain(|one| one["url"] != url);
    all.extend(extension);
    put(parts, "extension", &all)
}

/// The value of the first way of this kind that is in use; empty takes it away. Further ones stay.
pub(super) fn set_telecom(parts: &mut Parts, system: &str, value: &str) -> Option<()> {
    let mut all = list(parts, "telecom")?;
    let at = all
        .iter()
        .position(|one| one["system"] == system && one["use"] != "old");
    match (at, value.is_empty()) {
        (Some(at), true) => {
            all.remove(at);
        }
        (Some(at), false) => {
            if let Some(one) = all.get_mut(at).filter(|one| one["value"] != value) {
                one["value"] = Value::from(value);
            }
        }
        (None, true) => {}
        (None, false) => all.push(serde_json::json!({ "system": system, "value": value })),
    }
    put(parts, "telecom", &all)
}

#[cfg(test)]
mod tests {
    use super::{edited, set_extension, set_telecom};

    #[test]
    fn one_part_changes_and_the_others_stay_byte_for_byte() {
        let before = br#"{"resourceType":"Patient","telecom":[{"system":"phone","value":"1"},{"system":"phone","value":"2"}],"extension":[{"url":"u","valueDecimal":1.50}],"multipleBirthInteger":2}"#;
        let after = edited(before, |parts| {
            set_telecom(parts, "phone", "3")?;
            set_telecom(parts, "email", "a@example.com")
        })
        .expect("edited");
        let text = String::from_utf8(after).expect("text");
        assert!(text.contains(r#"{"system":"phone","value":"3"},{"system":"phone","value":"2"}"#));
        assert!(text.contains("a@example.com") && text.contains("1.50"));
        let gone = edited(before, |parts| set_extension(parts, "u", None)).expect("edited");
        assert!(!String::from_utf8(gone).expect("text").contains("extension"));
        assert!(edited(b"[]", |_| Some(())).is_none());
    }
}
