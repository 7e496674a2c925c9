//! Immunization ↔ immunisation.

use care::record::Fact;
use care::record::fact::Immunisation;
use care::record::fact::immunisation::ImmunisationStatus;
use serde_json::{Value, json};

use crate::datatype::date::Choice;
use crate::datatype::{concept, date, note, reference};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::{extension, list, status, text};
use crate::names::Names;

const TYPE: &str = "Immunization";
const PROCEDURE: &str = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure";
const OCCURRENCE: Choice = Choice {
    moment: "occurrenceDateTime",
    period: "",
    age: "",
    words: "occurrenceString",
    range: "",
};

/// Reads an Immunization.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Immunisation>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Immunisation>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let (status, entered_in_error) = status(value, "status", ImmunisationStatus::from_code)?;
    let actors: Vec<_> = list(value, "performer")
        .filter_map(|performer| performer.get("actor"))
        .map(|actor| reference::author(actor, value, names))
        .collect();
    let origin = Origin {
        author: reference::author_among(&actors),
        recorded: date::at(value, "recorded")?,
        effective: date::when_at(value, OCCURRENCE)?,
        entered_in_error,
    };
    let protocol = list(value, "protocolApplied").next();
    let dose = protocol.and_then(|protocol| {
        let number = protocol
            .get("doseNumberPositiveInt")
            .and_then(Value::as_u64)
            .map(|number| number.to_string());
        number.or_else(|| text(protocol, "doseNumberString"))
    });
    let what = Immunisation {
        vaccine: concept::at(value, "vaccineCode").ok_or(MappingError::Missing {
            element: "vaccineCode",
        })?,
        procedure: extension(value, PROCEDURE)
            .and_then(|procedure| concept::at(procedure, "valueCodeableConcept")),
        status,
        status_reason: concept::at(value, "statusReason"),
        primary_source: value.get("primarySource").and_then(Value::as_bool),
        lot: text(value, "lotNumber"),
        dose_number: dose,
        site: concept::at(value, "site"),
        route: concept::at(value, "route"),
        notes: note::all(value),
    };
    fact::read(source, "patient", origin, what)
}

/// Writes an Immunization; the author as its performer.
pub fn to_fhir(fact: &Fact<Immunisation>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    let procedure = what.procedure.as_ref().map(|procedure| {
        vec![json!({ "url": PROCEDURE, "valueCodeableConcept": concept::write(procedure) })]
    });
    out.put("extension", procedure);
    out.status(
        "status",
        what.status.map(ImmunisationStatus::code),
        fact.entered_in_error,
    );
    out.put("statusReason", what.status_reason.as_ref().map(concept::write));
    out.put("vaccineCode", Some(concept::write(&what.vaccine)));
    fact::put_about(&mut out, "patient", fact);
    date::put_when(&mut out, OCCURRENCE, fact.provenance.effective.as_ref());
    date::put(&mut out, "recorded", fact.provenance.recorded.as_ref());
    out.put("primarySource", what.primary_source);
    out.text("lotNumber", what.lot.as_ref());
    out.put("site", what.site.as_ref().map(concept::write));
    out.put("route", what.route.as_ref().map(concept::write));
    let performer = fact
        .provenance
        .author
        .as_ref()
        .map(|author| vec![json!({ "actor": reference::write_author(author) })]);
    out.put("performer", performer);
    note::put(&mut out, &what.notes);
    let dose = what.dose_number.as_ref().map(|dose| match dose.parse::<u32>() {
        Ok(number) if number > 0 && number.to_string() == *dose => {
            vec![json!({ "doseNumberPositiveInt": number })]
        }
        _ => vec![json!({ "doseNumberString": dose })],
    });
    out.put("protocolApplied", dose);
    out.value()
}
