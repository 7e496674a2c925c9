//! Consents and refusals.

use crate::coded::coded;
use crate::concept::Concept;
use crate::when::Period;

coded! {
    /// Where a consent stands (FHIR consent-state-codes).
    ConsentStatus {
        Draft = "draft", "Draft";
        Proposed = "proposed", "Proposed";
        Active = "active", "Active";
        Rejected = "rejected", "Rejected";
        Inactive = "inactive", "Inactive";
    }
}

coded! {
    /// What is decided (FHIR consent-provision-type).
    Decision {
        Permit = "permit", "Agreed";
        Deny = "deny", "Refused";
    }
}

/// A consent or refusal.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Consent {
    /// Where it stands.
    pub status: Option<ConsentStatus>,
    /// What area it is in: privacy, treatment, research, advance directive.
    pub scope: Concept,
    /// What sort.
    pub categories: Vec<Concept>,
    /// What is decided, at the top.
    pub decision: Option<Decision>,
    /// From when until when.
    pub period: Option<Period>,
}

impl Consent {
    /// What sort, in words.
    pub fn words(&self) -> &str {
        self.categories.first().unwrap_or(&self.scope).words()
    }
}
