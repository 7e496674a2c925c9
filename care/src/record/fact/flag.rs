//! Flags: alerts and reasonable adjustments.

use crate::coded::coded;
use crate::concept::Concept;
use crate::when::Period;

coded! {
    /// Whether a flag stands (FHIR flag-status).
    FlagStatus {
        Active = "active", "Active";
        Inactive = "inactive", "Inactive";
    }
}

/// An alert or a reasonable adjustment.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Flag {
    /// What to know.
    pub code: Concept,
    /// What sort of flag.
    pub categories: Vec<Concept>,
    /// Whether it stands.
    pub status: Option<FlagStatus>,
    /// From when until when.
    pub period: Option<Period>,
}

impl Flag {
    /// Whether it stands now: not inactive and not ended by date.
    pub fn is_in_force(&self, now: jiff::Timestamp) -> bool {
        self.status != Some(FlagStatus::Inactive)
            && !self.period.as_ref().is_some_and(|period| period.has_ended(now))
    }

    /// Whether it tells of a reasonable adjustment or communication need (DAPB4019, DAPB1605), by category.
    pub fn is_reasonable_adjustment(&self) -> bool {
        self.categories
            .iter()
            .chain([&self.code])
            .flat_map(|concept| &concept.codings)
            .any(|coding| {
                coding.code.as_deref().is_some_and(|code| {
                    coding
                        .system
                        .as_deref()
                        .is_some_and(|system| codes::flag::is_reasonable_adjustment(system, code))
                })
            })
    }
}
