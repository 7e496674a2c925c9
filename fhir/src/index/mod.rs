//! Values for search: what they are, how they are packed, and the value-first rows.

pub(crate) mod varint;

use crate::{ParamId, ResourceType};
use std::borrow::Cow;

/// One value of one search parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexValue {
    pub param: ParamId,
    pub value: Value,
}

/// A value as extracted.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Token {
        system: String,
        code: String,
    },
    Text {
        normalised: String,
        exact: String,
    },
    /// Milliseconds since 1970 UTC, both ends inclusive; open ends are `i64::MIN` and `i64::MAX`.
    Date {
        low: i64,
        high: i64,
    },
    Reference {
        resource_type: ResourceType,
        id: String,
    },
    ReferenceAbsolute(String),
    ReferenceIdentifier {
        system: String,
        value: String,
    },
    Uri(String),
}

/// A value inside a packed entry.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueRef<'e> {
    Token {
        system: &'e str,
        code: &'e str,
    },
    Text {
        normalised: &'e str,
        exact: &'e str,
    },
    Date {
        low: i64,
        high: i64,
    },
    Reference {
        resource_type: ResourceType,
        id: Cow<'e, str>,
    },
    ReferenceAbsolute(&'e str),
    ReferenceIdentifier {
        system: &'e str,
        value: &'e str,
    },
    Uri(&'e str),
}

/// A row that leads from a value to resources of any person (`fhir/data/cross-person.csv`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueRow {
    pub number: u16,
    pub key: Vec<u8>,
}

/// The packed form of a resource's index values.
#[must_use]
pub fn pack(_values: &[IndexValue]) -> Vec<u8> {
    Vec::new()
}

/// The values of a packed entry; a damaged entry ends early.
pub fn unpack(_entry: &[u8]) -> impl Iterator<Item = (ParamId, ValueRef<'_>)> {
    std::iter::empty()
}

/// The value-first rows of a resource.
#[must_use]
pub fn value_rows(_resource_type: ResourceType, _values: &[IndexValue]) -> Vec<ValueRow> {
    Vec::new()
}
