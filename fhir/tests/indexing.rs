//! Index values, their packed form, and value-first rows.

use fhir::index::{ValueRef, pack, unpack};
use fhir::{Document, Limits, Prepared, ResourceType, search_parameters, value_rows};

fn prepared(text: &str) -> Prepared {
    let document =
        Document::scan(text.as_bytes(), &Limits::default()).unwrap_or_else(|issues| panic!("{issues:#?}"));
    document.root().prepare(&|_| None)
}

/// The packed values of one parameter, as text.
fn values(prepared: &Prepared, code: &str) -> Vec<String> {
    let param = search_parameters(prepared.resource_type)
        .iter()
        .find(|param| param.code == code)
        .unwrap()
        .id;
    let entry = pack(&prepared.index);
    unpack(&entry)
        .filter(|(own, _)| *own == param)
        .map(|(_, value)| match value {
            ValueRef::Token { system, code } => format!("{system}|{code}"),
            ValueRef::Text { normalised, exact } => format!("{normalised}={exact}"),
            ValueRef::Date { low, high } => format!("{low}..{high}"),
            ValueRef::Reference { resource_type, id } => format!("{}/{id}", resource_type.name()),
            ValueRef::ReferenceAbsolute(url) => url.to_owned(),
            ValueRef::ReferenceIdentifier { system, value } => format!("{system}|{value}"),
            ValueRef::Uri(uri) => uri.to_owned(),
        })
        .collect()
}

#[test]
fn names_are_found_by_each_part_without_case_or_accents() {
    let patient = prepared(
        r#"{"resourceType":"Patient","name":[{"family":"Müller-Łukasz","given":["Zoë","Anne"]}],
        "address":[{"line":["1 High St"],"postalCode":"LS1  6AE"}],"telecom":[{"system":"phone","value":"0113 496 0000"},{"system":"email","value":"a@b.c"}]}"#,
    );
    assert_eq!(values(&patient, "family"), ["muller-lukasz=Müller-Łukasz"]);
    assert_eq!(values(&patient, "given"), ["zoe=Zoë", "anne=Anne"]);
    assert_eq!(values(&patient, "name").len(), 3);
    assert_eq!(values(&patient, "address-postalcode"), ["ls1 6ae=LS1  6AE"]);
    assert_eq!(values(&patient, "phone"), ["|01134960000"]);
    assert_eq!(values(&patient, "email"), ["|a@b.c"]);
    assert_eq!(values(&patient, "telecom").len(), 2);
}

#[test]
fn being_dead_is_a_value_even_where_nothing_is_said() {
    assert_eq!(
        values(
            &prepared(r#"{"resourceType":"Patient","active":true}"#),
            "deceased"
        ),
        ["|false"]
    );
    let dead = prepared(r#"{"resourceType":"Patient","deceasedDateTime":"2020-01-01"}"#);
    assert_eq!(values(&dead, "deceased"), ["|true"]);
    assert_eq!(values(&dead, "death-date").len(), 1);
}

#[test]
fn choices_casts_and_filters_are_followed() {
    let coded = prepared(
        r#"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8302-2"}]},
        "subject":{"reference":"Patient/3c0a2bb3-9a53-4a3c-8f29-1f0d2f6c1c11"},"effectivePeriod":{"start":"2020-01-01"},
        "valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"1"}],"text":"Yes"},
        "component":[{"code":{"coding":[{"code":"x"}]},"valueCodeableConcept":{"coding":[{"code":"y"}]}}]}"#,
    );
    assert_eq!(values(&coded, "code"), ["http://loinc.org|8302-2"]);
    assert_eq!(values(&coded, "combo-code"), ["http://loinc.org|8302-2", "|x"]);
    assert_eq!(values(&coded, "value-concept"), ["http://snomed.info/sct|1"]);
    assert_eq!(values(&coded, "component-value-concept"), ["|y"]);
    assert_eq!(values(&coded, "value-string"), ["yes=Yes"]);
    assert_eq!(
        values(&coded, "patient"),
        ["Patient/3c0a2bb3-9a53-4a3c-8f29-1f0d2f6c1c11"]
    );
    assert_eq!(values(&coded, "subject"), values(&coded, "patient"));
    assert_eq!(values(&coded, "date"), [format!("1577836800000..{}", i64::MAX)]);
    let group = prepared(
        r#"{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Group/g"}}"#,
    );
    assert_eq!(values(&group, "subject"), ["Group/g"]);
    assert!(values(&group, "patient").is_empty());
}

#[test]
fn a_date_is_the_range_of_its_precision() {
    let born = |date: &str| {
        values(
            &prepared(&format!(r#"{{"resourceType":"Patient","birthDate":"{date}"}}"#)),
            "birthdate",
        )
    };
    assert_eq!(born("1970-01-01"), ["0..86399999"]);
    assert_eq!(born("1970-01"), ["0..2678399999"]);
    assert_eq!(born("1970"), ["0..31535999999"]);
    assert_eq!(born("1969-12-31"), ["-86400000..-1"]);
}

#[test]
fn a_reference_by_identifier_and_an_absolute_one_are_kept_apart() {
    let by = |reference: &str| {
        prepared(&format!(
            r#"{{"resourceType":"Condition","subject":{reference}}}"#
        ))
    };
    assert_eq!(
        values(
            &by(r#"{"identifier":{"system":"http://a.b","value":"1"}}"#),
            "subject"
        ),
        ["http://a.b|1"]
    );
    assert_eq!(
        values(&by(r#"{"reference":"http://a.b/Patient/1"}"#), "patient"),
        ["http://a.b/Patient/1"]
    );
    assert!(values(&by(r#"{"reference":"http://a.b/Group/1"}"#), "patient").is_empty());
}

#[test]
fn a_typical_observation_packs_into_120_bytes() {
    let text = r#"{"resourceType":"Observation","id":"3c0a2bb3-9a53-4a3c-8f29-1f0d2f6c1c11","status":"final",
        "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
        "code":{"coding":[{"system":"http://loinc.org","code":"8302-2","display":"Body Height"}]},
        "subject":{"reference":"Patient/5f6cbd49-4e3c-46a3-8ed5-a9f5d3a1f77a"},
        "encounter":{"reference":"Encounter/0d7b9d5c-2f37-4b63-a2b8-3f3b37ad2d1e"},
        "effectiveDateTime":"2011-07-28T15:02:18-04:00","issued":"2011-07-28T15:02:18.131-04:00",
        "valueQuantity":{"value":172.5,"unit":"cm","system":"http://unitsofmeasure.org","code":"cm"}}"#;
    let length = pack(&prepared(text).index).len();
    assert!((60..=120).contains(&length), "{length} bytes");
}

#[test]
fn a_damaged_entry_ends_early_and_never_panics() {
    let entry = pack(
        &prepared(r#"{"resourceType":"Patient","name":[{"family":"A"}],"birthDate":"1970-01-01"}"#).index,
    );
    for length in 0..entry.len() {
        assert!(unpack(&entry[..length]).count() <= unpack(&entry).count());
        let mut changed = entry.clone();
        changed[length] ^= 0xff;
        let _ = unpack(&changed).count();
    }
}

#[test]
fn value_first_rows_are_made_for_the_listed_parameters_alone() {
    let rows = |text: &str| {
        let prepared = prepared(text);
        value_rows(prepared.resource_type, &prepared.index)
    };
    let patient = rows(
        r#"{"resourceType":"Patient","gender":"male","birthDate":"1970-01-01","name":[{"family":"Smith"}],
        "identifier":[{"system":"http://a.b","value":"1"}]}"#,
    );
    let keys: Vec<(u16, Vec<u8>)> = patient.into_iter().map(|row| (row.number, row.key)).collect();
    let born = [0x80, 0, 0, 0, 0, 0, 0, 0].to_vec();
    assert_eq!(
        keys,
        [
            (1, b"1\0\x2b\xa0\x59\x6f".to_vec()),
            (2, b"smith".to_vec()),
            (3, born)
        ]
    );
    let observation = rows(
        r#"{"resourceType":"Observation","status":"final","effectiveDateTime":"1970-01-01",
        "code":{"coding":[{"system":"http://loinc.org","code":"8302-2"}]},"subject":{"reference":"Patient/1"}}"#,
    );
    assert_eq!(observation.len(), 1);
    assert_eq!(
        observation[0].key,
        b"\xc0\xe7\x51\x038302-2\x00\x80\0\0\0\0\0\0\0"
    );
    assert!(rows(r#"{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"}}"#).is_empty());
    assert_eq!(
        ResourceType::from_name("Patient").map(ResourceType::number),
        Some(103)
    );
}
