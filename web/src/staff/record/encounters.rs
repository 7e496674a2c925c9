//! Encounters: now, to come, past, and those that were not held.

use care::record::fact::encounter::EncounterStatus;
use care::record::fact::{self, Encounter};
use care::record::{Mention, PersonRecord, encounters};
use jiff::Timestamp;

use super::list::{FactListView, Section};
use super::origin;
use crate::components::{Cell, Fact, FactGroup, SectionOfRecord, Tag, TagColour};
use crate::frame::Frame;

pub(crate) fn view(frame: Frame, record: &PersonRecord, base: &str, now: Timestamp) -> FactListView {
    let list = encounters(record, now);
    let headers = || vec!["Encounter", "When", "Where and with whom"];
    let rows = |facts: &[&fact::Fact<Encounter>]| facts.iter().map(|fact| row(fact)).collect::<Vec<Fact>>();
    let mut groups = Vec::new();
    if !list.under_way.is_empty() {
        groups.push(FactGroup::new("now", "Now", headers(), rows(&list.under_way), ""));
    }
    groups.push(FactGroup::new(
        "to-come",
        "To come",
        headers(),
        rows(&list.to_come),
        "No encounter to come is recorded.",
    ));
    groups.push(FactGroup::new(
        "past",
        "Past",
        headers(),
        rows(&list.past),
        "No past encounter is recorded.",
    ));
    if !list.not_held.is_empty() {
        let group = FactGroup::new(
            "not-held",
            "Cancelled or not held",
            headers(),
            rows(&list.not_held),
            "",
        );
        groups.push(group.intro("Cancelled, or planned for a date that has passed."));
    }
    Section {
        section: SectionOfRecord::Encounters,
        entered_in_error: list.entered_in_error,
    }
    .view(frame, record, base, now, groups)
}

fn row(fact: &fact::Fact<Encounter>) -> Fact {
    let encounter = &fact.what;
    let mut name = Cell::new(encounter.words()).tag(status(encounter));
    if encounter.class_words() != encounter.words() {
        name = name.line(encounter.class_words());
    }
    if !encounter.reasons.is_empty() {
        let reasons: Vec<&str> = encounter
            .reasons
            .iter()
            .map(care::concept::Concept::words)
            .collect();
        name = name.line(format!("For {}", reasons.join(", ")));
    }
    let discharged = encounter
        .discharged_to
        .as_ref()
        .map(|to| format!("Discharged to {}", to.words()));
    let when = encounter
        .period
        .as_ref()
        .map_or_else(|| origin::when(fact), care::when::Period::words);
    let places: Vec<&str> = encounter
        .locations
        .iter()
        .chain(&encounter.provider)
        .filter_map(Mention::words)
        .collect();
    let first = places.first().copied().unwrap_or("Place not recorded");
    let where_and_who = Cell::new(first)
        .lines(
            places
                .iter()
                .skip(1)
                .filter(|place| **place != first)
                .map(|place| (*place).to_owned()),
        )
        .lines(encounter.participants.iter().filter_map(person_words));
    Fact::new(
        vec![name, Cell::new(when).lines(discharged), where_and_who],
        origin::source(fact),
    )
}

/// A professional as a page names them: the role, else the name.
fn person_words(mention: &Mention) -> Option<String> {
    mention
        .role
        .as_deref()
        .or(mention.name.as_deref())
        .map(str::to_owned)
}

pub(super) fn status(encounter: &Encounter) -> Tag {
    match encounter.status {
        None => Tag::new("Status not recorded", TagColour::Yellow),
        Some(status) => {
            let colour = match status {
                EncounterStatus::Arrived | EncounterStatus::Triaged | EncounterStatus::InProgress => {
                    TagColour::Green
                }
                EncounterStatus::OnLeave | EncounterStatus::Unknown => TagColour::Yellow,
                EncounterStatus::Planned => TagColour::Blue,
                EncounterStatus::Finished | EncounterStatus::Cancelled => TagColour::Grey,
            };
            Tag::new(status.words(), colour)
        }
    }
}
