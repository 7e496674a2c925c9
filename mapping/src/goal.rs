//! Goal ↔ goal.

use care::record::Fact;
use care::record::fact::Goal;
use care::record::fact::goal::{GoalStatus, Target};
use care::record::fact::result::Value as Observed;
use care::when::When;
use serde_json::Value;

use crate::datatype::{concept, date, note, quantity};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::{Out, status, text, try_many};
use crate::names::Names;

const TYPE: &str = "Goal";

/// Reads a Goal.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Goal>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Goal>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let (status, entered_in_error) = status(value, "lifecycleStatus", GoalStatus::from_code)?;
    let origin = Origin {
        author: source.author("expressedBy"),
        recorded: None,
        effective: date::at(value, "startDate")?.map(When::At),
        entered_in_error,
    };
    let what = Goal {
        status,
        achievement: concept::at(value, "achievementStatus"),
        description: concept::at(value, "description").ok_or(MappingError::Missing {
            element: "description",
        })?,
        priority: concept::at(value, "priority"),
        targets: try_many(value, "target", read_target)?,
        status_date: date::at(value, "statusDate")?,
        notes: note::all(value),
    };
    fact::read(source, "subject", origin, what)
}

fn read_target(value: &Value) -> Result<Target, MappingError> {
    let wanted = if let Some(found) = quantity::at(value, "detailQuantity") {
        Some(Observed::Quantity(found))
    } else if let Some(found) = value.get("detailRange") {
        Some(Observed::Range(
            quantity::at(found, "low"),
            quantity::at(found, "high"),
        ))
    } else if let Some(found) = concept::at(value, "detailCodeableConcept") {
        Some(Observed::Concept(found))
    } else {
        text(value, "detailString").map(Observed::Text)
    };
    Ok(Target {
        measure: concept::at(value, "measure"),
        wanted,
        due: date::at(value, "dueDate")?,
    })
}

/// Writes a Goal.
pub fn to_fhir(fact: &Fact<Goal>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    out.status(
        "lifecycleStatus",
        what.status.map(GoalStatus::code),
        fact.entered_in_error,
    );
    out.put("achievementStatus", what.achievement.as_ref().map(concept::write));
    out.put("priority", what.priority.as_ref().map(concept::write));
    out.put("description", Some(concept::write(&what.description)));
    crate::datatype::reference::put(&mut out, "subject", fact.subject.as_ref());
    date::put(
        &mut out,
        "startDate",
        fact.provenance.effective.as_ref().and_then(When::sort_date),
    );
    out.list("target", &what.targets, write_target);
    date::put(&mut out, "statusDate", what.status_date.as_ref());
    fact::put_author(&mut out, "expressedBy", fact);
    note::put(&mut out, &what.notes);
    out.value()
}

fn write_target(target: &Target) -> Value {
    let mut out = Out::new();
    out.put("measure", target.measure.as_ref().map(concept::write));
    match &target.wanted {
        Some(Observed::Quantity(found)) => out.put("detailQuantity", Some(quantity::write(found))),
        Some(Observed::Range(low, high)) => {
            let mut range = Out::new();
            range.put("low", low.as_ref().map(quantity::write));
            range.put("high", high.as_ref().map(quantity::write));
            out.put("detailRange", Some(range.value()));
        }
        Some(Observed::Concept(found)) => out.put("detailCodeableConcept", Some(concept::write(found))),
        Some(other) => out.put("detailString", Some(other.words())),
        None => {}
    }
    date::put(&mut out, "dueDate", target.due.as_ref());
    out.value()
}
