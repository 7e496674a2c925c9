//! Observation ↔ result.

use care::record::Fact;
use care::record::fact::Observed;
use care::record::fact::result::{Component, ResultStatus};
use care::when::When;
use serde_json::Value;

use crate::datatype::observed_value as observed;
use crate::datatype::{concept, date, note, reference};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::{Out, many, status, try_many};
use crate::names::Names;

const TYPE: &str = "Observation";

/// Reads an Observation.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Observed>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Observed>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let (status, entered_in_error) = status(value, "status", ResultStatus::from_code)?;
    let instant = date::at(value, "effectiveInstant")?.map(When::At);
    let origin = Origin {
        author: reference::author_among(&source.authors("performer")),
        recorded: date::at(value, "issued")?,
        effective: instant.or(date::when_at(value, date::EFFECTIVE)?),
        entered_in_error,
    };
    let what = Observed {
        code: concept::at(value, "code").ok_or(MappingError::Missing { element: "code" })?,
        categories: concept::all(value, "category"),
        status,
        value: observed::read(value)?,
        absent: concept::at(value, "dataAbsentReason"),
        components: try_many(value, "component", read_component)?,
        interpretations: concept::all(value, "interpretation"),
        ranges: many(value, "referenceRange", observed::read_range),
        body_site: concept::at(value, "bodySite"),
        method: concept::at(value, "method"),
        device: source.mention(value, "device"),
        members: source.mentions(value, "hasMember"),
        notes: note::all(value),
    };
    fact::read(source, "subject", origin, what)
}

fn read_component(value: &Value) -> Result<Component, MappingError> {
    Ok(Component {
        code: concept::at(value, "code").ok_or(MappingError::Missing {
            element: "component.code",
        })?,
        value: observed::read(value)?,
        absent: concept::at(value, "dataAbsentReason"),
        interpretations: concept::all(value, "interpretation"),
        ranges: many(value, "referenceRange", observed::read_range),
    })
}

/// Writes an Observation; the author as its performer.
pub fn to_fhir(fact: &Fact<Observed>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    out.status(
        "status",
        what.status.map(ResultStatus::code),
        fact.entered_in_error,
    );
    out.list("category", &what.categories, concept::write);
    out.put("code", Some(concept::write(&what.code)));
    fact::put_about(&mut out, "subject", fact);
    date::put_when(&mut out, date::EFFECTIVE, fact.provenance.effective.as_ref());
    date::put(&mut out, "issued", fact.provenance.recorded.as_ref());
    fact::put_authors(&mut out, "performer", fact);
    observed::put(&mut out, what.value.as_ref());
    out.put("dataAbsentReason", what.absent.as_ref().map(concept::write));
    out.list("interpretation", &what.interpretations, concept::write);
    note::put(&mut out, &what.notes);
    out.put("bodySite", what.body_site.as_ref().map(concept::write));
    out.put("method", what.method.as_ref().map(concept::write));
    reference::put(&mut out, "device", what.device.as_ref());
    out.list("referenceRange", &what.ranges, observed::write_range);
    out.list("hasMember", &what.members, reference::write);
    out.list("component", &what.components, write_component);
    out.value()
}

fn write_component(component: &Component) -> Value {
    let mut out = Out::new();
    out.put("code", Some(concept::write(&component.code)));
    observed::put(&mut out, component.value.as_ref());
    out.put("dataAbsentReason", component.absent.as_ref().map(concept::write));
    out.list("interpretation", &component.interpretations, concept::write);
    out.list("referenceRange", &component.ranges, observed::write_range);
    out.value()
}
