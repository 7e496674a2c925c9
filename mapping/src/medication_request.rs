//! MedicationRequest ↔ prescribed medicine.

use care::record::Fact;
use care::record::fact::Medicine;
use care::record::fact::medicine::{MedicineSource, MedicineStatus};
use care::when::When;
use serde_json::{Value, json};

use crate::datatype::{concept, date, dosage, note};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::{many, status, text};
use crate::medicine::{put_medicine, read_medicine};
use crate::names::Names;

const TYPE: &str = "MedicationRequest";

/// Reads a MedicationRequest.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Medicine>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Medicine>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let (status, entered_in_error) = status(value, "status", MedicineStatus::from_code)?;
    let authored = date::at(value, "authoredOn")?;
    let origin = Origin {
        author: source.author("requester").or_else(|| source.author("recorder")),
        effective: authored.clone().map(When::At),
        recorded: authored,
        entered_in_error,
    };
    let (medicine, product) = read_medicine(source);
    let supply = value.get("dispenseRequest");
    let what = Medicine {
        source: MedicineSource::Request,
        forbidden: value.get("doNotPerform").and_then(Value::as_bool) == Some(true),
        medicine,
        product,
        status,
        status_reason: concept::at(value, "statusReason"),
        intent: text(value, "intent"),
        course: concept::at(value, "courseOfTherapyType"),
        doses: many(value, "dosageInstruction", dosage::read),
        period: supply
            .map(|supply| date::period_at(supply, "validityPeriod"))
            .transpose()?
            .flatten(),
        reasons: concept::all(value, "reasonCode"),
        notes: note::all(value),
    };
    fact::read(source, "subject", origin, what)
}

/// Writes a MedicationRequest; the author as its requester.
pub fn to_fhir(fact: &Fact<Medicine>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    out.status(
        "status",
        what.status.map(MedicineStatus::code),
        fact.entered_in_error,
    );
    out.put("statusReason", what.status_reason.as_ref().map(concept::write));
    out.text("intent", what.intent.as_ref());
    out.put("doNotPerform", what.forbidden.then_some(true));
    put_medicine(&mut out, what);
    fact::put_about(&mut out, "subject", fact);
    date::put(&mut out, "authoredOn", fact.provenance.recorded.as_ref());
    fact::put_author(&mut out, "requester", fact);
    out.list("reasonCode", &what.reasons, concept::write);
    out.put("courseOfTherapyType", what.course.as_ref().map(concept::write));
    note::put(&mut out, &what.notes);
    out.list("dosageInstruction", &what.doses, dosage::write);
    let validity = what
        .period
        .as_ref()
        .map(|period| json!({ "validityPeriod": date::write_period(period) }));
    out.put("dispenseRequest", validity);
    out.value()
}
