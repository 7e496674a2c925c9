//! What the forms of the page send.

use actions::sharing::{Attorney, Parent, Said};

use crate::components::{DateParts, TickedScopes};

/// One of the page's forms; `decision` says which.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct Deciding {
    csrf: String,
    pub(super) decision: String,
    pub(super) words: String,
    capacity_until_day: String,
    capacity_until_month: String,
    capacity_until_year: String,
    pub(super) name: String,
    pub(super) nhs_number: String,
    pub(super) registered: String,
    pub(super) power: String,
    #[serde(flatten)]
    pub(super) scopes: TickedScopes,
    attorney_until_day: String,
    attorney_until_month: String,
    attorney_until_year: String,
    pub(super) seen: Option<String>,
    pub(super) parent_name: String,
    pub(super) parent_number: String,
    pub(super) parent_relationship: String,
    pub(super) parent_checked: String,
    parent_since_day: String,
    parent_since_month: String,
    parent_since_year: String,
    parent_until_day: String,
    parent_until_month: String,
    parent_until_year: String,
    pub(super) parent_seen: Option<String>,
    page: String,
}

impl Deciding {
    pub(super) fn csrf(&self) -> &str {
        &self.csrf
    }

    pub(super) fn capacity_until(&self) -> DateParts {
        DateParts {
            day: self.capacity_until_day.clone(),
            month: self.capacity_until_month.clone(),
            year: self.capacity_until_year.clone(),
        }
    }

    pub(super) fn attorney_until(&self) -> DateParts {
        DateParts {
            day: self.attorney_until_day.clone(),
            month: self.attorney_until_month.clone(),
            year: self.attorney_until_year.clone(),
        }
    }

    pub(super) fn parent_since(&self) -> DateParts {
        DateParts {
            day: self.parent_since_day.clone(),
            month: self.parent_since_month.clone(),
            year: self.parent_since_year.clone(),
        }
    }

    pub(super) fn parent_until(&self) -> DateParts {
        DateParts {
            day: self.parent_until_day.clone(),
            month: self.parent_until_month.clone(),
            year: self.parent_until_year.clone(),
        }
    }

    /// What was said; nothing when the form is none of the page's.
    pub(super) fn said(&self) -> Option<Said> {
        Some(match self.decision.as_str() {
            "competent" => Said::Competent(self.words.clone()),
            "not-competent" => Said::NotCompetent,
            "lacks-capacity" => Said::LacksCapacity(self.words.clone(), self.capacity_until().date()),
            "has-capacity" => Said::HasCapacity,
            "attorney" => Said::Attorney(Attorney {
                name: self.name.clone(),
                nhs_number: self.nhs_number.clone(),
                registered: self.registered.clone(),
                power: self.power.clone(),
                scopes: self.scopes.codes(),
                until: self.attorney_until().date(),
                seen: self.seen.is_some(),
            }),
            "no-attorney" => Said::NoAttorney(self.page.clone()),
            "parent" => Said::Parent(Parent {
                name: self.parent_name.clone(),
                nhs_number: self.parent_number.clone(),
                relationship: self.parent_relationship.clone(),
                checked: self.parent_checked.clone(),
                since: self.parent_since().date(),
                until: self.parent_until().date(),
                seen: self.parent_seen.is_some(),
            }),
            "no-parent" => Said::NoParent(self.page.clone()),
            _ => return None,
        })
    }
}
