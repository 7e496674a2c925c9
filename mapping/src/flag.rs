//! Flag ↔ alert or reasonable adjustment.

use care::record::Fact;
use care::record::fact::Flag;
use care::record::fact::flag::FlagStatus;
use care::when::When;
use serde_json::Value;

use crate::datatype::{concept, date};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::status;
use crate::names::Names;

const TYPE: &str = "Flag";

/// Reads a Flag.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Flag>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Flag>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let (status, entered_in_error) = status(value, "status", FlagStatus::from_code)?;
    let period = date::period_at(value, "period")?;
    let origin = Origin {
        author: source.author("author"),
        recorded: None,
        effective: period.clone().map(When::Over),
        entered_in_error,
    };
    let what = Flag {
        code: concept::at(value, "code").ok_or(MappingError::Missing { element: "code" })?,
        categories: concept::all(value, "category"),
        status,
        period,
    };
    fact::read(source, "subject", origin, what)
}

/// Writes a Flag.
pub fn to_fhir(fact: &Fact<Flag>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    out.status("status", what.status.map(FlagStatus::code), fact.entered_in_error);
    out.list("category", &what.categories, concept::write);
    out.put("code", Some(concept::write(&what.code)));
    fact::put_about(&mut out, "subject", fact);
    out.put("period", what.period.as_ref().map(date::write_period));
    fact::put_author(&mut out, "author", fact);
    out.value()
}
