//! Coding and CodeableConcept.

use care::concept::{Coding, Concept};
use serde_json::Value;

use crate::json::{Out, many, text};

pub(crate) fn read_coding(value: &Value) -> Coding {
    Coding {
        system: text(value, "system"),
        code: text(value, "code"),
        display: text(value, "display"),
    }
}

pub(crate) fn write_coding(coding: &Coding) -> Value {
    let mut out = Out::new();
    out.text("system", coding.system.as_ref());
    out.text("code", coding.code.as_ref());
    out.text("display", coding.display.as_ref());
    out.value()
}

pub(crate) fn read(value: &Value) -> Concept {
    Concept {
        codings: many(value, "coding", read_coding),
        text: text(value, "text"),
    }
}

pub(crate) fn write(concept: &Concept) -> Value {
    let mut out = Out::new();
    out.list("coding", &concept.codings, write_coding);
    out.text("text", concept.text.as_ref());
    out.value()
}

/// The concept at `key`.
pub(crate) fn at(value: &Value, key: &str) -> Option<Concept> {
    value.get(key).map(read)
}

/// The concepts of the list at `key`.
pub(crate) fn all(value: &Value, key: &str) -> Vec<Concept> {
    many(value, key, read)
}

/// The first code of `system` in the concept at `key`.
pub(crate) fn code_of<'v>(value: &'v Value, key: &str, system: &str) -> Option<&'v str> {
    let codings = crate::json::list(value.get(key)?, "coding");
    codings
        .filter(|coding| crate::json::str_at(coding, "system").is_none_or(|found| found == system))
        .find_map(|coding| crate::json::str_at(coding, "code"))
}

/// A concept of one code without words.
pub(crate) fn write_code(system: &str, code: &str) -> Value {
    write(&Concept {
        codings: vec![Coding {
            system: Some(system.to_owned()),
            code: Some(code.to_owned()),
            display: None,
        }],
        text: None,
    })
}
