//! Problems and diagnoses.

use crate::coded::coded;
use crate::concept::Concept;
use crate::when::When;

coded! {
    /// Where a problem stands (FHIR condition-clinical).
    ProblemStatus {
        Active = "active", "Active";
        Recurrence = "recurrence", "Recurrence";
        Relapse = "relapse", "Relapse";
        Inactive = "inactive", "Inactive";
        Remission = "remission", "In remission";
        Resolved = "resolved", "Resolved";
    }
}

coded! {
    /// How sure a diagnosis is (FHIR condition-ver-status).
    Certainty {
        Unconfirmed = "unconfirmed", "Unconfirmed";
        Provisional = "provisional", "Provisional";
        Differential = "differential", "Differential diagnosis";
        Confirmed = "confirmed", "Confirmed";
        Refuted = "refuted", "Refuted";
    }
}

/// A problem, diagnosis or other condition.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Problem {
    /// What it is; nothing when the sender gave no code.
    pub condition: Option<Concept>,
    /// Where it stands; nothing when not said.
    pub status: Option<ProblemStatus>,
    /// How sure it is.
    pub certainty: Option<Certainty>,
    /// Problem list item, encounter diagnosis and the like.
    pub categories: Vec<Concept>,
    /// How severe.
    pub severity: Option<Concept>,
    /// Where in the body.
    pub body_sites: Vec<Concept>,
    /// When it ended.
    pub ended: Option<When>,
    /// Notes.
    pub notes: Vec<String>,
}

/// SNOMED CT severities, the gravest first: severe, moderate, mild.
const SEVERITIES: [&str; 3] = ["24484000", "6736007", "255604002"];

impl Problem {
    /// The words for it.
    pub fn words(&self) -> &str {
        self.condition
            .as_ref()
            .map_or("Condition not stated", Concept::words)
    }

    /// Whether it counts as active. A status that was not said counts as active unless the problem has ended: the safer
    /// reading is to show it.
    pub fn is_active(&self) -> bool {
        match self.status {
            Some(ProblemStatus::Active | ProblemStatus::Recurrence | ProblemStatus::Relapse) => true,
            Some(ProblemStatus::Inactive | ProblemStatus::Remission | ProblemStatus::Resolved) => false,
            None => self.ended.is_none(),
        }
    }

    /// Whether it was ruled out.
    pub fn is_refuted(&self) -> bool {
        self.certainty == Some(Certainty::Refuted)
    }

    /// Whether it stands on the problem list rather than in one encounter.
    pub fn is_problem_list_item(&self) -> bool {
        self.categories
            .iter()
            .any(|category| category.has_code("problem-list-item"))
    }

    /// Whether it is the diagnosis of a visit or stay rather than one of the problem list.
    pub fn is_encounter_diagnosis(&self) -> bool {
        self.categories
            .iter()
            .any(|category| category.has_code("encounter-diagnosis"))
    }

    /// 0 for severe, 1 moderate, 2 not said, 3 mild.
    pub fn severity_rank(&self) -> u8 {
        let severity = self.severity.as_ref();
        let is = |index: usize| severity.is_some_and(|s| s.has_code(SEVERITIES[index]));
        if is(0) {
            0
        } else if is(1) {
            1
        } else if is(2) {
            3
        } else {
            2
        }
    }
}
