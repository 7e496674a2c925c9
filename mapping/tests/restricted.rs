//! A restricted address is nowhere: not in the record, not in what is written.

use serde_json::json;

use crate::uk;

fn restricted() -> serde_json::Value {
    let mut value = uk::patient();
    value["meta"]["security"] = json!([{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R", "display": "restricted" }]);
    value
}

#[test]
fn neither_address_telephone_nor_practice_is_read_or_written() {
    let person = mapping::patient::from_fhir(&restricted()).unwrap();
    assert!(person.is_restricted());
    let written = mapping::patient::to_fhir(&person);
    for text in [format!("{person:?}"), written.to_string()] {
        for secret in ["Mill Lane", "Melksham", "SN12", "07700", "01632"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert!(mapping::patient::from_fhir(&written).unwrap().is_restricted());
    assert_eq!(
        person.display_name(),
        "Peggy Marsh",
        "name, number and birth date remain"
    );
    assert!(person.nhs_number.is_some() && person.birth_date.is_some());
}

#[test]
fn nothing_in_the_whole_record_betrays_the_place() {
    let mut all = vec![restricted()];
    all.extend(uk::resources());
    let text = format!("{:?}", uk::record(&all));
    for secret in [
        "Mill Lane",
        "Melksham",
        "SN12",
        "07700",
        "Avon Community",
        "Marsh General Pathology",
        "Radiology",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(text.contains("General practitioner"), "the author's role remains");
}

#[test]
fn a_person_without_the_label_keeps_everything() {
    let mut value = restricted();
    value["meta"]["security"][0]["code"] = json!("N");
    assert!(!mapping::patient::from_fhir(&value).unwrap().is_restricted());
}
