//! What the forms of the page send.

use actions::sharing::{Attorney, SCOPES, Said};

use crate::components::DateParts;

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
    see_summary: Option<String>,
    see_record: Option<String>,
    see_appointments: Option<String>,
    manage_appointments: Option<String>,
    see_plan: Option<String>,
    send_messages: Option<String>,
    attorney_until_day: String,
    attorney_until_month: String,
    attorney_until_year: String,
    pub(super) seen: Option<String>,
    page: String,
}

impl Deciding {
    pub(super) fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Whether the box of this scope was ticked.
    pub(super) fn ticked(&self, scope: &str) -> bool {
        let boxes = [
            (codes::access::SEE_SUMMARY, &self.see_summary),
            (codes::access::SEE_RECORD, &self.see_record),
            (codes::access::SEE_APPOINTMENTS, &self.see_appointments),
            (codes::access::MANAGE_APPOINTMENTS, &self.manage_appointments),
            (codes::access::SEE_PLAN, &self.see_plan),
            (codes::access::SEND_MESSAGES, &self.send_messages),
        ];
        boxes
            .iter()
            .any(|(code, ticked)| *code == scope && ticked.is_some())
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
                scopes: SCOPES
                    .iter()
                    .filter(|(code, _)| self.ticked(code))
                    .map(|(code, _)| (*code).to_owned())
                    .collect(),
                until: self.attorney_until().date(),
                seen: self.seen.is_some(),
            }),
            "no-attorney" => Said::NoAttorney(self.page.clone()),
            _ => return None,
        })
    }
}
