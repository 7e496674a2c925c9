//! Consent ↔ consent or refusal.

use care::record::Fact;
use care::record::fact::Consent;
use care::record::fact::consent::{ConsentStatus, Decision};
use care::when::When;
use serde_json::Value;

use crate::datatype::{concept, date, reference};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::{Out, code, status};
use crate::names::Names;

const TYPE: &str = "Consent";

/// Reads a Consent.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Consent>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Consent>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let (status, entered_in_error) = status(value, "status", ConsentStatus::from_code)?;
    let none = Value::Null;
    let provision = value.get("provision").unwrap_or(&none);
    let recorded = date::at(value, "dateTime")?;
    let performers: Vec<_> = source
        .authors("performer")
        .into_iter()
        .chain(source.authors("organization"))
        .collect();
    let origin = Origin {
        author: reference::author_among(&performers),
        effective: recorded.clone().map(When::At),
        recorded,
        entered_in_error,
    };
    let what = Consent {
        status,
        scope: concept::at(value, "scope").ok_or(MappingError::Missing { element: "scope" })?,
        categories: concept::all(value, "category"),
        decision: code(provision, "type", Decision::from_code)?,
        period: date::period_at(provision, "period")?,
    };
    fact::read(source, "patient", origin, what)
}

/// Writes a Consent.
pub fn to_fhir(fact: &Fact<Consent>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    out.status(
        "status",
        what.status.map(ConsentStatus::code),
        fact.entered_in_error,
    );
    out.put("scope", Some(concept::write(&what.scope)));
    out.list("category", &what.categories, concept::write);
    reference::put(&mut out, "patient", fact.subject.as_ref());
    date::put(&mut out, "dateTime", fact.provenance.recorded.as_ref());
    let is_organisation = fact
        .provenance
        .author
        .as_ref()
        .is_some_and(|a| a.type_name() == Some("Organization"));
    fact::put_authors(
        &mut out,
        if is_organisation {
            "organization"
        } else {
            "performer"
        },
        fact,
    );
    let mut provision = Out::new();
    provision.put("type", what.decision.map(Decision::code));
    provision.put("period", what.period.as_ref().map(date::write_period));
    out.put("provision", provision.some());
    out.value()
}
