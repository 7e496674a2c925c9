//! The index at the moments of a person that mattered: referrals and admissions, each as it could be known then.

use ::population::PersonSlice;
use ::population::score::FrailtyOn;
use ::record::PersonRead;
use boards::risk::is_referral;
use care::score::efi::{AGES, Frailty};
use jiff::civil::Date;
use serde_json::Value;

use super::one::day;

/// The index at a moment that mattered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtTime {
    /// "Referral" or "Admission".
    pub what: &'static str,
    pub day: Date,
    pub count: u32,
    pub band: Frailty,
}

/// How many referrals and admissions are looked back at.
const MOST_AT: usize = 6;

/// The index at the last referrals and admissions up to a day, newest first. Each by facts with a day alone: nobody can tell whether one
/// without was known by then. None at an age for which the index was not made.
pub(super) fn at_moments<'t>(
    read: &PersonRead,
    person: &PersonSlice<'_>,
    today: Date,
    on: impl Fn(Date) -> Option<FrailtyOn<'t>>,
) -> Vec<AtTime> {
    let mut at: Vec<AtTime> = moments(read)
        .into_iter()
        .filter(|(_, day)| *day <= today)
        .filter_map(|(what, day)| {
            let then = on(day)?.looking_back().of(person).ok()?;
            AGES.contains(&i64::from(then.age)).then(|| AtTime {
                what,
                day,
                count: then.efi.count(),
                band: then.efi.frailty(),
            })
        })
        .collect();
    at.sort_by_key(|one| std::cmp::Reverse(one.day));
    at.dedup();
    at.truncate(MOST_AT);
    at
}

/// Referrals that were not revoked, and stays in hospital. A request of a test or a procedure is no referral.
fn moments(read: &PersonRead) -> Vec<(&'static str, Date)> {
    let mut moments = Vec::new();
    for stored in &read.resources {
        let name = stored.resource_type.name();
        if name != "ServiceRequest" && name != "Encounter" {
            continue;
        }
        let Ok(resource) = serde_json::from_slice::<Value>(&stored.json) else {
            continue;
        };
        let status = resource["status"].as_str().unwrap_or_default();
        let void = ["entered-in-error", "revoked", "cancelled", "draft", "planned"];
        let stay = ["IMP", "ACUTE", "NONAC", "SS", "OBSENC"];
        let (what, when) = match name {
            "ServiceRequest" if is_referral(&resource) => ("Referral", &resource["authoredOn"]),
            "Encounter" if stay.iter().any(|code| resource["class"]["code"] == *code) => {
                ("Admission", &resource["period"]["start"])
            }
            _ => continue,
        };
        if let Some(day) = day(when).filter(|_| !void.contains(&status)) {
            moments.push((what, day));
        }
    }
    moments
}
