//! Every resource of a person, read into one record.

use care::record::{AlsoKnownAs, Fact, PersonRecord};
use serde_json::Value;

use crate::error::MappingError;
use crate::json::has_modifier;
use crate::names::Names;
use crate::reading::{parse, references};
use crate::{
    allergy_intolerance, care_plan, condition, consent, diagnostic_report, document_reference, encounter,
    flag, goal, immunization, medication_request, medication_statement, observation, other, patient,
    procedure, related_person,
};

/// Reads the resources of one person. None is dropped: each becomes a fact of its kind, an "other record", or a visible
/// "could not be shown". Names behind references are taken from the same resources. For a restricted person whatever
/// could betray where they are is withheld.
pub fn person_record<'b>(resources: impl Iterator<Item = &'b [u8]>) -> PersonRecord {
    Reading::of(resources).record(std::iter::empty())
}

/// As [`person_record`], with resources of the directory (organisations, practitioners, their roles, places) that only
/// lend their names: they become no facts.
pub fn person_record_with<'b>(
    resources: impl Iterator<Item = &'b [u8]>,
    directory: impl Iterator<Item = &'b [u8]>,
) -> PersonRecord {
    Reading::of(resources).record(directory)
}

/// The resources of one person, parsed once: first ask which names of the directory they need, then make the record.
pub struct Reading(Vec<Result<Value, MappingError>>);

impl Reading {
    /// Parses the resources; what cannot be parsed is kept as such.
    pub fn of<'b>(resources: impl Iterator<Item = &'b [u8]>) -> Reading {
        Reading(resources.map(parse).collect())
    }

    /// As [`crate::directory_references`], of these resources.
    pub fn directory_references(&self) -> Vec<(String, String)> {
        references(self.0.iter().flatten())
    }

    /// The record, with names lent by resources of the directory.
    pub fn record<'b>(&self, directory: impl Iterator<Item = &'b [u8]>) -> PersonRecord {
        let lent: Vec<Value> = directory.filter_map(|bytes| parse(bytes).ok()).collect();
        let all: Vec<&Value> = self.0.iter().flatten().chain(&lent).collect();
        let names = Names::of(&all);
        let restricted = self.0.iter().flatten().any(is_restricted_patient);
        let mut record = PersonRecord::default();
        for resource in &self.0 {
            match resource {
                Ok(value) => {
                    if let Err(why) = add(&mut record, value, &names, restricted) {
                        record.unmapped.push(other::unmapped(value, &why));
                    }
                }
                Err(why) => record.unmapped.push(other::unmapped(&Value::Null, why)),
            }
        }
        record.withhold_whereabouts();
        record
    }
}

/// An entry of the person that forbids to show where they are; then none of their entries shows it.
fn is_restricted_patient(value: &Value) -> bool {
    let is_patient = value.get("resourceType").and_then(Value::as_str) == Some("Patient");
    is_patient && value.get("meta").is_some_and(patient::is_restricted)
}

fn add(
    record: &mut PersonRecord,
    value: &Value,
    names: &Names,
    restricted: bool,
) -> Result<(), MappingError> {
    if has_modifier(value) {
        return Err(MappingError::UnknownModifier);
    }
    match value.get("resourceType").and_then(Value::as_str).unwrap_or("") {
        "Patient" => {
            let person = patient::read_as(value, names, restricted)?;
            match &record.person {
                None => record.person = Some(person),
                // The one whose record survives comes first.
                Some(_) => record.also_known_as.push(AlsoKnownAs { person, joined: None }),
            }
        }
        "Condition" => put(&mut record.problems, condition::read(value, names)?),
        "AllergyIntolerance" => put(&mut record.allergies, allergy_intolerance::read(value, names)?),
        "MedicationRequest" => put(&mut record.medicines, medication_request::read(value, names)?),
        "MedicationStatement" => put(&mut record.medicines, medication_statement::read(value, names)?),
        "Observation" => put(&mut record.results, observation::read(value, names)?),
        "DiagnosticReport" => put(&mut record.reports, diagnostic_report::read(value, names)?),
        "Encounter" => put(&mut record.encounters, encounter::read(value, names)?),
        "Procedure" => put(&mut record.procedures, procedure::read(value, names)?),
        "Immunization" => put(&mut record.immunisations, immunization::read(value, names)?),
        "DocumentReference" => put(&mut record.documents, document_reference::read(value, names)?),
        "CarePlan" => put(&mut record.plans, care_plan::read(value, names)?),
        "Goal" => put(&mut record.goals, goal::read(value, names)?),
        "Flag" => put(&mut record.flags, flag::read(value, names)?),
        "RelatedPerson" => put(&mut record.contacts, related_person::read(value, names)?),
        "Consent" => put(&mut record.consents, consent::read(value, names)?),
        _ => put(&mut record.others, other::other(value)),
    }
    Ok(())
}

fn put<T>(facts: &mut Vec<Fact<T>>, fact: Fact<T>) {
    facts.push(fact);
}
