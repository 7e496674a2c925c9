//! Goals.

use crate::coded::coded;
use crate::concept::Concept;
use crate::partial_date::PartialDate;

coded! {
    /// Where a goal stands (FHIR goal-status).
    GoalStatus {
        Proposed = "proposed", "Proposed";
        Planned = "planned", "Planned";
        Accepted = "accepted", "Accepted";
        Active = "active", "Active";
        OnHold = "on-hold", "On hold";
        Completed = "completed", "Completed";
        Cancelled = "cancelled", "Cancelled";
        Rejected = "rejected", "Rejected";
    }
}

/// What would count as reached.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Target {
    /// What is measured.
    pub measure: Option<Concept>,
    /// The wished value.
    pub wanted: Option<super::result::Value>,
    /// By when.
    pub due: Option<PartialDate>,
}

/// A goal.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Goal {
    /// Where it stands.
    pub status: Option<GoalStatus>,
    /// How far it is reached.
    pub achievement: Option<Concept>,
    /// In words.
    pub description: Concept,
    /// How important.
    pub priority: Option<Concept>,
    /// What would count as reached.
    pub targets: Vec<Target>,
    /// When the status was set.
    pub status_date: Option<PartialDate>,
    /// Notes.
    pub notes: Vec<String>,
}
