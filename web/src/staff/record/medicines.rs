//! Medicines: current, past.

use care::record::fact::medicine::MedicineStatus;
use care::record::fact::{self, Medicine};
use care::record::{MedicineLine, PersonRecord, medicines};
use jiff::Timestamp;

use super::list::{FactListView, Section};
use super::origin;
use crate::components::{Cell, Fact, FactGroup, SectionOfRecord, Tag, TagColour};
use crate::frame::Frame;

pub(crate) fn view(frame: Frame, record: &PersonRecord, base: &str, now: Timestamp) -> FactListView {
    let list = medicines(record, now);
    let headers = || vec!["Medicine", "Dose", "Status"];
    let mut groups = Vec::new();
    if !list.not_to_give.is_empty() {
        let rows = list.not_to_give.iter().map(row).collect();
        groups.push(FactGroup::new("not-to-give", "Do not give", headers(), rows, ""));
    }
    groups.extend([
        FactGroup::new(
            "current",
            "Current medicines",
            headers(),
            list.current.iter().map(row).collect(),
            "No current medicine is recorded. This does not say that none is taken.",
        ),
        FactGroup::new(
            "past",
            "Past medicines",
            headers(),
            list.past.iter().map(row).collect(),
            "No past medicine is recorded.",
        ),
    ]);
    let section = Section {
        section: SectionOfRecord::Medicines,
        entered_in_error: list.entered_in_error,
    };
    let mut view = section.view(frame, record, base, now, groups);
    view.intro =
        "Prescriptions and reports of what is taken stand side by side. Ask the person what they take."
            .to_owned();
    view
}

fn row(line: &MedicineLine<'_>) -> Fact {
    let medicine = &line.fact.what;
    let mut name = Cell::new(medicine.words());
    if !medicine.reasons.is_empty() {
        let reasons: Vec<&str> = medicine
            .reasons
            .iter()
            .map(care::concept::Concept::words)
            .collect();
        name = name.line(format!("For {}", reasons.join(", ")));
    }
    if medicine.forbidden {
        name = name.tag(do_not_give());
    }
    let name = name.lines(medicine.notes.iter().cloned());
    let mut state = Cell::new(medicine.source_words())
        .lines(dates(line.fact))
        .tag(status(medicine));
    if let Some(course) = &medicine.course {
        state = state.line(course.words());
    }
    if let Some(reason) = &medicine.status_reason {
        state = state.line(format!("Because: {}", reason.words()));
    }
    let cells = vec![name, Cell::new(medicine.dose_words()), state];
    Fact::new(cells, origin::source(line.fact)).copies(origin::copies(line.fact, &line.members))
}

/// When it was so and until when, in words; nothing when neither is recorded.
fn dates(fact: &fact::Fact<Medicine>) -> Option<String> {
    let effective = fact.provenance.effective.as_ref().map(care::when::When::words);
    let period = fact.what.period.as_ref().map(care::when::Period::words);
    match (effective, period) {
        (Some(effective), Some(period)) if effective == period => Some(effective),
        (Some(effective), Some(period)) => Some(format!("{effective}; supply {period}")),
        (only, None) | (None, only) => only,
    }
}

/// What must be known beside a medicine's name on a page that shows it without its status.
pub(super) fn tags(medicine: &Medicine) -> Vec<Tag> {
    let mut tags = Vec::new();
    if medicine.forbidden {
        tags.push(do_not_give());
    }
    if medicine.is_no_order() {
        tags.push(Tag::new(medicine.source_words(), TagColour::Yellow));
    }
    if medicine.status != Some(MedicineStatus::Active) {
        tags.push(status(medicine));
    }
    tags
}

fn do_not_give() -> Tag {
    Tag::new("Do not give", TagColour::Red)
}

pub(super) fn status(medicine: &Medicine) -> Tag {
    match medicine.status {
        None => Tag::new("Status not recorded", TagColour::Yellow),
        Some(status) => {
            let colour = match status {
                MedicineStatus::Active => TagColour::Green,
                MedicineStatus::OnHold | MedicineStatus::Unknown | MedicineStatus::NotTaken => {
                    TagColour::Yellow
                }
                MedicineStatus::Intended | MedicineStatus::Draft => TagColour::Blue,
                MedicineStatus::Cancelled | MedicineStatus::Completed | MedicineStatus::Stopped => {
                    TagColour::Grey
                }
            };
            Tag::new(status.words(), colour)
        }
    }
}
