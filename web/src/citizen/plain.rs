//! A record in plain words: groups of entries, each with a few lines, where it comes from and when.

use askama::Template;
use care::partial_date::newest_first;
use care::record::fact::{Fact, FactRef};
use care::record::{
    AllergyStanding, MedicineLine, PersonRecord, ProblemLine, allergies, encounters, medicines, plans,
    problems,
};
use jiff::Timestamp;

use super::acting::Acting;
use super::section::Section;
use crate::frame::Frame;

/// One entry.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) words: String,
    pub(crate) lines: Vec<String>,
}

/// Entries under one heading, or the words that there are none.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) entries: Vec<Entry>,
    pub(crate) empty: &'static str,
}

/// A link to a section.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) words: &'static str,
    pub(crate) href: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/record.html")]
pub(crate) struct RecordView {
    pub(crate) frame: Frame,
    pub(crate) acting: Option<Acting>,
    pub(crate) back: Link,
    pub(crate) heading: String,
    pub(crate) links: Vec<Link>,
    pub(crate) groups: Vec<Group>,
}

impl RecordView {
    pub(crate) fn samples() -> Vec<(&'static str, RecordView)> {
        use crate::staff::record::samples::{now, records};
        let view = |record: &PersonRecord, sections: &[Section], acting: Option<Acting>| RecordView {
            frame: Frame::sample_citizen(),
            acting,
            back: Link {
                words: "Home",
                href: "/me".to_owned(),
            },
            heading: "My record".to_owned(),
            links: Section::ALL
                .iter()
                .map(|section| Link {
                    words: section.words(),
                    href: format!("/me/record/{}", section.path()),
                })
                .collect(),
            groups: sections
                .iter()
                .flat_map(|section| groups(*section, record, now()))
                .collect(),
        };
        let acting = Acting {
            name: "Mrs Clara Example".to_owned(),
            base: "/me/for/sample".to_owned(),
        };
        let mut samples: Vec<(&'static str, RecordView)> = records()
            .iter()
            .map(|(name, record)| (*name, view(record, &Section::ALL, None)))
            .collect();
        let [(_, ordinary), ..] = records();
        samples.push(("proxy", view(&ordinary, &[Section::Appointments], Some(acting))));
        samples
    }
}

/// What a section shows of a record.
pub(super) fn groups(section: Section, record: &PersonRecord, now: Timestamp) -> Vec<Group> {
    match section {
        Section::Medicines => of_medicines(record, now),
        Section::Allergies => of_allergies(record),
        Section::Conditions => of_conditions(record),
        Section::Appointments => of_appointments(record, now),
        Section::Plan => of_plans(record, now),
        Section::Results => of_results(record),
        Section::Letters => of_letters(record),
    }
}

fn group(id: &'static str, heading: &'static str, entries: Vec<Entry>, empty: &'static str) -> Group {
    Group {
        id,
        heading,
        entries,
        empty,
    }
}

/// A group that is only there with something in it.
fn rarely(id: &'static str, heading: &'static str, entries: Vec<Entry>) -> Option<Group> {
    (!entries.is_empty()).then(|| group(id, heading, entries, ""))
}

/// An entry with its lines, then when it was so and who says it.
fn entry<T>(fact: &Fact<T>, words: &str, lines: Vec<String>) -> Entry {
    let mut lines = lines;
    let origin = &fact.provenance;
    if let Some(when) = &origin.effective {
        lines.push(when.words());
    }
    lines.push(format!("From: {}", origin.source_words()));
    Entry {
        words: words.to_owned(),
        lines,
    }
}

/// Entries of these types that are in the record and cannot be put in words; nothing is dropped in silence.
fn unread(record: &PersonRecord, types: &[&str]) -> Option<Group> {
    let entries = record.unmapped.iter();
    let entries = entries.filter(|fact| types.contains(&fact.what.type_name.as_str()));
    let entries = entries.map(|fact| entry(fact, "An entry that could not be put in words", Vec::new()));
    rarely("unread", "Ask your practice about these", entries.collect())
}

fn of_medicines(record: &PersonRecord, now: Timestamp) -> Vec<Group> {
    let list = medicines(record, now);
    let row = |line: &MedicineLine<'_>| {
        let medicine = &line.fact.what;
        let mut lines = vec![medicine.dose_words()];
        if !medicine.reasons.is_empty() {
            let reasons: Vec<&str> = medicine
                .reasons
                .iter()
                .map(care::concept::Concept::words)
                .collect();
            lines.push(format!("For {}", reasons.join(", ")));
        }
        entry(line.fact, medicine.words(), lines)
    };
    let rows = |lines: &[MedicineLine<'_>]| lines.iter().map(row).collect::<Vec<Entry>>();
    rarely("not-to-give", "Must not be given to you", rows(&list.not_to_give))
        .into_iter()
        .chain([group(
            "medicines",
            "Medicines now",
            rows(&list.current),
            "No medicines are listed.",
        )])
        .chain(rarely("past-medicines", "Medicines before", rows(&list.past)))
        .chain(unread(record, &["MedicationRequest", "MedicationStatement"]))
        .collect()
}

fn of_allergies(record: &PersonRecord) -> Vec<Group> {
    let list = allergies(record);
    let rows = |facts: &[&Fact<care::record::fact::Allergy>]| {
        facts
            .iter()
            .map(|fact| {
                let mut lines = Vec::new();
                if fact.what.is_high_risk() {
                    lines.push("High risk".to_owned());
                }
                if !fact.what.reactions.is_empty() {
                    lines.push(fact.what.reaction_words());
                }
                entry(fact, fact.what.words(), lines)
            })
            .collect::<Vec<Entry>>()
    };
    let empty = match list.standing {
        AllergyStanding::NoneKnown | AllergyStanding::NoneOfASort => "It is recorded that none is known.",
        AllergyStanding::NoneActive | AllergyStanding::NotRecorded | AllergyStanding::Known => {
            "No allergies are listed. Tell whoever treats you about any that you have."
        }
    };
    [group("allergies", "Allergies", rows(&list.active), empty)]
        .into_iter()
        .chain(rarely("past-allergies", "Allergies before", rows(&list.inactive)))
        .chain(unread(record, &["AllergyIntolerance"]))
        .collect()
}

fn of_conditions(record: &PersonRecord) -> Vec<Group> {
    let list = problems(record);
    let rows = |lines: &[ProblemLine<'_>]| {
        let entries = lines
            .iter()
            .map(|line| entry(line.fact, line.fact.what.words(), Vec::new()));
        entries.collect::<Vec<Entry>>()
    };
    [group(
        "conditions",
        "Health conditions",
        rows(&list.active),
        "No health conditions are listed.",
    )]
    .into_iter()
    .chain(rarely(
        "past-conditions",
        "Conditions before",
        rows(&list.inactive),
    ))
    .chain(unread(record, &["Condition"]))
    .collect()
}

fn of_appointments(record: &PersonRecord, now: Timestamp) -> Vec<Group> {
    let list = encounters(record, now);
    let rows = |facts: &[&Fact<care::record::fact::Encounter>]| {
        let entries = facts
            .iter()
            .map(|fact| entry(fact, fact.what.words(), Vec::new()));
        entries.collect::<Vec<Entry>>()
    };
    let booked = record
        .others
        .iter()
        .filter(|fact| fact.what.type_name == "Appointment" && !fact.entered_in_error);
    let booked = booked.map(|fact| {
        let words = fact.what.words.as_deref().unwrap_or("Appointment");
        entry(fact, words, Vec::new())
    });
    let to_come: Vec<Entry> = booked
        .chain(rows(&list.under_way))
        .chain(rows(&list.to_come))
        .collect();
    [group(
        "appointments",
        "Appointments and visits",
        to_come,
        "No appointments are listed.",
    )]
    .into_iter()
    .chain(rarely("visits", "Visits and stays before", rows(&list.past)))
    .collect()
}

fn of_plans(record: &PersonRecord, now: Timestamp) -> Vec<Group> {
    let list = plans(record, now);
    let rows = |lines: &[care::record::plans::PlanLine<'_>]| {
        let entries = lines.iter().map(|line| {
            let plan = &line.fact.what;
            let goals = line
                .goals
                .iter()
                .map(|goal| format!("Goal: {}", goal.what.description.words()));
            let planned = plan
                .activities
                .iter()
                .map(|activity| format!("Planned: {}", activity.words()));
            let lines: Vec<String> = plan
                .description
                .iter()
                .cloned()
                .chain(goals)
                .chain(planned)
                .collect();
            entry(line.fact, plan.words(), lines)
        });
        entries.collect::<Vec<Entry>>()
    };
    let goals = list
        .other_goals
        .iter()
        .map(|goal| entry(goal, goal.what.description.words(), Vec::new()));
    [group(
        "plan",
        "Care plan",
        rows(&list.in_force),
        "No care plan is listed.",
    )]
    .into_iter()
    .chain(rarely("goals", "Goals", goals.collect()))
    .chain(rarely("past-plans", "Plans before", rows(&list.not_in_force)))
    .chain(unread(record, &["CarePlan", "Goal"]))
    .collect()
}

fn of_results(record: &PersonRecord) -> Vec<Group> {
    let mut facts: Vec<FactRef<'_>> = record.results.iter().map(FactRef::Result).collect();
    facts.extend(record.reports.iter().map(FactRef::Report));
    vec![group(
        "results",
        "Test results",
        newest(facts),
        "No test results are listed.",
    )]
    .into_iter()
    .chain(unread(record, &["Observation", "DiagnosticReport"]))
    .collect()
}

fn of_letters(record: &PersonRecord) -> Vec<Group> {
    let facts = record.documents.iter().map(FactRef::Document).collect();
    vec![group(
        "letters",
        "Letters and documents",
        newest(facts),
        "No letters are listed.",
    )]
    .into_iter()
    .chain(unread(record, &["DocumentReference"]))
    .collect()
}

/// Newest first; equal dates by id, so that the order says nothing.
fn newest(mut facts: Vec<FactRef<'_>>) -> Vec<Entry> {
    facts.retain(|fact| !fact.is_entered_in_error());
    facts.sort_by(|a, b| newest_first(a.sort_date(), b.sort_date()).then_with(|| a.id().cmp(b.id())));
    facts
        .into_iter()
        .map(|fact| {
            let detail = fact.detail();
            let mut lines: Vec<String> = (!detail.is_empty()).then_some(detail).into_iter().collect();
            let origin = fact.provenance();
            if let Some(when) = &origin.effective {
                lines.push(when.words());
            }
            lines.push(format!("From: {}", origin.source_words()));
            Entry {
                words: fact.title(),
                lines,
            }
        })
        .collect()
}
