//! Care plans.

use super::super::mention::Mention;
use crate::coded::coded;
use crate::concept::Concept;
use crate::when::{Period, When};

coded! {
    /// Where a plan stands (FHIR request-status).
    PlanStatus {
        Draft = "draft", "Draft";
        Active = "active", "Active";
        OnHold = "on-hold", "On hold";
        Revoked = "revoked", "Revoked";
        Completed = "completed", "Completed";
        Unknown = "unknown", "Status not known";
    }
}

/// Something planned.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Activity {
    /// Whether it says what must not be done (`doNotPerform`).
    pub forbidden: bool,
    /// What.
    pub code: Option<Concept>,
    /// In words.
    pub description: Option<String>,
    /// Where it stands, as sent.
    pub status: Option<String>,
    /// When.
    pub scheduled: Option<When>,
    /// How often, when it comes round again.
    pub schedule: Option<super::dose::Timing>,
    /// A request or task that carries it out.
    pub request: Option<Mention>,
    /// Who does it.
    pub performers: Vec<Mention>,
}

impl Activity {
    /// What, in words.
    pub fn words(&self) -> &str {
        let request = self.request.as_ref().and_then(Mention::words);
        let coded = self.code.as_ref().map(Concept::words);
        coded
            .or(self.description.as_deref())
            .or(request)
            .unwrap_or("Activity not stated")
    }

    /// The description, when it says more than the words.
    pub fn more_words(&self) -> Option<&str> {
        self.description
            .as_deref()
            .filter(|description| *description != self.words())
    }

    /// When and how often; nothing when neither was said.
    pub fn schedule_words(&self) -> Option<String> {
        let words: Vec<String> = self
            .scheduled
            .iter()
            .map(When::words)
            .chain(self.schedule.iter().map(super::dose::Timing::words))
            .filter(|words| !words.is_empty())
            .collect();
        (!words.is_empty()).then(|| words.join(", "))
    }

    /// Who does it, those with names: "District nurse, daughter"; nothing when nobody is named.
    pub fn performer_words(&self) -> Option<String> {
        let names: Vec<&str> = self.performers.iter().filter_map(Mention::words).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

/// A care plan.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Plan {
    /// Where it stands.
    pub status: Option<PlanStatus>,
    /// Proposal, plan, order, option, as sent.
    pub intent: Option<String>,
    /// What sort of plan.
    pub categories: Vec<Concept>,
    /// Its title.
    pub title: Option<String>,
    /// Its summary.
    pub description: Option<String>,
    /// From when until when it holds.
    pub period: Option<Period>,
    /// The problems it is for.
    pub addresses: Vec<Mention>,
    /// The goals it serves.
    pub goals: Vec<Mention>,
    /// What is planned.
    pub activities: Vec<Activity>,
    /// Notes.
    pub notes: Vec<String>,
}

impl Plan {
    /// The title, else the first category, else "Care plan".
    pub fn words(&self) -> &str {
        let category = self
            .categories
            .iter()
            .find(|category| category.words() != "not stated")
            .map(Concept::words);
        self.title.as_deref().or(category).unwrap_or("Care plan")
    }

    /// "Proposal" or "Option" for what nobody has settled on yet; nothing for a plan or an order.
    pub fn intent_words(&self) -> Option<&str> {
        match self.intent.as_deref() {
            None | Some("plan" | "order") => None,
            Some("proposal") => Some("Proposed"),
            Some("option") => Some("Option"),
            Some(other) => Some(other),
        }
    }

    /// Whether it is in force: active or on hold (shown with its status), or not said, and not ended by date.
    pub fn is_in_force(&self, now: jiff::Timestamp) -> bool {
        let open = matches!(
            self.status,
            None | Some(PlanStatus::Active | PlanStatus::OnHold | PlanStatus::Unknown)
        );
        open && !self.period.as_ref().is_some_and(|period| period.has_ended(now))
    }

    /// Whether it sets out what to do in an emergency.
    pub fn is_emergency_plan(&self) -> bool {
        self.categories.iter().any(is_emergency_plan)
    }
}

/// Whether a concept is a sort of plan that must be found first in an emergency, by code or (for uncoded plans) words.
pub(crate) fn is_emergency_plan(concept: &Concept) -> bool {
    let coded = concept.codings.iter().any(|coding| {
        coding.system.as_deref() == Some(codes::system::SNOMED_CT)
            && coding
                .code
                .as_deref()
                .is_some_and(codes::plan_type::is_emergency_plan)
    });
    let words = concept.words().to_lowercase();
    coded
        || [
            "respect form",
            "escalation plan",
            "advance care plan",
            "do not attempt",
        ]
        .iter()
        .any(|w| words.contains(w))
}
