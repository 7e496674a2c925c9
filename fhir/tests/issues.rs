//! What an issue says, word for word.

use fhir::{Document, Issue, IssueCode, Limits, outcome};

fn told(text: &str) -> String {
    let issues = Document::scan(text.as_bytes(), &Limits::default()).unwrap_err();
    let line = |issue: Issue| {
        format!(
            "{} {}: {}",
            issue.code.code(),
            issue.expression.unwrap_or_default(),
            issue.diagnostics
        )
    };
    issues.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn several_faults_are_told_at_once_each_with_its_place() {
    insta::assert_snapshot!(told(r#"{"resourceType":"Patient","gendr":"male","name":[{"given":["A",""]},{"use":"nick"}],
        "birthDate":"2026-02-30","contact":[{"telecom":[{"system":"phone","rank":0}]}],"deceasedBoolean":"no"}"#), @r#"
    structure Patient.gendr: Patient has no element `gendr`; did you mean `gender`?
    value Patient.name[0].given[1]: given: it may not be empty; leave the element out instead
    code-invalid Patient.name[1].use: `nick` is no code of http://hl7.org/fhir/ValueSet/name-use; accepted are anonymous, maiden, nickname, official, old, temp, usual
    value Patient.birthDate: birthDate: `2026-02-30` is no date: a date is a real day as YYYY-MM-DD, or YYYY-MM, or YYYY
    value Patient.contact[0].telecom[0].rank: `0` does not fit: a whole number from 1 to 2147483647 is expected
    structure Patient.deceased: deceasedBoolean is a boolean: true or false, without quotes, was expected, not a string
    "#);
}

#[test]
fn faults_inside_a_bundle_point_into_it() {
    insta::assert_snapshot!(told(r#"{"resourceType":"Bundle","type":"transaction","entry":[
        {"resource":{"resourceType":"Observation","status":"done","valueString":"a","valueBoolean":true},
         "request":{"method":"POST","url":"Observation"}}]}"#), @r#"
    code-invalid Bundle.entry[0].resource.status: `done` is no code of http://hl7.org/fhir/ValueSet/observation-status; accepted are amended, cancelled, corrected, entered-in-error, final, preliminary, registered, unknown
    structure Bundle.entry[0].resource.value: valueString and valueBoolean both give a value for value[x]; only one may be present
    required Bundle.entry[0].resource.code: Observation.code is required
    "#);
}

#[test]
fn an_outcome_is_valid_fhir() {
    let issue = Issue::error(
        IssueCode::Value,
        Some("Patient.name[0]".to_owned()),
        "say \"what\"\nand why",
    );
    let bytes = outcome(&[issue]);
    Document::scan(&bytes, &Limits::default()).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(json["issue"][0]["diagnostics"], "say \"what\"\nand why");
    assert_eq!(json["issue"][0]["expression"][0], "Patient.name[0]");
    Document::scan(&outcome(&[]), &Limits::default()).unwrap();
}
