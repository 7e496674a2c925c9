//! Searches: parsed, matched, sorted, and led across persons.

use fhir::index::pack;
use fhir::search::{KeyRange, Query, parse};
use fhir::{Document, Issue, Limits, ResourceType, value_rows};

fn query(name: &str, text: &str) -> Result<Query, Vec<Issue>> {
    let params: Vec<(String, String)> = text
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    parse(ResourceType::from_name(name).unwrap(), &params)
}

fn refusal(name: &str, text: &str) -> String {
    let issues = query(name, text).expect_err(text);
    format!(
        "{} {}: {}",
        issues[0].code.code(),
        issues[0].expression.clone().unwrap(),
        issues[0].diagnostics
    )
}

struct Subject {
    name: &'static str,
    entry: Vec<u8>,
    rows: Vec<fhir::ValueRow>,
}

fn subject(text: &str) -> Subject {
    let document =
        Document::scan(text.as_bytes(), &Limits::default()).unwrap_or_else(|issues| panic!("{issues:#?}"));
    let prepared = document.root().prepare(&|_| None);
    Subject {
        name: prepared.resource_type.name(),
        entry: pack(&prepared.index),
        rows: value_rows(prepared.resource_type, &prepared.index),
    }
}

impl Subject {
    /// Asserts that a search finds the subject, and where it leads across persons, that the rows are in its ranges.
    fn found(&self, text: &str) {
        let query = query(self.name, text).unwrap_or_else(|issues| panic!("{text}: {issues:?}"));
        assert!(query.matches(&self.entry), "{text} should find it");
        if let Some(ranges) = query.cross_person() {
            assert!(
                self.rows
                    .iter()
                    .any(|row| ranges.iter().any(|range| inside(range, row))),
                "{text}: {ranges:?}"
            );
        }
    }

    fn not_found(&self, text: &str) {
        let query = query(self.name, text).unwrap_or_else(|issues| panic!("{text}: {issues:?}"));
        assert!(!query.matches(&self.entry), "{text} should not find it");
    }
}

fn inside(range: &KeyRange, row: &fhir::ValueRow) -> bool {
    range.number == row.number && range.low <= row.key && row.key < range.high
}

fn patient() -> Subject {
    subject(
        r#"{"resourceType":"Patient","active":true,"gender":"female","birthDate":"1980-05-17",
        "name":[{"family":"O'Brien","given":["Siân","Mary"]}],
        "identifier":[{"system":"http://a.b/id","value":"X|1,2"}],
        "telecom":[{"system":"phone","value":"0113 496 0000"}],
        "generalPractitioner":[{"reference":"Practitioner/3c0a2bb3-9a53-4a3c-8f29-1f0d2f6c1c11"}],
        "managingOrganization":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"A81001"}},
        "meta":{"profile":["http://a.b/StructureDefinition/p"]}}"#,
    )
}

#[test]
fn strings_match_from_the_start_without_case_or_accents() {
    let patient = patient();
    for text in [
        "family=o'br",
        "family=O’BRIEN",
        "given=sian",
        "name=mary",
        "given=zoe,Sian",
        "family:exact=O'Brien",
        "family:contains=brie",
    ] {
        patient.found(text);
    }
    for text in [
        "family=brien",
        "family:exact=o'brien",
        "given=siana",
        "name:contains=xx",
    ] {
        patient.not_found(text);
    }
}

#[test]
fn tokens_match_by_code_system_or_both() {
    let patient = patient();
    for text in [
        r"identifier=http://a.b/id|X\|1\,2",
        r"identifier=X\|1\,2",
        "identifier=http://a.b/id|",
        "gender=female",
        "gender=male,female",
        "gender=http://hl7.org/fhir/administrative-gender|female",
        "gender:not=male",
        "active=true",
        "deceased=false",
        "phone=01134960000",
        "phone=0113-496 0000",
        "gender:missing=false",
        "language:missing=true",
    ] {
        patient.found(text);
    }
    for text in [
        r"identifier=|X\|1\,2",
        "identifier=http://other|",
        "gender=Female",
        "gender:not=female",
        "gender:not=male,female",
        "gender:missing=true",
        "deceased=true",
    ] {
        patient.not_found(text);
    }
    let observation = subject(
        r#"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8302-2"}]}}"#,
    );
    for text in ["code=http://loinc.org|8302-2", "code=8302-2", "status=final"] {
        observation.found(text);
    }
    for text in ["code=http://snomed.info/sct|8302-2", "code=|8302-2", "code=83022"] {
        observation.not_found(text);
    }
}

#[test]
fn dates_compare_as_ranges() {
    let patient = patient();
    for text in [
        "birthdate=1980-05-17",
        "birthdate=1980-05",
        "birthdate=eq1980",
        "birthdate=ne1981",
        "birthdate=lt1980-05-18",
        "birthdate=gt1980-05-16",
        "birthdate=ge1980-05-17",
        "birthdate=le1980-05-17",
        "birthdate=sa1980-05-16",
        "birthdate=eb1980-05-18",
        "birthdate=ap1980-05-18",
        "birthdate=ge1980&birthdate=lt1981",
        "birthdate=lt1980-05-17T12:00:00Z",
        "birthdate=gt1980-05-17T12:00:00Z",
    ] {
        patient.found(text);
    }
    for text in [
        "birthdate=1980-05-18",
        "birthdate=1979",
        "birthdate=ne1980",
        "birthdate=lt1980-05-17",
        "birthdate=gt1980-05-17",
        "birthdate=sa1980-05-17",
        "birthdate=eb1980-05-17",
        "birthdate=ap1990",
        "birthdate=1980-05-17T10:00:00Z",
    ] {
        patient.not_found(text);
    }
    let zoned = subject(
        r#"{"resourceType":"Observation","status":"final","code":{"text":"x"},"effectiveDateTime":"2020-06-01T00:30:00+01:00"}"#,
    );
    zoned.found("date=2020-05-31");
    zoned.found("date=2020-05-31T23:30:00Z");
    zoned.found("date=2020-06-01T00:30:00 01:00");
    zoned.not_found("date=2020-06-01");
    let open = subject(
        r#"{"resourceType":"Encounter","status":"in-progress","class":{"code":"IMP"},"period":{"start":"2020-06-01"}}"#,
    );
    open.found("date=gt2030");
    open.found("date=ge2020-06-01");
    open.not_found("date=2020");
    open.not_found("date=lt2020-06-01");
}

#[test]
fn references_match_by_id_type_identifier_and_url() {
    let patient = patient();
    for text in [
        "general-practitioner=Practitioner/3c0a2bb3-9a53-4a3c-8f29-1f0d2f6c1c11",
        "general-practitioner=3c0a2bb3-9a53-4a3c-8f29-1f0d2f6c1c11",
        "general-practitioner:Practitioner=3c0a2bb3-9a53-4a3c-8f29-1f0d2f6c1c11",
        "organization:identifier=https://fhir.nhs.uk/Id/ods-organization-code|A81001",
        "organization:identifier=A81001",
    ] {
        patient.found(text);
    }
    for text in [
        "general-practitioner=Organization/3c0a2bb3-9a53-4a3c-8f29-1f0d2f6c1c11",
        "general-practitioner=Practitioner/1",
        "organization:identifier=http://other|A81001",
    ] {
        patient.not_found(text);
    }
    patient.found("_profile=http://a.b/StructureDefinition/p");
    patient.found("_profile:below=http://a.b/StructureDefinition");
    patient.not_found("_profile=http://a.b/StructureDefinition");
}

#[test]
fn a_patient_in_a_search_names_the_persons_to_look_in() {
    let person = |name, text| {
        query(name, text)
            .unwrap()
            .person
            .map(|people| people.into_iter().map(|person| person.id).collect::<Vec<_>>())
    };
    assert_eq!(person("Observation", "patient=a"), Some(vec!["a".to_owned()]));
    assert_eq!(
        person("Observation", "subject=Patient/a,Patient/b"),
        Some(vec!["a".to_owned(), "b".to_owned()])
    );
    assert_eq!(
        person("Observation", "subject:Patient=a&code=x"),
        Some(vec!["a".to_owned()])
    );
    assert_eq!(person("Observation", "patient=a&subject=Patient/b"), Some(vec![]));
    assert_eq!(person("Task", "patient=Patient/a"), Some(vec!["a".to_owned()]));
    assert_eq!(person("Observation", "subject=Group/a"), None);
    assert_eq!(person("Observation", "subject=Patient/a,Group/b"), None);
    assert_eq!(person("Observation", "encounter=a"), None);
    assert_eq!(person("Group", "member=Patient/a"), None);
}

#[test]
fn code_and_date_together_narrow_the_range() {
    let old = subject(
        r#"{"resourceType":"Observation","status":"final","effectiveDateTime":"2001-01-01","code":{"coding":[{"system":"http://loinc.org","code":"1"}]}}"#,
    );
    let ranges = |text| query("Observation", text).unwrap().cross_person();
    old.found("code=http://loinc.org|1");
    old.found("code=http://loinc.org|1&date=2001");
    let narrow = ranges("code=http://loinc.org|1&date=2002").unwrap();
    assert!(!old.rows.iter().any(|row| inside(&narrow[0], row)));
    assert_eq!(ranges("code=1"), None, "a bare code leads nowhere");
    assert_eq!(
        ranges("value-concept=http://loinc.org|1"),
        None,
        "the parameter is not listed"
    );
    assert_eq!(ranges("status=final"), None);
    assert_eq!(query("Patient", "gender=male").unwrap().cross_person(), None);
    assert_eq!(
        query("Patient", "family:contains=x").unwrap().cross_person(),
        None
    );
    assert_eq!(
        query("Patient", "family=smith&identifier=1")
            .unwrap()
            .cross_person()
            .unwrap()[0]
            .number,
        1
    );
}

#[test]
fn what_cannot_be_searched_is_refused_by_name() {
    insta::assert_snapshot!([
        refusal("Patient", "colour=red"),
        refusal("Patient", "birthdate=2026-02-30"),
        refusal("Patient", "birthdate:exact=2020"),
        refusal("Patient", "family:text=x"),
        refusal("Patient", "general-practitioner.name=x"),
        refusal("Patient", "_include=Patient:organization"),
        refusal("Patient", "gender:missing=perhaps"),
        refusal("Patient", "family="),
        refusal("Observation", "value-quantity=gt5"),
        refusal("Observation", "subject=Pateint/1"),
        refusal("Observation", "_sort=colour"),
        refusal("Observation", "_count=-1"),
        refusal("Observation", "_id=a/b"),
    ].join("\n"), @r#"
    not-supported colour: search parameter colour: Patient has no such search parameter
    value birthdate: search parameter birthdate: a date is a real day as YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss[.sss]][zone], after one of the prefixes eq ne lt gt le ge sa eb ap or none
    value birthdate:exact: search parameter birthdate:exact: modifier :exact is not served for a date parameter; :missing is
    value family:text: search parameter family:text: modifier :text is not served for a string parameter; :exact, :contains and :missing are
    not-supported general-practitioner.name: search parameter general-practitioner.name: searches through another resource (chains, _has) are not served
    not-supported _include: search parameter _include: Patient has no such search parameter
    value gender:missing: search parameter gender:missing: `true` or `false` is expected after :missing
    value family: search parameter family: a value is missing
    not-supported value-quantity: search parameter value-quantity: not served: quantity and number parameters are not served
    value subject: search parameter subject: a reference is `id`, `Type/id` with a FHIR resource type, or an absolute URL
    not-supported _sort: search parameter _sort: Observation cannot be sorted by `colour`
    value _count: search parameter _count: a whole number from 0 is expected
    value _id: search parameter _id: an id has 1 to 64 letters A-Z a-z, digits, `-` and `.`
    "#);
}

#[test]
fn pages_have_fifty_unless_asked_and_a_thousand_at_most() {
    let count = |text| query("Patient", text).unwrap().count;
    assert_eq!(
        (count(""), count("_count=7"), count("_count=5000")),
        (50, 7, 1000)
    );
    assert!(query("Patient", "_count=0").unwrap().summary_count);
    assert!(query("Patient", "_summary=count").unwrap().summary_count);
    assert!(query("Patient", "_total=accurate").unwrap().total);
    assert_eq!(query("Patient", "_id=a,b&_id=b,c").unwrap().ids, ["b"]);
}

#[test]
fn entries_sort_by_each_key_and_those_without_come_last() {
    let make = |code: &str, date: &str| {
        let date = if date.is_empty() {
            String::new()
        } else {
            format!(r#","effectiveDateTime":"{date}""#)
        };
        subject(&format!(
            r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"code":"{code}"}}]}}{date}}}"#
        ))
    };
    let subjects = [
        make("b", "2020-01-01"),
        make("a", ""),
        make("a", "2021-01-01"),
        make("ab", "2020-01-01"),
    ];
    let order = |sort: &str| {
        let query = query("Observation", &format!("_sort={sort}")).unwrap();
        let mut places: Vec<usize> = (0..subjects.len()).collect();
        places.sort_by_key(|place| query.sort_key(&subjects[*place].entry));
        places
    };
    assert_eq!(order("date,code"), [3, 0, 2, 1]);
    assert_eq!(order("-date,code"), [2, 3, 0, 1]);
    assert_eq!(order("code,-date"), [2, 1, 3, 0]);
    assert_eq!(order("-code,date"), [0, 3, 2, 1]);
}
