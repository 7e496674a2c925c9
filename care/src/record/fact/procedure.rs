//! Procedures and therapies.

use super::super::mention::Mention;
use crate::coded::coded;
use crate::concept::Concept;

coded! {
    /// Where a procedure stands (FHIR event-status).
    ProcedureStatus {
        Preparation = "preparation", "In preparation";
        InProgress = "in-progress", "In progress";
        NotDone = "not-done", "Not done";
        OnHold = "on-hold", "On hold";
        Stopped = "stopped", "Stopped";
        Completed = "completed", "Completed";
        Unknown = "unknown", "Status not known";
    }
}

/// A procedure or therapy.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Procedure {
    /// What; nothing when the sender gave no code.
    pub code: Option<Concept>,
    /// Where it stands.
    pub status: Option<ProcedureStatus>,
    /// Why it was not done.
    pub status_reason: Option<Concept>,
    /// Its category.
    pub category: Option<Concept>,
    /// Why.
    pub reasons: Vec<Concept>,
    /// Resources that say why.
    pub reason_mentions: Vec<Mention>,
    /// Where on the body.
    pub body_sites: Vec<Concept>,
    /// How it ended.
    pub outcome: Option<Concept>,
    /// Where it was done.
    pub location: Option<Mention>,
    /// Notes.
    pub notes: Vec<String>,
}

impl Procedure {
    /// What, in words.
    pub fn words(&self) -> &str {
        self.code.as_ref().map_or("Procedure not stated", Concept::words)
    }
}
