//! Search queries: parsed from parameters, matched on packed entries.
//!
//! - `parse`   names, modifiers and values, or an issue that names the parameter
//! - `values`  one value of each kind
//! - `matcher` whether a packed entry satisfies a condition
//! - `ranges`  value-first ranges for searches across persons
//! - `alike`   a person who is read as one with others
//! - `sort`    bytes that sort entries

mod alike;
mod matcher;
mod parse;
mod ranges;
mod sort;
mod values;

use crate::{LocalReference, ParamId, ResourceType, SearchKind, tables};

pub use parse::parse;
pub use ranges::KeyRange;
pub use sort::SortKey;
use values::Want;

/// A parsed search.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// `_id`; empty when not asked.
    pub ids: Vec<String>,
}

/// One condition of a search: a parameter and its alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    resource_type: ResourceType,
    param: ParamId,
    code: &'static str,
    kind: SearchKind,
    /// `:not`: no value may be among the alternatives.
    negated: bool,
    /// Codes of this parameter carry no system of their own.
    bare: bool,
    wants: Vec<Want>,
}

impl Predicate {
    /// The parameter's code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The parameter's stored number.
    #[must_use]
    pub fn param(&self) -> ParamId {
        self.param
    }
}

impl Query {
    /// The newest generation of the parameters that it asks about or sorts by, and the code of that parameter; `None` when
    /// it names none.
    #[must_use]
    pub fn generation(&self) -> Option<(u16, &'static str)> {
        let asked = self
            .predicates
            .iter()
            .map(|predicate| (predicate.param, predicate.code));
        let sorted = self.sort.iter().map(|key| (key.param, key.code));
        asked
            .chain(sorted)
            .map(|(param, code)| (tables::get().generation(param), code))
            .max_by_key(|(generation, _)| *generation)
    }

    /// Between which moments (milliseconds since 1970, from and until before) a moment must lie that is to satisfy every
    /// condition on a date parameter; no bound where there is none, and never a narrower one than the conditions have.
    #[must_use]
    pub fn span(&self, code: &str) -> (Option<i64>, Option<i64>) {
        let (mut from, mut until) = (None, None);
        for predicate in self.predicates.iter().filter(|predicate| predicate.code == code) {
            let [want] = predicate.wants.as_slice() else {
                continue;
            };
            let (low, high) = matcher::span(want);
            from = low.max(from);
            until = match (until, high) {
                (Some(one), Some(other)) => Some(std::cmp::min(one, other)),
                (one, other) => one.or(other),
            };
        }
        (from, until)
    }

    /// Whether a packed entry satisfies every predicate. (`_id` and `person` are the caller's to check.)
    #[must_use]
    pub fn matches(&self, entry: &[u8]) -> bool {
        self.predicates.iter().all(|predicate| predicate.matches(entry))
    }
}
