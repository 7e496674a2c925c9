//! Encounters: now, to come, past.

use jiff::Timestamp;

use super::fact::encounter::EncounterStatus;
use super::fact::{Encounter, Fact};
use super::{PersonRecord, live, newest_first, withdrawn};

/// Encounters of a person.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct EncounterList<'r> {
    /// In progress now: newest first.
    pub under_way: Vec<&'r Fact<Encounter>>,
    /// Planned: soonest first, without a date last.
    pub to_come: Vec<&'r Fact<Encounter>>,
    /// Over: newest first, without a date last.
    pub past: Vec<&'r Fact<Encounter>>,
    /// Cancelled, or planned for a date that has passed: newest first.
    pub not_held: Vec<&'r Fact<Encounter>>,
    /// How many were withdrawn as entered in error.
    pub entered_in_error: usize,
}

/// Encounters (PRSB "Contacts with professionals", "Admission details", "Future appointments").
pub fn encounters(record: &PersonRecord, now: Timestamp) -> EncounterList<'_> {
    let mut all: Vec<&Fact<Encounter>> = live(&record.encounters).collect();
    all.sort_by(|a, b| newest_first(a, b));
    let mut list = EncounterList {
        entered_in_error: withdrawn(&record.encounters),
        ..EncounterList::default()
    };
    for fact in all {
        let what = &fact.what;
        if what.status == Some(EncounterStatus::Cancelled) {
            list.not_held.push(fact);
        } else if what.is_to_come(now) {
            list.to_come.push(fact);
        } else if what.is_under_way(now) {
            list.under_way.push(fact);
        } else if what.has_happened(now) {
            list.past.push(fact);
        } else {
            list.not_held.push(fact);
        }
    }
    list.to_come.sort_by(|a, b| {
        let start =
            |fact: &Fact<Encounter>| fact.what.period.as_ref().and_then(|period| period.start.clone());
        let (a_start, b_start) = (start(a), start(b));
        (a_start.is_none(), a_start, &a.id).cmp(&(b_start.is_none(), b_start, &b.id))
    });
    list
}
