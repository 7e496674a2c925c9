//! Who has a person on their caseload or is in a care team: the same resources, elements and states by which the record's
//! door knows it (`record::access`).

use care::partial_date::PartialDate;
use jiff::civil::Date;
use serde_json::Value;

/// Somebody who cares for a person, between two days.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tie {
    /// A reference (`Organization/…`) or an identifier (`system|value`).
    pub(super) party: String,
    pub(super) from: Option<Date>,
    pub(super) until: Option<Date>,
}

impl Tie {
    pub(super) fn holds(&self, today: Date) -> bool {
        self.from.is_none_or(|from| from <= today) && self.until.is_none_or(|until| today <= until)
    }
}

/// What a resource says; nothing when it is of another state or cannot be read.
pub(super) fn read(json: &[u8], ties: &mut Vec<Tie>) {
    let Ok(resource) = serde_json::from_slice::<Value>(json) else {
        return;
    };
    let status = resource["status"].as_str().unwrap_or_default();
    match resource["resourceType"].as_str() {
        Some("EpisodeOfCare") if ["planned", "waitlist", "active", "onhold"].contains(&status) => {
            for element in ["managingOrganization", "careManager"] {
                take(&resource[element], (None, None), ties);
            }
        }
        Some("CareTeam") if status == "active" => {
            let period = &resource["period"];
            let days = (
                day(&period["start"]).map(|date| date.first_day()),
                day(&period["end"]).map(|date| date.last_day()),
            );
            for participant in resource["participant"].as_array().into_iter().flatten() {
                take(&participant["member"], days, ties);
            }
        }
        _ => {}
    }
}

fn take(reference: &Value, (from, until): (Option<Date>, Option<Date>), ties: &mut Vec<Tie>) {
    let mut add = |party: String| ties.push(Tie { party, from, until });
    if let Some(text) = reference["reference"].as_str() {
        // An absolute reference to ourselves ends in the same type and id.
        let mut parts = text.rsplit('/');
        if let (Some(id), Some(kind)) = (parts.next(), parts.next()) {
            add(format!("{kind}/{id}"));
        }
    }
    let identifier = &reference["identifier"];
    if let (Some(system), Some(value)) = (identifier["system"].as_str(), identifier["value"].as_str()) {
        add(format!("{system}|{value}"));
    }
}

/// The day of a FHIR dateTime, as far as it is known.
fn day(text: &Value) -> Option<PartialDate> {
    PartialDate::parse(text.as_str()?.split('T').next()?)
}
