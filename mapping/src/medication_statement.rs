//! MedicationStatement ↔ reported medicine.

use care::record::Fact;
use care::record::fact::Medicine;
use care::record::fact::medicine::{MedicineSource, MedicineStatus};
use care::when::{Period, When};
use serde_json::Value;

use crate::datatype::{concept, date, dosage, note};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::{many, status};
use crate::medicine::{put_medicine, read_medicine};
use crate::names::Names;

const TYPE: &str = "MedicationStatement";

/// Reads a MedicationStatement.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Medicine>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Medicine>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let (status, entered_in_error) = status(value, "status", MedicineStatus::from_code)?;
    let effective = date::when_at(value, date::EFFECTIVE)?;
    let period: Option<Period> = match &effective {
        Some(When::Over(period)) => Some(period.clone()),
        _ => None,
    };
    let origin = Origin {
        author: source.author("informationSource"),
        recorded: date::at(value, "dateAsserted")?,
        effective,
        entered_in_error,
    };
    let (medicine, product) = read_medicine(source);
    let what = Medicine {
        source: MedicineSource::Statement,
        forbidden: false,
        medicine,
        product,
        status,
        status_reason: crate::json::list(value, "statusReason").next().map(concept::read),
        intent: None,
        course: None,
        doses: many(value, "dosage", dosage::read),
        period,
        reasons: concept::all(value, "reasonCode"),
        notes: note::all(value),
    };
    let mut fact = fact::read(source, "subject", origin, what)?;
    fact.encounter = source.mention(value, "context");
    Ok(fact)
}

/// Writes a MedicationStatement; the author as its information source.
pub fn to_fhir(fact: &Fact<Medicine>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    out.status(
        "status",
        what.status.map(MedicineStatus::code),
        fact.entered_in_error,
    );
    out.put(
        "statusReason",
        what.status_reason
            .as_ref()
            .map(|reason| vec![concept::write(reason)]),
    );
    put_medicine(&mut out, what);
    crate::datatype::reference::put(&mut out, "subject", fact.subject.as_ref());
    crate::datatype::reference::put(&mut out, "context", fact.encounter.as_ref());
    date::put_when(&mut out, date::EFFECTIVE, fact.provenance.effective.as_ref());
    date::put(&mut out, "dateAsserted", fact.provenance.recorded.as_ref());
    fact::put_author(&mut out, "informationSource", fact);
    out.list("reasonCode", &what.reasons, concept::write);
    note::put(&mut out, &what.notes);
    out.list("dosage", &what.doses, dosage::write);
    out.value()
}
