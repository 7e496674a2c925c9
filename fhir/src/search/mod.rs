//! Search queries: parsed from parameters, matched on packed entries.

use crate::{Issue, LocalReference, ResourceType};

/// A parsed search.
#[derive(Debug, Clone)]
pub struct Query {
    pub resource_type: ResourceType,
    /// All must hold.
    pub predicates: Vec<Predicate>,
    pub sort: Vec<SortKey>,
    /// Page size: 50 unless asked, at most 1000.
    pub count: usize,
    /// `_summary=count`.
    pub summary_count: bool,
    /// `_total=accurate`.
    pub total: bool,
    /// The persons in whose records every match lies (`patient=` or `subject=Patient/x`).
    pub person: Option<Vec<LocalReference>>,
    /// `_id`.
    pub ids: Vec<String>,
}

/// One condition of a search.
#[derive(Debug, Clone)]
pub struct Predicate {}

/// One key of `_sort`.
#[derive(Debug, Clone)]
pub struct SortKey {
    pub descending: bool,
}

/// A range of value-first rows: `low` inclusive, `high` exclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    pub number: u16,
    pub low: Vec<u8>,
    pub high: Vec<u8>,
}

/// Reads search parameters.
///
/// # Errors
/// Unknown parameters, bad values and unsupported modifiers, each naming the parameter.
pub fn parse(resource_type: ResourceType, _params: &[(String, String)]) -> Result<Query, Vec<Issue>> {
    Ok(Query {
        resource_type,
        predicates: Vec::new(),
        sort: Vec::new(),
        count: 50,
        summary_count: false,
        total: false,
        person: None,
        ids: Vec::new(),
    })
}

impl Predicate {
    /// Whether a packed entry satisfies the condition.
    #[must_use]
    pub fn matches(&self, _entry: &[u8]) -> bool {
        false
    }
    /// The value-first ranges that hold every match, one per alternative; `None` when there is no such list.
    #[must_use]
    pub fn cross_person(&self) -> Option<Vec<KeyRange>> {
        None
    }
}

impl Query {
    /// Whether a packed entry satisfies every predicate.
    #[must_use]
    pub fn matches(&self, entry: &[u8]) -> bool {
        self.predicates.iter().all(|predicate| predicate.matches(entry))
    }
    /// The narrowest value-first ranges that hold every match; `None` when a full scan would be needed.
    #[must_use]
    pub fn cross_person(&self) -> Option<Vec<KeyRange>> {
        self.predicates.iter().find_map(Predicate::cross_person)
    }
    /// Bytes that sort entries as `_sort` asks.
    #[must_use]
    pub fn sort_key(&self, _entry: &[u8]) -> Vec<u8> {
        Vec::new()
    }
}
