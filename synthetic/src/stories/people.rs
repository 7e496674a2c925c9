//! Who the stories are about: invented people, with NHS numbers that no region gives and addresses that do not exist.

use codes::system::{NHS_NUMBER, NHS_NUMBER_VERIFICATION_STATUS};
use codes::verification_status;
use serde_json::{Value, json};

use super::telling::{Telling, named};

/// Somebody a story is about.
pub(super) struct Person {
    pub(super) given: &'static str,
    pub(super) family: &'static str,
    pub(super) prefix: &'static str,
    pub(super) gender: &'static str,
    pub(super) nhs_number: &'static str,
    pub(super) telephone: &'static str,
    /// Street, and the place.
    pub(super) lines: [&'static str; 1],
    pub(super) town: &'static str,
    /// Its last two letters are ones that Royal Mail does not use.
    pub(super) postcode: &'static str,
}

/// The Patient.
pub(super) fn patient(telling: &Telling<'_>, person: &Person) -> Value {
    let label = verification_status::label(verification_status::VERIFIED).unwrap_or_default();
    let verified = json!({
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
        "valueCodeableConcept": { "coding": [{
            "system": NHS_NUMBER_VERIFICATION_STATUS, "code": verification_status::VERIFIED, "display": label
        }] }
    });
    telling.resource(
        "Patient",
        0,
        json!({
            "identifier": [{
                "extension": [verified], "use": "official", "system": NHS_NUMBER, "value": person.nhs_number
            }],
            "active": true,
            "name": [{
                "use": "official", "family": person.family, "given": [person.given], "prefix": [person.prefix]
            }],
            "telecom": [{ "system": "phone", "value": person.telephone, "use": "home" }],
            "gender": person.gender,
            "birthDate": telling.born(telling.story.age),
            "address": [{
                "use": "home", "line": person.lines, "city": person.town, "postalCode": person.postcode
            }],
            "communication": [{
                "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": "en", "display": "English" }] },
                "preferred": true
            }],
            "generalPractitioner": [named("General practice of the story (invented)")],
        }),
    )
}

/// Somebody close to the person: their role in HL7's list, and whether they are the next of kin.
pub(super) fn close(
    telling: &Telling<'_>,
    ordinal: u32,
    role: (&str, &str),
    name: (&str, &str),
    telephone: &str,
) -> Value {
    let relationship = json!([
        { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": role.0, "display": role.1
        }], "text": role.1 },
        { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v2-0131", "code": "N", "display": "Next-of-Kin"
        }] },
    ]);
    telling.resource(
        "RelatedPerson",
        ordinal,
        json!({
            "active": true,
            "patient": telling.person(),
            "relationship": relationship,
            "name": [{ "use": "usual", "given": [name.0], "family": name.1 }],
            "telecom": [{ "system": "phone", "value": telephone }],
        }),
    )
}
