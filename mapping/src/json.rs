//! Reading and writing members of JSON objects.

use serde_json::{Map, Value};

use crate::error::MappingError;

/// The extension of that URL.
pub(crate) fn extension<'v>(value: &'v Value, url: &str) -> Option<&'v Value> {
    list(value, "extension").find(|extension| str_at(extension, "url") == Some(url))
}

/// The text at `key`, when there is one that is not empty.
pub(crate) fn text(value: &Value, key: &str) -> Option<String> {
    str_at(value, key).map(str::to_owned)
}

/// As [`text`], borrowed.
pub(crate) fn str_at<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// The members of the list at `key`; none when it is missing or no list.
pub(crate) fn list<'v>(value: &'v Value, key: &str) -> std::slice::Iter<'v, Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or_else(|| [].iter(), |list| list.iter())
}

/// The texts of the list at `key`.
pub(crate) fn texts(value: &Value, key: &str) -> Vec<String> {
    list(value, key)
        .filter_map(Value::as_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Every member of the list at `key`, read by `read`.
pub(crate) fn many<T>(value: &Value, key: &str, read: impl Fn(&Value) -> T) -> Vec<T> {
    list(value, key).map(read).collect()
}

/// Every member of the list at `key`, read by a `read` that may fail.
pub(crate) fn try_many<T>(
    value: &Value,
    key: &str,
    read: impl Fn(&Value) -> Result<T, MappingError>,
) -> Result<Vec<T>, MappingError> {
    list(value, key).map(read).collect()
}

/// The member of a coded enumeration at `key`.
///
/// # Errors
/// [`MappingError::UnknownCode`] when there is a code and it is none of the enumeration.
pub(crate) fn code<T>(
    value: &Value,
    key: &'static str,
    from_code: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, MappingError> {
    match str_at(value, key) {
        None => Ok(None),
        Some(code) => from_code(code)
            .map(Some)
            .ok_or(MappingError::UnknownCode { element: key }),
    }
}

/// The status at `key` and whether it is "entered-in-error", in which case there is no other status.
pub(crate) fn status<T>(
    value: &Value,
    key: &'static str,
    from_code: impl Fn(&str) -> Option<T>,
) -> Result<(Option<T>, bool), MappingError> {
    if str_at(value, key) == Some(ENTERED_IN_ERROR) {
        return Ok((None, true));
    }
    Ok((code(value, key, from_code)?, false))
}

/// Whether the resource or any part of it carries a `modifierExtension`. Sarsen knows none, so that whatever carries one
/// may mean something other than it says.
pub(crate) fn has_modifier(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(key, member)| (key == "modifierExtension" && !is_empty(member)) || has_modifier(member)),
        Value::Array(items) => items.iter().any(has_modifier),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

/// FHIR's status of what was withdrawn.
pub(crate) const ENTERED_IN_ERROR: &str = "entered-in-error";

/// A JSON object being written, members in the order they are put; what is absent is left out.
pub(crate) struct Out(Map<String, Value>);

impl Out {
    /// An object without members.
    pub(crate) fn new() -> Out {
        Out(Map::new())
    }

    /// Puts a member when there is a value.
    pub(crate) fn put(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.0.insert(key.to_owned(), value.into());
        }
    }

    /// Puts a text when there is one.
    pub(crate) fn text(&mut self, key: &str, text: Option<&String>) {
        self.put(key, text.map(String::as_str));
    }

    /// Puts a list when it has members.
    pub(crate) fn list<T>(&mut self, key: &str, items: &[T], write: impl Fn(&T) -> Value) {
        if !items.is_empty() {
            self.put(key, Some(items.iter().map(write).collect::<Vec<Value>>()));
        }
    }

    /// Puts a status, "entered-in-error" before any other.
    pub(crate) fn status(&mut self, key: &str, status: Option<&'static str>, entered_in_error: bool) {
        self.put(
            key,
            if entered_in_error {
                Some(ENTERED_IN_ERROR)
            } else {
                status
            },
        );
    }

    /// The object, or nothing when it has no members.
    pub(crate) fn some(self) -> Option<Value> {
        (!self.0.is_empty()).then_some(Value::Object(self.0))
    }

    /// The object.
    pub(crate) fn value(self) -> Value {
        Value::Object(self.0)
    }
}
