//! RelatedPerson ↔ contact.

use care::person::contact::ContactPerson;
use care::person::identity::Gender;
use care::record::Fact;
use care::when::When;
use serde_json::Value;

use crate::datatype::{concept, date, demographic, reference};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::{code, try_many};
use crate::names::Names;

const TYPE: &str = "RelatedPerson";

/// Reads a RelatedPerson.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or code cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<ContactPerson>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<ContactPerson>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let period = date::period_at(value, "period")?;
    let origin = Origin {
        effective: period.clone().map(When::Over),
        ..Origin::default()
    };
    let what = ContactPerson {
        active: value.get("active").and_then(Value::as_bool),
        names: try_many(value, "name", demographic::read_name)?,
        relationships: concept::all(value, "relationship"),
        telecom: try_many(value, "telecom", demographic::read_telecom)?,
        addresses: try_many(value, "address", demographic::read_address)?,
        gender: code(value, "gender", Gender::from_code)?,
        birth_date: date::at(value, "birthDate")?,
        period,
    };
    fact::read(source, "patient", origin, what)
}

/// Writes a RelatedPerson.
pub fn to_fhir(fact: &Fact<ContactPerson>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    out.put("active", what.active);
    reference::put(&mut out, "patient", fact.subject.as_ref());
    out.list("relationship", &what.relationships, concept::write);
    out.list("name", &what.names, demographic::write_name);
    out.list("telecom", &what.telecom, demographic::write_telecom);
    out.put("gender", what.gender.map(Gender::code));
    date::put(&mut out, "birthDate", what.birth_date.as_ref());
    out.list("address", &what.addresses, demographic::write_address);
    out.put("period", what.period.as_ref().map(date::write_period));
    out.value()
}
