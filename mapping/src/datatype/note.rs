//! Annotation, of which the text is taken.

use serde_json::{Value, json};

use crate::json::{Out, list, text};

pub(crate) fn all(value: &Value) -> Vec<String> {
    list(value, "note")
        .filter_map(|note| text(note, "text"))
        .collect()
}

pub(crate) fn put(out: &mut Out, notes: &[String]) {
    out.list("note", notes, |note| json!({ "text": note }));
}
