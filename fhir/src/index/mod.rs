//! Values for search: what they are, how they are packed, and the value-first rows.
//!
//! - `expression` the part of FHIRPath that search parameters use
//! - `program`    expressions of one type compiled into a trie over member numbers
//! - `extract`    one walk over the tape: index values and homes
//! - `entry`      the packed form
//! - `rows`       keys that lead from a value to resources of any person

pub(crate) mod entry;
mod expression;
pub(crate) mod extract;
pub(crate) mod normal;
pub(crate) mod program;
pub(crate) mod rows;
pub(crate) mod varint;

use crate::{ParamId, ResourceType, tables};
use std::borrow::Cow;

pub use entry::{pack, unpack};
pub use rows::value_rows;

/// One value of one search parameter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IndexValue {
    pub param: ParamId,
    pub value: Value,
}

/// A value as extracted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// `system` is empty for codes whose system the definition implies.
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

impl IndexValue {
    /// The generation of search parameters that this value came with.
    #[must_use]
    pub fn generation(&self) -> u16 {
        tables::get().generation(self.param)
    }
}

/// A value inside a packed entry.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ValueRow {
    pub number: u16,
    pub key: Vec<u8>,
}
