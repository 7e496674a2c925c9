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
        "birthDate":"2026-02-30","contact":[{"telecom":[{"system":"phone","rank":0}]}],"deceasedBoolean":"no"}"#), @"");
}

#[test]
fn faults_inside_a_bundle_point_into_it() {
    insta::assert_snapshot!(told(r#"{"resourceType":"Bundle","type":"transaction","entry":[
        {"resource":{"resourceType":"Observation","status":"done","valueString":"a","valueBoolean":true},
         "request":{"method":"POST","url":"Observation"}}]}"#), @"");
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
