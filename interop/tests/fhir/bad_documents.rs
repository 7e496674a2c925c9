//! Bad input by name. Each bad document has a neighbour one edit away that is accepted; after a refusal the store is
//! what it was; nothing answers 5xx.

use axum::body::Body;
use http::{Method, Request};
use serde_json::json;

use super::door::{Door, TOKEN};

const JSON: &[(&str, &str)] = &[("content-type", "application/fhir+json")];

/// A name, the bad document, its good neighbour, and a word that the refusal must hold.
fn pairs() -> Vec<(&'static str, Vec<u8>, Vec<u8>, &'static str)> {
    let text = |bad: &str, good: &str| (bad.as_bytes().to_vec(), good.as_bytes().to_vec());
    let mut pairs = Vec::new();
    let mut add = |name, (bad, good): (Vec<u8>, Vec<u8>), word| pairs.push((name, bad, good, word));
    add(
        "truncated",
        text(
            r#"{"resourceType":"Patient","gender":"female""#,
            r#"{"resourceType":"Patient","gender":"female"}"#,
        ),
        "",
    );
    add(
        "trailing",
        text(r#"{"resourceType":"Patient"}}"#, r#"{"resourceType":"Patient"}"#),
        "",
    );
    add("empty", text("", r#"{"resourceType":"Patient"}"#), "");
    add(
        "array",
        text(r#"[{"resourceType":"Patient"}]"#, r#"{"resourceType":"Patient"}"#),
        "",
    );
    add(
        "no resourceType",
        text(
            r#"{"gender":"female"}"#,
            r#"{"resourceType":"Patient","gender":"female"}"#,
        ),
        "resourceType",
    );
    add(
        "latin-1",
        (
            b"{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Se\xe1n\"}]}".to_vec(),
            "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Seán\"}]}".into(),
        ),
        "UTF-8",
    );
    let nested = |depth: usize| {
        let open = r#"{"url":"urn:x","extension":["#.repeat(depth);
        let close = "]}".repeat(depth);
        format!(r#"{{"resourceType":"Patient","extension":[{open}{{"url":"urn:x","valueString":"deep"}}{close}]}}"#).into_bytes()
    };
    add("ten thousand deep", (nested(10_000), nested(10)), "deep");
    let brackets = |depth: usize| {
        format!(
            "{{\"resourceType\":\"Patient\",\"active\":{}{}}}",
            "[".repeat(depth),
            "]".repeat(depth)
        )
        .into_bytes()
    };
    add(
        "a hundred thousand brackets",
        (
            brackets(100_000),
            br#"{"resourceType":"Patient","active":true}"#.to_vec(),
        ),
        "",
    );
    add(
        "duplicate key",
        text(
            r#"{"resourceType":"Patient","gender":"male","gender":"female"}"#,
            r#"{"resourceType":"Patient","gender":"female"}"#,
        ),
        "gender",
    );
    add(
        "escaped duplicate key",
        text(
            r#"{"resourceType":"Patient","gender":"male","\u0067ender":"female"}"#,
            r#"{"resourceType":"Patient","\u0067ender":"female"}"#,
        ),
        "gender",
    );
    add(
        "lone surrogate",
        text(
            r#"{"resourceType":"Patient","name":[{"family":"\ud83d"}]}"#,
            r#"{"resourceType":"Patient","name":[{"family":"\ud83d\ude42"}]}"#,
        ),
        "surrogate",
    );
    add(
        "escaped NUL",
        text(
            r#"{"resourceType":"Patient","name":[{"family":"a\u0000b"}]}"#,
            r#"{"resourceType":"Patient","name":[{"family":"a\u00e0b"}]}"#,
        ),
        "",
    );
    add(
        "NUL byte",
        (
            b"{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"a\0b\"}]}".to_vec(),
            b"{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"a b\"}]}".to_vec(),
        ),
        "",
    );
    let quantity = |value: &str| {
        format!(r#"{{"resourceType":"Patient","extension":[{{"url":"urn:x","valueDecimal":{value}}}]}}"#)
            .into_bytes()
    };
    add(
        "400 digits",
        (quantity(&"9".repeat(400)), quantity("99999999999999999")),
        "digits",
    );
    add("exponent", (quantity("1e99999"), quantity("1e9")), "");
    add(
        "30 February",
        text(
            r#"{"resourceType":"Patient","birthDate":"2026-02-30"}"#,
            r#"{"resourceType":"Patient","birthDate":"2026-02-28"}"#,
        ),
        "Patient.birthDate",
    );
    add(
        "29 February of no leap year",
        text(
            r#"{"resourceType":"Patient","birthDate":"1900-02-29"}"#,
            r#"{"resourceType":"Patient","birthDate":"2000-02-29"}"#,
        ),
        "Patient.birthDate",
    );
    add(
        "unknown element",
        text(
            r#"{"resourceType":"Patient","gendre":"male"}"#,
            r#"{"resourceType":"Patient","gender":"male"}"#,
        ),
        "gendre",
    );
    add(
        "one for many",
        text(
            r#"{"resourceType":"Patient","name":{"family":"Byron"}}"#,
            r#"{"resourceType":"Patient","name":[{"family":"Byron"}]}"#,
        ),
        "Patient.name",
    );
    add(
        "choice twice",
        text(
            r#"{"resourceType":"Patient","deceasedBoolean":true,"deceasedDateTime":"2020"}"#,
            r#"{"resourceType":"Patient","deceasedDateTime":"2020"}"#,
        ),
        "deceased",
    );
    add(
        "code outside its binding",
        text(
            r#"{"resourceType":"Patient","gender":"F"}"#,
            r#"{"resourceType":"Patient","gender":"female"}"#,
        ),
        "Patient.gender",
    );
    add(
        "reference to the wrong type",
        text(
            r#"{"resourceType":"Patient","link":[{"other":{"reference":"Medication/1"},"type":"seealso"}]}"#,
            r#"{"resourceType":"Patient","link":[{"other":{"reference":"Patient/1"},"type":"seealso"}]}"#,
        ),
        "Patient.link[0].other",
    );
    add(
        "script in the narrative",
        text(
            r#"{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>x</script></div>"}}"#,
            r#"{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x</p></div>"}}"#,
        ),
        "Patient.text",
    );
    let number = |digits: &str, status: &str| {
        format!(r#"{{"resourceType":"Patient","identifier":[{{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{digits}","extension":[{{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus","valueCodeableConcept":{{"coding":[{{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland","code":"{status}"}}]}}}}]}}]}}"#).into_bytes()
    };
    add(
        "NHS number's check digit",
        (number("9991234567", "01"), number("9990548609", "01")),
        "Patient.identifier[0]",
    );
    add(
        "NHS number's verification status",
        (number("9990548609", "77"), number("9990548609", "01")),
        "Patient.identifier[0]",
    );
    pairs
}

#[tokio::test]
async fn each_bad_document_is_refused_in_words_and_its_neighbour_is_kept() {
    let door = Door::open().await;
    for (name, bad, good, word) in pairs() {
        let before = door.digest().await;
        let reply = door.call(Method::POST, "/Patient", JSON, bad.clone()).await;
        assert_eq!(
            reply.status,
            400,
            "{name}: {}",
            String::from_utf8_lossy(&reply.bytes)
        );
        let issues = reply.issues();
        assert!(
            issues.iter().any(|issue| issue.contains(word)),
            "{name} says {word:?}: {issues:?}"
        );
        assert!(reply.bytes.len() < 20_000, "{name}: the refusal is short");
        let scanned = ::fhir::Document::scan(&reply.bytes, &::fhir::Limits::default());
        assert!(
            scanned.is_ok(),
            "{name}: the refusal is a valid OperationOutcome: {:?}",
            scanned.err()
        );
        assert_eq!(door.digest().await, before, "{name} changed something");
        let reply = door.call(Method::POST, "/Patient", JSON, good).await;
        assert_eq!(
            reply.status,
            201,
            "{name}'s neighbour: {}",
            String::from_utf8_lossy(&reply.bytes)
        );
    }
}

#[tokio::test]
async fn addresses_that_are_not_addresses_are_refused() {
    let door = Door::open().await;
    let before = door.digest().await;
    let long = format!("/Patient/{}", "a".repeat(65));
    for (path, status) in [
        ("/Patinet/1", 404),
        ("/patient/1", 404),
        ("/Patient/a%2Fb", 400),
        ("/Patient/a%00b", 400),
        ("/Patient/..%2F..%2Fetc", 400),
        ("/Patient/%27%20OR%201=1--", 400),
        (long.as_str(), 400),
        ("/Patient/1/_history/x", 400),
        ("/Patient/1/_history/-1", 400),
        ("/Patient/1/_history/99999999999999999999999", 400),
        ("/Nothing", 404),
        ("/Patient/1/2/3/4", 404),
    ] {
        let reply = door.get(path).await;
        assert_eq!(
            reply.status.as_u16(),
            status,
            "{path}: {}",
            String::from_utf8_lossy(&reply.bytes)
        );
        assert!(!reply.issues().is_empty(), "{path}");
    }
    let slash = json!({ "resourceType": "Patient", "id": "a/b" });
    door.put("/Patient/a%2Fb", &slash).await.expect(400);
    door.post("/Patient", &slash).await.expect(400);
    assert_eq!(door.digest().await, before);
    door.get(&format!("/Patient/{}", "a".repeat(64)))
        .await
        .expect(404);
}

#[tokio::test]
async fn sql_and_html_in_any_string_come_back_as_they_went_in() {
    let door = Door::open().await;
    for nasty in [
        "Robert'); DROP TABLE current;--",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "%00%0a{{7*7}}${7*7}",
        "\u{202e}desrever\u{200b}",
        "O'Neill \\\\ \" / \u{1f642}",
    ] {
        let one = json!({ "resourceType": "Patient", "name": [{ "family": nasty, "text": nasty }],
            "identifier": [{ "system": "urn:nasty", "value": nasty }],
            "address": [{ "line": [nasty], "postalCode": "ZZ99" }] });
        let kept = door.post("/Patient", &one).await.expect(201).json();
        let id = kept["id"].as_str().expect("an id");
        let read = door.get(&format!("/Patient/{id}")).await.expect(200).json();
        assert_eq!(read["name"], one["name"]);
        let escaped: String = nasty
            .replace('\\', "\\\\")
            .replace(',', "\\,")
            .replace('|', "\\|")
            .replace('$', "\\$");
        let encoded: String = format!("urn:nasty|{escaped}")
            .bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect();
        let found = door
            .get(&format!("/Patient?identifier={encoded}"))
            .await
            .expect(200)
            .json();
        assert_eq!(found["entry"][0]["resource"]["id"], id, "{nasty}");
    }
}

#[tokio::test]
async fn a_body_past_the_limit_is_refused_before_it_is_read() {
    let door = Door::open().await;
    let before = door.digest().await;
    let announced = [
        ("content-type", "application/fhir+json"),
        ("content-length", "104857600"),
    ];
    let reply = door
        .call(Method::POST, "/Patient", &announced, Body::empty())
        .await;
    assert_eq!(reply.status, 413);
    assert!(reply.issues()[0].starts_with("too-long"));
    // The same without announcing it.
    let chunk = bytes::Bytes::from(vec![b' '; 1 << 20]);
    let chunks = futures_util::stream::iter((0..100).map(move |_| Ok::<_, std::io::Error>(chunk.clone())));
    let reply = door
        .call(Method::POST, "/Patient", JSON, Body::from_stream(chunks))
        .await;
    assert_eq!(reply.status, 413);
    assert_eq!(door.digest().await, before);
}

#[tokio::test]
async fn a_body_that_stops_half_way_or_never_comes_keeps_nothing() {
    let door = Door::open().await;
    let before = door.digest().await;
    let broken = futures_util::stream::iter([
        Ok(bytes::Bytes::from_static(br#"{"resourceType":"Patient","#)),
        Err(std::io::Error::other("the client hung up")),
    ]);
    let reply = door
        .call(Method::POST, "/Patient", JSON, Body::from_stream(broken))
        .await;
    assert_eq!(reply.status, 400);
    let never = Body::from_stream(futures_util::stream::pending::<
        Result<bytes::Bytes, std::io::Error>,
    >());
    let reply = door.call(Method::POST, "/Patient", JSON, never).await;
    assert_eq!(reply.status, 408);
    assert_eq!(door.digest().await, before);
}

#[tokio::test]
async fn headers_that_are_not_text_are_refused_not_fatal() {
    let door = Door::open().await;
    for name in [
        "if-match",
        "if-none-match",
        "idempotency-key",
        "if-none-exist",
        "content-type",
        "accept",
    ] {
        let request = Request::builder()
            .method(Method::PUT)
            .uri("/fhir/Patient/ada")
            .header("authorization", format!("Bearer {TOKEN}"))
            .header(name, http::HeaderValue::from_bytes(b"\xff\xfe").expect("bytes"))
            .body(Body::from(r#"{"resourceType":"Patient","id":"ada"}"#))
            .expect("a request");
        let reply = door.send(request).await;
        assert!(
            reply.status.is_client_error() || name == "if-none-exist",
            "{name}: {}",
            reply.status
        );
    }
}
