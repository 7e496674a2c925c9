//! Small resources for the tests.

use fhir::{Document, Limits, Prepared, ResourceType};

/// What the record is given for this JSON.
pub(crate) fn prepare(json: &str) -> Prepared {
    let document = Document::scan(json.as_bytes(), &Limits::default());
    document
        .expect("the scanner accepts it")
        .root()
        .prepare(&|_| None)
}

pub(crate) fn kind(name: &str) -> ResourceType {
    ResourceType::from_name(name).expect("a type of R4")
}

pub(crate) fn patient(family: &str) -> Prepared {
    prepare(&format!(
        r#"{{"resourceType":"Patient","identifier":[{{"system":"https://example.nhs.uk/hospital-number","value":"{family}-1"}}],"name":[{{"family":"{family}","given":["Test"]}}],"birthDate":"1950-02-03"}}"#
    ))
}

pub(crate) fn observation(patient: &str, value: u32) -> Prepared {
    prepare(&format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"8867-4"}}]}},"subject":{{"reference":"Patient/{patient}"}},"effectiveDateTime":"2026-01-02T10:00:00Z","valueQuantity":{{"value":{value},"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"}}}}"#
    ))
}

pub(crate) fn allergy(patient: &str, substance: &str) -> Prepared {
    prepare(&format!(
        r#"{{"resourceType":"AllergyIntolerance","patient":{{"reference":"Patient/{patient}"}},"code":{{"text":"{substance}"}}}}"#
    ))
}

pub(crate) fn appointment(patients: &[&str]) -> Prepared {
    let people: Vec<String> = patients
        .iter()
        .map(|patient| format!(r#"{{"actor":{{"reference":"Patient/{patient}"}},"status":"accepted"}}"#))
        .collect();
    prepare(&format!(
        r#"{{"resourceType":"Appointment","status":"booked","start":"2026-01-05T09:00:00Z","end":"2026-01-05T09:10:00Z","participant":[{}]}}"#,
        people.join(",")
    ))
}

pub(crate) fn organization(name: &str) -> Prepared {
    prepare(&format!(r#"{{"resourceType":"Organization","name":"{name}"}}"#))
}
