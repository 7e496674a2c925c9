//! What has no section of its own: procedures, immunisations, alerts, contacts, consents, and records of other types.

use std::collections::BTreeMap;

use care::partial_date::newest_first;
use care::person::{Channel, ContactPerson, Telecom};
use care::record::PersonRecord;
use care::record::fact::{Consent, Fact as Held, Flag, Immunisation, Procedure};
use jiff::Timestamp;

use super::list::{FactListView, Section};
use super::origin;
use crate::components::{Cell, Fact, FactGroup, SectionOfRecord, SourceLine, Tag, TagColour};
use crate::frame::Frame;

pub(crate) fn view(frame: Frame, record: &PersonRecord, base: &str, now: Timestamp) -> FactListView {
    let flags = sorted(&record.flags);
    let groups = vec![
        FactGroup::new(
            "procedures",
            "Procedures",
            vec!["Procedure", "When"],
            sorted(&record.procedures).into_iter().map(procedure).collect(),
            "No procedure is recorded.",
        ),
        FactGroup::new(
            "immunisations",
            "Immunisations",
            vec!["Vaccine", "When"],
            sorted(&record.immunisations)
                .into_iter()
                .map(immunisation)
                .collect(),
            "No immunisation is recorded.",
        ),
        FactGroup::new(
            "alerts",
            "Alerts and reasonable adjustments",
            vec!["Alert", "When"],
            flags.into_iter().map(|fact| flag(fact, now)).collect(),
            "No alert or reasonable adjustment is recorded.",
        ),
        FactGroup::new(
            "contacts",
            "People around the person",
            vec!["Name", "How to reach them"],
            contacts(record),
            "No contact is recorded.",
        ),
        FactGroup::new(
            "consents",
            "Consents and refusals",
            vec!["Consent", "When"],
            sorted(&record.consents).into_iter().map(consent).collect(),
            "No consent or refusal is recorded.",
        ),
        others(record),
    ];
    let withdrawn = withdrawn(&record.procedures)
        + withdrawn(&record.immunisations)
        + withdrawn(&record.flags)
        + withdrawn(&record.contacts)
        + withdrawn(&record.consents)
        + withdrawn(&record.others);
    Section {
        section: SectionOfRecord::Other,
        entered_in_error: withdrawn,
    }
    .view(frame, record, base, now, groups)
}

fn sorted<T>(facts: &[Held<T>]) -> Vec<&Held<T>> {
    let mut live: Vec<&Held<T>> = facts.iter().filter(|fact| !fact.entered_in_error).collect();
    live.sort_by(|a, b| {
        newest_first(a.provenance.sort_date(), b.provenance.sort_date()).then_with(|| a.id.cmp(&b.id))
    });
    live
}

fn withdrawn<T>(facts: &[Held<T>]) -> usize {
    facts.iter().filter(|fact| fact.entered_in_error).count()
}

fn procedure(fact: &Held<Procedure>) -> Fact {
    let what = &fact.what;
    let mut name = Cell::new(what.words());
    if let Some(status) = what.status.filter(|status| status.code() != "completed") {
        name = name.tag(Tag::new(status.words(), TagColour::Yellow));
    }
    let reasons: Vec<&str> = what.reasons.iter().map(care::concept::Concept::words).collect();
    let name = name
        .lines((!reasons.is_empty()).then(|| format!("For {}", reasons.join(", "))))
        .lines(
            what.status_reason
                .as_ref()
                .map(|reason| format!("Because: {}", reason.words())),
        )
        .lines(
            what.outcome
                .as_ref()
                .map(|outcome| format!("Outcome: {}", outcome.words())),
        )
        .lines(what.notes.iter().cloned());
    Fact::new(vec![name, Cell::new(origin::when(fact))], origin::source(fact))
}

fn immunisation(fact: &Held<Immunisation>) -> Fact {
    let what = &fact.what;
    let mut name = Cell::new(what.vaccine.words());
    if let Some(status) = what.status.filter(|status| status.code() != "completed") {
        name = name.tag(Tag::new(status.words(), TagColour::Yellow));
    }
    let name = name
        .lines(
            what.status_reason
                .as_ref()
                .map(|reason| format!("Because: {}", reason.words())),
        )
        .lines(what.dose_number.as_ref().map(|dose| format!("Dose {dose}")))
        .lines(what.lot.as_ref().map(|lot| format!("Batch {lot}")))
        .lines(what.notes.iter().cloned());
    Fact::new(vec![name, Cell::new(origin::when(fact))], origin::source(fact))
}

fn flag(fact: &Held<Flag>, now: Timestamp) -> Fact {
    let what = &fact.what;
    let state = if what.is_in_force(now) {
        Tag::new("In force", TagColour::Green)
    } else {
        Tag::new("Not in force", TagColour::Grey)
    };
    let kind = if what.is_reasonable_adjustment() {
        "Reasonable adjustment"
    } else {
        "Alert"
    };
    let when = what
        .period
        .as_ref()
        .map_or_else(|| origin::when(fact), care::when::Period::words);
    Fact::new(
        vec![
            Cell::new(what.code.words()).tag(state).line(kind),
            Cell::new(when),
        ],
        origin::source(fact),
    )
}

fn contacts(record: &PersonRecord) -> Vec<Fact> {
    let listed = record
        .person
        .iter()
        .flat_map(|person| &person.contacts)
        .map(|contact| {
            let source = SourceLine::new("Listed with the person");
            Fact::new(contact_cells(contact), source)
        });
    let own = sorted(&record.contacts)
        .into_iter()
        .map(|fact| Fact::new(contact_cells(&fact.what), origin::source(fact)));
    listed.chain(own).collect()
}

fn contact_cells(contact: &ContactPerson) -> Vec<Cell> {
    let mut name = Cell::new(contact.name_words()).line(contact.relationship_words());
    if contact.active == Some(false) || contact.period.as_ref().is_some_and(|period| period.end.is_some()) {
        name = name.tag(Tag::new("Former", TagColour::Grey));
    }
    let mut ways = contact
        .telecom
        .iter()
        .filter(|way| !way.is_old())
        .filter_map(telecom_words);
    let reach = match ways.next() {
        Some(first) => Cell::new(first).lines(ways),
        None => Cell::new("Not recorded"),
    };
    vec![name, reach]
}

/// "Mobile 07700 900123"; nothing when no number was given.
pub(super) fn telecom_words(way: &Telecom) -> Option<String> {
    let value = way.value.as_deref()?;
    let kind = match (way.kind, way.channel) {
        (Some(kind), Some(Channel::Phone | Channel::Sms) | None) => kind.words(),
        (_, Some(channel)) => channel.words(),
        (None, None) => "",
    };
    Some(format!("{kind} {value}").trim().to_owned())
}

fn consent(fact: &Held<Consent>) -> Fact {
    let what = &fact.what;
    let mut name = Cell::new(what.words());
    if let Some(decision) = what.decision {
        name = name.tag(Tag::new(decision.words(), TagColour::Blue));
    }
    if let Some(status) = what.status {
        name = name.tag(Tag::new(status.words(), TagColour::Grey));
    }
    let when = what
        .period
        .as_ref()
        .map_or_else(|| origin::when(fact), care::when::Period::words);
    Fact::new(vec![name, Cell::new(when)], origin::source(fact))
}

/// How many of a type without a section are named.
const NAMED: usize = 5;

/// Records of types without a section: counted by type, the newest of each named, the newest with its source.
fn others(record: &PersonRecord) -> FactGroup {
    let mut by_type: BTreeMap<&str, Vec<&Held<care::record::fact::Other>>> = BTreeMap::new();
    for fact in sorted(&record.others) {
        by_type.entry(&fact.what.type_name).or_default().push(fact);
    }
    let rows = by_type
        .into_iter()
        .filter_map(|(type_name, facts)| {
            let newest = facts.first()?;
            let named = facts
                .iter()
                .filter_map(|fact| Some((*fact, fact.what.words.as_deref()?)));
            let name = Cell::new(type_words(type_name)).lines(
                named
                    .take(NAMED)
                    .map(|(fact, words)| format!("{}: {words}", origin::when(fact))),
            );
            let cells = vec![
                name,
                Cell::new(facts.len().to_string()),
                Cell::new(origin::when(newest)),
            ];
            Some(Fact::new(cells, origin::source(newest)))
        })
        .collect();
    FactGroup::new(
        "others",
        "Records of other kinds",
        vec!["Kind", "How many", "Newest"],
        rows,
        "Nothing else is recorded.",
    )
    .intro("These are in the record and have no page of their own yet: the newest of each kind are named. Other systems can read them all.")
}

/// "ImagingStudy" as "Imaging study".
fn type_words(type_name: &str) -> String {
    let mut words = String::with_capacity(type_name.len() + 4);
    for (index, letter) in type_name.chars().enumerate() {
        if index > 0 && letter.is_uppercase() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}
