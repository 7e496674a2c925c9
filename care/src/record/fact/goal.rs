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

impl Target {
    /// "Weight: 70 kg, by 1 September 2026"; empty when nothing was said.
    pub fn words(&self) -> String {
        let measure = self.measure.as_ref().map(Concept::words);
        let wanted = self.wanted.as_ref().map(super::result::Value::words);
        let mut words = match (measure, wanted) {
            (Some(measure), Some(wanted)) => format!("{measure}: {wanted}"),
            (Some(measure), None) => measure.to_owned(),
            (None, wanted) => wanted.unwrap_or_default(),
        };
        if let Some(due) = &self.due {
            words.push_str(if words.is_empty() { "by " } else { ", by " });
            words.push_str(&due.date_words());
        }
        words
    }
}

impl Goal {
    /// Every target in words: "Weight: 70 kg, by 1 September 2026"; nothing without any.
    pub fn target_words(&self) -> Option<String> {
        let words: Vec<String> = self
            .targets
            .iter()
            .map(Target::words)
            .filter(|words| !words.is_empty())
            .collect();
        (!words.is_empty()).then(|| words.join("; "))
    }
}
