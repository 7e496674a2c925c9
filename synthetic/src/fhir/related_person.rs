//! RelatedPerson: who is close to the person, and who cares for them.

use codes::system::SNOMED_CT;
use serde_json::{Value, json};

use super::datatype::{coding, concept};
use super::id::{Kind, patient_id};
use super::patient::human_name;
use super::rendering::Rendering;
use crate::life::Relation;

const ROLE_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
/// HL7 v2 table 0131: C emergency contact, N next of kin.
const CONTACT_ROLE: &str = "http://terminology.hl7.org/CodeSystem/v2-0131";
/// The Patient's id of somebody who is also one of the region's people: a RelatedPerson cannot refer to a Patient.
pub const PERSON: &str = "https://sarsen.example/Id/person";

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, relation) in life.person.relations.iter().enumerate() {
        let mut draft = rendering.open(
            "RelatedPerson",
            "RelatedPerson",
            Kind::RelatedPerson,
            at,
            life.person.registered,
        );
        if let Some(index) = relation.index {
            let other = patient_id(rendering.seed, index);
            draft.put("identifier", json!([{ "system": PERSON, "value": other }]));
        }
        draft.put("active", true);
        draft.put("patient", rendering.person());
        draft.put("relationship", relationships(relation));
        draft.put("name", vec![human_name(&relation.name, "usual")]);
        // How to reach those around a restricted person would tell where the person is.
        if !relation.telephone.is_empty() && !life.person.restricted {
            draft.put(
                "telecom",
                json!([{ "system": "phone", "value": relation.telephone }]),
            );
        }
        rendering.keep(draft);
    }
}

fn relationships(relation: &Relation) -> Vec<Value> {
    let mut found = Vec::new();
    if !relation.role.is_empty() {
        let display = words_of(relation.role);
        let mut codings = json!({ "coding": [{ "system": ROLE_CODE, "code": relation.role }] });
        if let Some(display) = display {
            codings = json!({ "coding": [coding(ROLE_CODE, relation.role, display)], "text": display });
        }
        found.push(codings);
    }
    if relation.next_of_kin {
        found.push(concept(CONTACT_ROLE, "N", "Next-of-Kin"));
    }
    if relation.carer {
        found
            .push(json!({ "coding": [coding(SNOMED_CT, "133932002", "Caregiver")], "text": "Unpaid carer" }));
    }
    if found.is_empty() {
        found.push(concept(CONTACT_ROLE, "U", "Unknown"));
    }
    found
}

fn words_of(role: &str) -> Option<&'static str> {
    Some(match role {
        "WIFE" => "wife",
        "HUSB" => "husband",
        "SPS" => "spouse",
        "DOMPART" => "domestic partner",
        "SONC" => "son",
        "DAUC" => "daughter",
        "CHILD" => "child",
        "MTH" => "mother",
        "FTH" => "father",
        "PRN" => "parent",
        "GRPRN" => "grandparent",
        "GRNDCHILD" => "grandchild",
        "SIB" => "sibling",
        "BRO" => "brother",
        "SIS" => "sister",
        "NBOR" => "neighbour",
        "FRND" => "unrelated friend",
        "ROOM" => "Roommate",
        _ => return None,
    })
}
