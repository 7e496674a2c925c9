//! How an open referral reads by the waiting-list rule.

use actions::eligibility::Wait;
use care::waiting_list::row::DEFINITION;
use jiff::civil::Date;

use super::words::sentence;
use crate::staff::risk::date_words;

/// One open referral.
#[derive(Debug, Clone)]
pub(super) struct WaitRow {
    pub(super) what: String,
    pub(super) since: String,
    pub(super) urgency: Option<String>,
    pub(super) level: &'static str,
    pub(super) reasons: Vec<String>,
    pub(super) missing: Vec<&'static str>,
    pub(super) attended: Vec<String>,
    pub(super) unseen: bool,
    pub(super) version: &'static str,
    pub(super) source: &'static str,
}

impl WaitRow {
    pub(super) fn new(wait: &Wait) -> WaitRow {
        let priority = &wait.priority;
        let reasons = priority.reasons.iter().map(|reason| {
            let strong = if reason.strong { " (a strong reason)" } else { "" };
            let days: Vec<String> = wait.attended.iter().copied().map(date_words).collect();
            // Attendances alone come from the record, with the days on which somebody came.
            sentence(&format!("{}{strong}: {}", reason.words, days.join("; ")))
        });
        let label = |name: &&'static str| DEFINITION.input(name).map(|input| input.label);
        WaitRow {
            what: wait.what.clone(),
            since: wait.since.map_or_else(
                || "a day that is not recorded or cannot be right".to_owned(),
                date_words,
            ),
            urgency: wait.urgency.clone(),
            level: priority.look.label(),
            reasons: reasons.collect(),
            missing: priority.missing.iter().filter_map(label).collect(),
            attended: short_of_a_reason(wait).into_iter().map(date_words).collect(),
            unseen: wait.unseen,
            version: priority.version,
            source: DEFINITION.source,
        }
    }
}

/// The attendances that are recorded and too few to answer the rule.
fn short_of_a_reason(wait: &Wait) -> Vec<Date> {
    if wait.priority.reasons.is_empty() {
        wait.attended.clone()
    } else {
        Vec::new()
    }
}
