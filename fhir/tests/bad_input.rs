//! Bad documents by name, each beside a neighbour one edit away that is accepted.

use fhir::{Document, Issue, Limits};

fn issues(bytes: &[u8]) -> Vec<Issue> {
    Document::scan(bytes, &Limits::default())
        .err()
        .unwrap_or_default()
}

struct Case {
    name: &'static str,
    bad: Vec<u8>,
    good: Vec<u8>,
    /// The first issue's code, and a part of its words or its expression.
    code: &'static str,
    says: &'static str,
}

fn case(
    name: &'static str,
    bad: impl AsRef<[u8]>,
    good: impl AsRef<[u8]>,
    code: &'static str,
    says: &'static str,
) -> Case {
    Case {
        name,
        bad: bad.as_ref().to_vec(),
        good: good.as_ref().to_vec(),
        code,
        says,
    }
}

fn patient(members: &str) -> String {
    format!(r#"{{"resourceType":"Patient",{members}}}"#)
}

fn pair(name: &'static str, bad: &str, good: &str, code: &'static str, says: &'static str) -> Case {
    case(name, patient(bad), patient(good), code, says)
}

fn observation(members: &str) -> String {
    format!(r#"{{"resourceType":"Observation","status":"final","code":{{"text":"x"}},{members}}}"#)
}

fn nested(depth: usize) -> String {
    // Each level of item is an object and an array.
    let mut text = String::from(r#"{"resourceType":"QuestionnaireResponse","status":"completed""#);
    for _ in 0..depth {
        text.push_str(r#","item":[{"linkId":"1""#);
    }
    for _ in 0..depth {
        text.push_str("}]");
    }
    text + "}"
}

fn bundle(kind: &str, entries: &str) -> String {
    format!(r#"{{"resourceType":"Bundle","type":"{kind}","entry":[{entries}]}}"#)
}

const VERIFIED: &str = r#""extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus","valueCodeableConcept":{"coding":[{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland","code":"01"}]}}],"#;

fn nhs_number(extension: &str, number: &str) -> String {
    format!(
        r#""identifier":[{{{extension}"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{number}"}}]"#
    )
}

fn json_cases() -> Vec<Case> {
    let good = patient(r#""active":true"#);
    let latin = [
        br#"{"resourceType":"Patient","name":[{"family":"Andr"#.as_slice(),
        b"\xe9",
        br#""}]}"#,
    ]
    .concat();
    let utf8 = [
        br#"{"resourceType":"Patient","name":[{"family":"Andr"#.as_slice(),
        b"\xc3\xa9",
        br#""}]}"#,
    ]
    .concat();
    let decimal =
        |digits: usize| observation(&format!(r#""valueQuantity":{{"value":{}}}"#, "1".repeat(digits)));
    let deep = |levels: usize| {
        format!(
            r#"{{"resourceType":"Patient","x":{}{}}}"#,
            "[".repeat(levels),
            "]".repeat(levels)
        )
    };
    vec![
        case(
            "truncated",
            &good[..good.len() - 1],
            &good,
            "structure",
            "ends too early",
        ),
        case("truncated in a string", &good[..30], &good, "structure", "ends"),
        case("nothing at all", "", &good, "structure", "empty"),
        case("wrong character set", latin, utf8, "structure", "UTF-8"),
        case(
            "byte order mark",
            [b"\xef\xbb\xbf", good.as_bytes()].concat(),
            &good,
            "structure",
            "byte order mark",
        ),
        case(
            "trailing bytes",
            format!("{good}{{}}"),
            format!("{good}\n"),
            "structure",
            "after the end",
        ),
        case(
            "an array of resources",
            format!("[{good}]"),
            &good,
            "structure",
            "JSON object",
        ),
        case(
            "nested ten thousand deep",
            deep(10_000),
            &good,
            "structure",
            "no element `x`",
        ),
        case(
            "nested deeper than the limit",
            nested(40),
            nested(20),
            "too-long",
            "levels deep",
        ),
        pair(
            "duplicate key",
            r#""active":true,"active":false"#,
            r#""active":true,"gender":"male""#,
            "structure",
            "twice",
        ),
        pair(
            "duplicate key by escape",
            r#""active":true,"\u0061ctive":false"#,
            r#""\u0061ctive":false"#,
            "structure",
            "twice",
        ),
        case(
            "two resource types",
            r#"{"resourceType":"Patient","active":true,"resourceType":"Patient"}"#,
            &good,
            "structure",
            "twice",
        ),
        pair(
            "lone high surrogate",
            r#""name":[{"family":"a\ud83d"}]"#,
            r#""name":[{"family":"a\ud83d\ude00"}]"#,
            "structure",
            "surrogate",
        ),
        pair(
            "lone low surrogate",
            r#""name":[{"family":"a\ude00"}]"#,
            r#""name":[{"family":"a"}]"#,
            "structure",
            "surrogate",
        ),
        pair(
            "escaped NUL",
            r#""name":[{"family":"a\u0000"}]"#,
            r#""name":[{"family":"a\u0009"}]"#,
            "structure",
            "control character",
        ),
        pair(
            "raw NUL",
            "\"name\":[{\"family\":\"a\0\"}]",
            r#""name":[{"family":"a"}]"#,
            "structure",
            "control character",
        ),
        pair(
            "raw line feed",
            "\"name\":[{\"family\":\"a\n\"}]",
            r#""name":[{"family":"a\n"}]"#,
            "structure",
            "control character",
        ),
        pair(
            "unknown escape",
            r#""name":[{"family":"\x41"}]"#,
            r#""name":[{"family":"\u0041"}]"#,
            "structure",
            "escape",
        ),
        case(
            "a number of 400 digits",
            decimal(400),
            decimal(20),
            "structure",
            "400 digits",
        ),
        case(
            "an absurd exponent",
            observation(r#""valueQuantity":{"value":1e999}"#),
            observation(r#""valueQuantity":{"value":1e9}"#),
            "structure",
            "exponent",
        ),
        case(
            "a number with a leading zero",
            observation(r#""valueQuantity":{"value":01}"#),
            observation(r#""valueQuantity":{"value":0.1}"#),
            "structure",
            "zero",
        ),
        case(
            "NaN",
            observation(r#""valueQuantity":{"value":NaN}"#),
            observation(r#""valueQuantity":{"value":1}"#),
            "structure",
            "value",
        ),
        pair(
            "a trailing comma",
            r#""active":true,"#,
            r#""active":true"#,
            "structure",
            "name in double quotes",
        ),
        pair(
            "single quotes",
            r#"'active':true"#,
            r#""active":true"#,
            "structure",
            "double quotes",
        ),
    ]
}

fn structure_cases() -> Vec<Case> {
    let entry = |url: &str, request: &str| {
        format!(r#"{{{url}"resource":{{"resourceType":"Patient","active":true}}{request}}}"#)
    };
    let post = r#","request":{"method":"POST","url":"Patient"}"#;
    vec![
        case(
            "no resource type",
            r#"{"active":true}"#,
            r#"{"active":true,"resourceType":"Patient"}"#,
            "structure",
            "resourceType",
        ),
        case(
            "an unknown resource type",
            r#"{"resourceType":"Pateint","active":true}"#,
            patient(r#""active":true"#),
            "structure",
            "did you mean `Patient`",
        ),
        case(
            "an abstract resource type",
            r#"{"resourceType":"DomainResource","id":"1"}"#,
            r#"{"resourceType":"Basic","id":"1","code":{"text":"x"}}"#,
            "structure",
            "no FHIR R4 resource type",
        ),
        pair(
            "an unknown element",
            r#""birthdate":"1970-01-01""#,
            r#""birthDate":"1970-01-01""#,
            "structure",
            "did you mean `birthDate`",
        ),
        pair(
            "a single value for a list",
            r#""name":{"family":"a"}"#,
            r#""name":[{"family":"a"}]"#,
            "structure",
            "array",
        ),
        pair(
            "a list for a single value",
            r#""active":[true]"#,
            r#""active":true"#,
            "structure",
            "single value",
        ),
        pair(
            "an empty array",
            r#""name":[]"#,
            r#""name":[{"family":"a"}]"#,
            "structure",
            "empty",
        ),
        pair(
            "an empty object",
            r#""name":[{}]"#,
            r#""name":[{"family":"a"}]"#,
            "structure",
            "empty",
        ),
        pair(
            "an empty string",
            r#""name":[{"family":""}]"#,
            r#""name":[{"family":"a"}]"#,
            "value",
            "empty",
        ),
        pair(
            "null",
            r#""active":null"#,
            r#""active":false"#,
            "structure",
            "null",
        ),
        pair(
            "a null in a list of objects",
            r#""name":[null]"#,
            r#""name":[{"family":"a"}]"#,
            "structure",
            "null",
        ),
        pair(
            "a null that nothing stands beside",
            r#""name":[{"given":["a",null]}]"#,
            r#""name":[{"given":["a",null],"_given":[null,{"id":"x"}]}]"#,
            "structure",
            "null",
        ),
        pair(
            "an underscore beside an object",
            r#""_name":[{"id":"x"}]"#,
            r#""_gender":{"id":"x"}"#,
            "structure",
            "primitive",
        ),
        pair(
            "a choice made twice",
            r#""deceasedBoolean":true,"deceasedDateTime":"2020-01-01""#,
            r#""deceasedDateTime":"2020-01-01""#,
            "structure",
            "only one",
        ),
        case(
            "a required element left out",
            r#"{"resourceType":"Observation","status":"final"}"#,
            r#"{"resourceType":"Observation","status":"final","code":{"text":"x"}}"#,
            "required",
            "code is required",
        ),
        case(
            "a required choice left out",
            r#"{"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"display":"x"}}"#,
            r#"{"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"display":"x"},"medicationCodeableConcept":{"text":"x"}}"#,
            "required",
            "medication[x]",
        ),
        pair(
            "an extension with nothing to say",
            r#""extension":[{"url":"http://a.b/c"}]"#,
            r#""extension":[{"url":"http://a.b/c","valueBoolean":true}]"#,
            "invariant",
            "value[x]",
        ),
        pair(
            "a contained resource that contains",
            r#""contained":[{"resourceType":"Basic","id":"a","code":{"text":"x"},"contained":[{"resourceType":"Basic","id":"b","code":{"text":"x"}}]}]"#,
            r#""contained":[{"resourceType":"Basic","id":"a","code":{"text":"x"}}]"#,
            "structure",
            "may not contain",
        ),
        case(
            "a transaction entry without request",
            bundle("transaction", &entry("", "")),
            bundle("transaction", &entry("", post)),
            "invariant",
            "request",
        ),
        case(
            "a method FHIR does not know",
            bundle(
                "transaction",
                &entry("", r#","request":{"method":"BREW","url":"Patient"}"#),
            ),
            bundle("transaction", &entry("", post)),
            "code-invalid",
            "BREW",
        ),
        case(
            "two entries with one fullUrl",
            bundle(
                "transaction",
                &[
                    entry(
                        r#""fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","#,
                        post,
                    ),
                    entry(
                        r#""fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","#,
                        post,
                    ),
                ]
                .join(","),
            ),
            bundle(
                "transaction",
                &[
                    entry(
                        r#""fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","#,
                        post,
                    ),
                    entry(
                        r#""fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239521","#,
                        post,
                    ),
                ]
                .join(","),
            ),
            "duplicate",
            "fullUrl",
        ),
    ]
}

fn value_cases() -> Vec<Case> {
    let number = |extension: &str, digits: &str| patient(&nhs_number(extension, digits));
    let reference = |to: &str| observation(&format!(r#""subject":{{"reference":"{to}"}}"#));
    let issued = |at: &str| observation(&format!(r#""issued":"{at}""#));
    let narrative = |div: &str| patient(&format!(r#""text":{{"status":"generated","div":"{div}"}}"#));
    let body = "<div xmlns='http://www.w3.org/1999/xhtml'>";
    vec![
        pair(
            "30 February",
            r#""birthDate":"2026-02-30""#,
            r#""birthDate":"2026-02-28""#,
            "value",
            "real day",
        ),
        pair(
            "29 February in a common year",
            r#""birthDate":"2025-02-29""#,
            r#""birthDate":"2024-02-29""#,
            "value",
            "real day",
        ),
        pair(
            "month 13",
            r#""birthDate":"2024-13-01""#,
            r#""birthDate":"2024-12-01""#,
            "value",
            "real day",
        ),
        pair(
            "a date with a time",
            r#""birthDate":"2024-12-01T10:00:00Z""#,
            r#""birthDate":"2024-12""#,
            "value",
            "date",
        ),
        case(
            "an instant without zone",
            issued("2024-12-01T10:00:00"),
            issued("2024-12-01T10:00:00Z"),
            "value",
            "zone",
        ),
        case(
            "an instant of a day",
            issued("2024-12-01"),
            issued("2024-12-01T10:00:00.123+01:00"),
            "value",
            "instant",
        ),
        pair(
            "an id with a slash",
            r#""id":"a/b""#,
            r#""id":"a-b""#,
            "value",
            "1 to 64 letters",
        ),
        pair(
            "an id that climbs folders",
            r#""id":"../../etc/passwd""#,
            r#""id":"..etc.passwd""#,
            "value",
            "1 to 64 letters",
        ),
        pair(
            "an id of 65 letters",
            &format!(r#""id":"{}""#, "a".repeat(65)),
            &format!(r#""id":"{}""#, "a".repeat(64)),
            "value",
            "1 to 64 letters",
        ),
        pair(
            "a code outside its value set",
            r#""gender":"boy""#,
            r#""gender":"male""#,
            "code-invalid",
            "accepted are",
        ),
        pair(
            "a code with a space at its end",
            r#""gender":"male ""#,
            r#""gender":"male""#,
            "value",
            "white space",
        ),
        case(
            "a coding outside its value set",
            r#"{"resourceType":"Condition","subject":{"display":"x"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"cured"}]}}"#,
            r#"{"resourceType":"Condition","subject":{"display":"x"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]}}"#,
            "code-invalid",
            "condition-clinical",
        ),
        pair(
            "a truth in quotes",
            r#""active":"true""#,
            r#""active":true"#,
            "structure",
            "without quotes",
        ),
        pair(
            "a number for a string",
            r#""name":[{"family":1}]"#,
            r#""name":[{"family":"1"}]"#,
            "structure",
            "string",
        ),
        pair(
            "zero for a positive integer",
            r#""telecom":[{"rank":0,"value":"1","system":"phone"}]"#,
            r#""telecom":[{"rank":1,"value":"1","system":"phone"}]"#,
            "value",
            "from 1",
        ),
        pair(
            "a fraction for a whole number",
            r#""multipleBirthInteger":1.5"#,
            r#""multipleBirthInteger":2"#,
            "value",
            "whole number",
        ),
        pair(
            "a whole number beyond 32 bits",
            r#""multipleBirthInteger":2147483648"#,
            r#""multipleBirthInteger":2147483647"#,
            "value",
            "whole number",
        ),
        pair(
            "base64 with a hole",
            r#""photo":[{"data":"YWJj*"}]"#,
            r#""photo":[{"data":"YWJj"}]"#,
            "value",
            "base64",
        ),
        pair(
            "a URI with a space",
            r#""implicitRules":"http://a b""#,
            r#""implicitRules":"http://a/b""#,
            "value",
            "white space",
        ),
        case(
            "a reference to no type",
            reference("Pateint/1"),
            reference("Patient/1"),
            "value",
            "no reference",
        ),
        case(
            "a reference with too many parts",
            reference("Patient/1/2"),
            reference("Patient/1/_history/2"),
            "value",
            "no reference",
        ),
        case(
            "a reference with markup",
            reference("https://a/<script>"),
            reference("https://a/Patient/1"),
            "value",
            "no reference",
        ),
        case(
            "a reference to what is not contained",
            reference("#p"),
            observation(
                r##""contained":[{"resourceType":"Patient","id":"p"}],"subject":{"reference":"#p"}"##,
            ),
            "not-found",
            "not there",
        ),
        case(
            "an observation of an appointment",
            reference("Appointment/1"),
            reference("Group/1"),
            "value",
            "may not refer",
        ),
        case(
            "a reference by search outside a transaction",
            reference("Patient?identifier=1"),
            reference("Patient/1"),
            "value",
            "transaction",
        ),
        case(
            "an NHS number that fails its check",
            number(VERIFIED, "9990548608"),
            number(VERIFIED, "9990548609"),
            "value",
            "NHS number",
        ),
        case(
            "an NHS number with spaces",
            number(VERIFIED, "999 054 8609"),
            number(VERIFIED, "9990548609"),
            "value",
            "ten digits",
        ),
        case(
            "an NHS number without verification status",
            number("", "9990548609"),
            number(VERIFIED, "9990548609"),
            "required",
            "verification status",
        ),
        case(
            "an NHS number of unknown status",
            number(&VERIFIED.replace("\"01\"", "\"09\""), "9990548609"),
            number(&VERIFIED.replace("\"01\"", "\"08\""), "9990548609"),
            "required",
            "01 to 08",
        ),
        case(
            "a referred-to NHS number that fails its check",
            observation(
                r#""subject":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"1234567890"}}"#,
            ),
            observation(
                r#""subject":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990548609"}}"#,
            ),
            "value",
            "NHS number",
        ),
        case(
            "a script in the narrative",
            narrative(&format!("{body}<script>alert(1)</script></div>")),
            narrative(&format!("{body}<b>alert(1)</b></div>")),
            "value",
            "<script>",
        ),
        case(
            "an event handler in the narrative",
            narrative(&format!("{body}<p onclick='x()'>a</p></div>")),
            narrative(&format!("{body}<p class='x()'>a</p></div>")),
            "value",
            "onclick",
        ),
        case(
            "a hidden script in a link",
            narrative(&format!("{body}<a href='jav&#x61;script:x()'>a</a></div>")),
            narrative(&format!("{body}<a href='https://a.b'>a</a></div>")),
            "value",
            "script",
        ),
        case(
            "a frame in the narrative",
            narrative(&format!("{body}<iframe src='https://a.b'>a</iframe></div>")),
            narrative(&format!("{body}<img src='a.png'/></div>")),
            "value",
            "<iframe>",
        ),
        case(
            "a narrative whose tags cross",
            narrative(&format!("{body}<b><i>a</b></i></div>")),
            narrative(&format!("{body}<b><i>a</i></b></div>")),
            "value",
            "match",
        ),
        case(
            "a narrative that is no div",
            narrative("plain"),
            narrative(&format!("{body}plain</div>")),
            "value",
            "<div>",
        ),
    ]
}

#[test]
fn every_bad_document_is_refused_and_its_neighbour_accepted() {
    for case in json_cases()
        .into_iter()
        .chain(structure_cases())
        .chain(value_cases())
    {
        let found = issues(&case.bad);
        let Some(first) = found.first() else {
            panic!("{}: the bad document was accepted", case.name)
        };
        assert_eq!(first.code.code(), case.code, "{}: {found:#?}", case.name);
        let words = format!(
            "{} {}",
            first.expression.as_deref().unwrap_or(""),
            first.diagnostics
        );
        assert!(words.contains(case.says), "{}: {words}", case.name);
        assert_eq!(issues(&case.good), [], "{}: the neighbour was refused", case.name);
    }
}

#[test]
fn a_document_over_the_size_limit_is_refused_before_it_is_read() {
    let limits = Limits {
        max_bytes: 100,
        ..Limits::default()
    };
    let padded = |length: usize| format!("{}{}", patient(r#""active":true"#), " ".repeat(length));
    let refused = Document::scan(padded(100).as_bytes(), &limits).unwrap_err();
    assert_eq!(refused[0].code.code(), "too-long");
    assert!(Document::scan(padded(1).as_bytes(), &limits).is_ok());
}

#[test]
fn sql_and_html_in_strings_are_only_strings() {
    for text in [
        "'; DROP TABLE log; --",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "%00%n%s",
        "\\u202e",
    ] {
        let text = serde_json::to_string(text).unwrap();
        let document = patient(&format!(
            r#""name":[{{"family":{text},"text":{text}}}],"address":[{{"line":[{text}]}}]"#
        ));
        assert_eq!(issues(document.as_bytes()), [], "{document}");
    }
}

#[test]
fn a_long_value_is_never_echoed_whole() {
    let long = "x".repeat(5000);
    let found = issues(patient(&format!(r#""gender":"{long}","{long}":1,"birthDate":"{long}""#)).as_bytes());
    assert_eq!(found.len(), 3);
    for issue in found {
        assert!(issue.diagnostics.len() < 400, "{}", issue.diagnostics);
        assert!(issue.expression.unwrap().len() < 200);
    }
}

#[test]
fn the_scanner_stops_at_the_issue_limit() {
    let many: Vec<String> = (0..100).map(|number| format!(r#""x{number}":1"#)).collect();
    assert_eq!(
        issues(patient(&many.join(",")).as_bytes()).len(),
        Limits::default().max_issues
    );
}
