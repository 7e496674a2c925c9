//! Allergies: active; statements that there are none; inactive; ruled out.

use care::record::fact::allergy::{AllergyCertainty, Criticality, Reaction};
use care::record::fact::{self, Allergy};
use care::record::{AllergyStanding, PersonRecord, allergies};
use jiff::Timestamp;

use super::list::{FactListView, Section};
use super::origin;
use crate::components::{Cell, Fact, FactGroup, SectionOfRecord, Tag, TagColour};
use crate::frame::Frame;

pub(crate) fn view(frame: Frame, record: &PersonRecord, base: &str, now: Timestamp) -> FactListView {
    let list = allergies(record);
    let headers = || vec!["Allergy or intolerance", "Reaction", "Since"];
    let rows = |facts: &[&fact::Fact<Allergy>]| facts.iter().map(|fact| row(fact)).collect::<Vec<Fact>>();
    let mut groups = vec![FactGroup::new(
        "active",
        "Active allergies and intolerances",
        headers(),
        rows(&list.active),
        match list.standing {
            AllergyStanding::NoneKnown => "It is recorded that no allergy is known: see below.",
            AllergyStanding::NoneOfASort => "It is recorded that no allergy of one sort is known: see below.",
            AllergyStanding::NoneActive => "No active allergy is recorded. Earlier entries stand below.",
            AllergyStanding::NotRecorded | AllergyStanding::Known => {
                "Allergies are not recorded. Nobody has said that there are none: ask the person before you treat."
            }
        },
    )];
    let mut add = |id, heading: &str, intro: &str, facts: &[&fact::Fact<Allergy>]| {
        if !facts.is_empty() {
            groups.push(FactGroup::new(id, heading, headers(), rows(facts), "").intro(intro));
        }
    };
    add("none-known", "Recorded as having none", "", &list.none_known);
    add("inactive", "Inactive or resolved", "", &list.inactive);
    add(
        "ruled-out",
        "Ruled out",
        "Considered, and found not to be so.",
        &list.refuted,
    );
    let section = Section {
        section: SectionOfRecord::Allergies,
        entered_in_error: list.entered_in_error,
    };
    let mut view = section.view(frame, record, base, now, groups);
    if list.is_contradictory {
        view.intro = "The record contradicts itself: it lists an allergy and also says that none is known. Take the allergy as true until somebody has asked.".to_owned();
    }
    view
}

/// What must be known beside an allergy's name.
pub(super) fn tags(allergy: &Allergy) -> Vec<Tag> {
    let mut tags = Vec::new();
    match allergy.criticality {
        Some(Criticality::High) => tags.push(Tag::new("High risk", TagColour::Red)),
        Some(unsure @ Criticality::UnableToAssess) => tags.push(Tag::new(unsure.words(), TagColour::Yellow)),
        Some(Criticality::Low) | None => {}
    }
    if let Some(kind) = allergy.kind {
        tags.push(Tag::new(kind.words(), TagColour::Grey));
    }
    if allergy.certainty == Some(AllergyCertainty::Unconfirmed) {
        tags.push(Tag::new("Unconfirmed", TagColour::Yellow));
    }
    if allergy.is_transfer_degraded() {
        tags.push(Tag::new("Code lost between systems", TagColour::Yellow));
    }
    tags
}

fn row(fact: &fact::Fact<Allergy>) -> Fact {
    let allergy = &fact.what;
    let mut name = Cell::new(allergy.words());
    for tag in tags(allergy) {
        name = name.tag(tag);
    }
    let name = name.lines(allergy.notes.iter().cloned());
    let reaction = if allergy.says_none_known() || allergy.says_none_of_a_sort() {
        Cell::new("Does not apply")
    } else {
        Cell::new(allergy.reaction_words()).lines(allergy.reactions.iter().filter_map(reaction_date))
    };
    let since = Cell::new(origin::when(fact)).lines(
        allergy
            .last_occurrence
            .as_ref()
            .map(|last| format!("Last reaction {}", last.date_words())),
    );
    Fact::new(vec![name, reaction, since], origin::source(fact))
}

fn reaction_date(reaction: &Reaction) -> Option<String> {
    Some(format!(
        "{}: {}",
        reaction.onset.as_ref()?.words(),
        reaction.words()
    ))
}
