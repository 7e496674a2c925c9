//! Patterns in who looked, in words, with a link to the looks that they were seen in.

use actions::Role;
use actions::audit::{Pattern, Seen, Sighting};
use jiff::Timestamp;

use super::inbox::moment;
use crate::app::role_words_of;

/// A pattern of the last day.
#[derive(Debug, Clone)]
pub(super) struct PatternRow {
    pub(super) what: &'static str,
    pub(super) who: String,
    pub(super) count: String,
    pub(super) reason: &'static str,
    pub(super) href: Option<String>,
}

/// A pattern that waits for a finding.
#[derive(Debug, Clone)]
pub(super) struct SightingCard {
    pub(super) id: String,
    /// A number within the page, for ids of inputs.
    pub(super) number: usize,
    pub(super) what: &'static str,
    pub(super) who: String,
    pub(super) patient: Option<String>,
    pub(super) count: String,
    pub(super) at: String,
    pub(super) age: String,
    pub(super) reason: &'static str,
    pub(super) href: Option<String>,
    pub(super) error: Option<String>,
    pub(super) typed: String,
}

/// A pattern in words, and what is counted of it.
fn words(pattern: Pattern) -> (&'static str, &'static str, &'static str) {
    match pattern {
        Pattern::Family => ("Looked at somebody of their own family", "look", "looks"),
        Pattern::Household => ("Looked at somebody who lives at their address", "look", "looks"),
        Pattern::Colleague => ("Looked at somebody they work with", "look", "looks"),
        Pattern::Neighbour => ("Looked at somebody of their own postcode", "look", "looks"),
        Pattern::WellKnown => ("Looked at somebody well known", "look", "looks"),
        Pattern::Bulk => ("Opened very many records", "person", "people"),
        Pattern::Crowd => ("One record opened by very many", "reader", "readers"),
        Pattern::Knocking => ("Could not sign in, very often", "time", "times"),
        Pattern::Trying => (
            "Asked often for what is not there, or not for them",
            "time",
            "times",
        ),
    }
}

fn count_words(pattern: Pattern, count: u64) -> String {
    let (_, one, many) = words(pattern);
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Whether the reader said why; nothing where nobody is asked to.
fn reason(pattern: Pattern, with_reason: bool) -> &'static str {
    match pattern {
        Pattern::Bulk | Pattern::Crowd | Pattern::Knocking | Pattern::Trying => "",
        _ if with_reason => "Opened with a reason, in the inbox",
        _ => "No reason was given",
    }
}

fn who(pattern: Pattern, actor: Option<&str>, role: Option<Role>, organisation: Option<&str>) -> String {
    match actor {
        Some("nobody") if pattern == Pattern::Knocking => {
            "names that no account has, or no account at all".to_owned()
        }
        Some(account) if pattern == Pattern::Knocking => format!("account {account}"),
        Some(actor) => {
            let role = role.map(role_words_of).unwrap_or_default();
            format!("{actor}, {role}, {}", organisation.unwrap_or("no organisation"))
        }
        None => "many readers".to_owned(),
    }
}

/// Where the looks are listed that it was seen in. Internal ids tell nothing of anybody.
fn href(
    pattern: Pattern,
    actor: Option<&str>,
    patient: Option<&str>,
    page_of: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let encoded = |text: &str| crate::path_segment::encode(text);
    let page = patient.and_then(page_of).map(|page| encoded(&page));
    match (pattern, actor, page) {
        (Pattern::Knocking, Some(account), _) => {
            Some(format!("/staff/privacy/sign-ins?account={}", encoded(account)))
        }
        (_, Some(reader), Some(page)) => Some(format!(
            "/staff/privacy/looks?person={page}&reader={}",
            encoded(reader)
        )),
        (_, Some(reader), None) => Some(format!("/staff/privacy/looks?reader={}", encoded(reader))),
        (_, None, Some(page)) => Some(format!("/staff/privacy/looks?person={page}")),
        (_, None, None) => None,
    }
}

pub(super) fn row(seen: &Seen, page_of: &dyn Fn(&str) -> Option<String>) -> PatternRow {
    let (actor, patient) = (seen.actor.as_deref(), seen.patient.as_deref());
    let reader = who(seen.pattern, actor, seen.role, seen.organisation.as_deref());
    PatternRow {
        what: words(seen.pattern).0,
        who: match (actor, patient) {
            (Some(_), Some(patient)) => format!("{reader}; person {patient}"),
            (Some(_), None) => reader,
            (None, Some(patient)) => format!("person {patient}"),
            (None, None) => "a person whose record was destroyed".to_owned(),
        },
        count: count_words(seen.pattern, seen.count),
        reason: reason(seen.pattern, seen.with_reason),
        href: href(seen.pattern, actor, patient, page_of),
    }
}

pub(super) fn sighting_card(
    number: usize,
    sighting: &Sighting,
    now: Timestamp,
    page_of: &dyn Fn(&str) -> Option<String>,
    error: Option<String>,
    typed: String,
) -> SightingCard {
    let (actor, patient) = (sighting.actor.as_deref(), sighting.patient.as_deref());
    SightingCard {
        id: sighting.id.clone(),
        number,
        what: words(sighting.pattern).0,
        who: who(
            sighting.pattern,
            actor,
            sighting.role,
            sighting.organisation.as_deref(),
        ),
        patient: sighting.patient.clone(),
        count: count_words(sighting.pattern, sighting.count),
        at: moment(sighting.at),
        age: sighting.at.map(|at| age(at, now)).unwrap_or_default(),
        reason: reason(sighting.pattern, sighting.with_reason),
        href: href(sighting.pattern, actor, patient, page_of),
        error,
        typed,
    }
}

/// How long it has waited, in whole minutes, hours or days.
fn age(at: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(at).as_mins().max(0);
    let (count, unit) = match minutes {
        ..60 => (minutes, "minute"),
        60..2880 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_told_in_minutes_then_hours_then_days() {
        let at = Timestamp::UNIX_EPOCH;
        let after = |minutes| age(at, at + jiff::SignedDuration::from_mins(minutes));
        assert_eq!(after(1), "1 minute");
        assert_eq!(after(59), "59 minutes");
        assert_eq!(after(60), "1 hour");
        assert_eq!(after(47 * 60), "47 hours");
        assert_eq!(after(48 * 60), "2 days");
        assert_eq!(after(-5), "0 minutes");
    }
}
