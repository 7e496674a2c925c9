//! The headers of every answer.

use axum::body::Body;
use http::{HeaderMap, Method};
use serde_json::json;

use super::door::Door;

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().expect("a text header"))
}

#[tokio::test]
async fn every_answer_is_kept_framed_and_sniffed_by_nobody() {
    let door = Door::open().await;
    let person = json!({ "resourceType": "Patient", "id": "known" });
    let mut answers = vec![door.put("/Patient/known", &person).await.expect(201)];
    for (path, status) in [
        ("/metadata", 200),
        ("/Patient/known", 200),
        ("/Patient/known/_history", 200),
        ("/Patient/unknown", 404),
        ("/Patient?unknown=1", 400),
        ("/NoSuchType/x", 404),
        ("/nothing/at/all/here/to/find", 404),
    ] {
        answers.push(door.get(path).await.expect(status));
    }
    let seen = [("if-none-match", "W/\"1\"")];
    let same = door
        .call(Method::GET, "/Patient/known", &seen, Body::empty())
        .await;
    answers.push(same.expect(304));
    let wrong = door
        .call(Method::PATCH, "/Patient/known", &[], Body::empty())
        .await;
    answers.push(wrong.expect(405));
    let stranger = [("authorization", "Bearer of-nobody")];
    let refused = door
        .call(Method::GET, "/Patient/known", &stranger, Body::empty())
        .await;
    answers.push(refused.expect(401));
    for answer in answers {
        let headers = &answer.headers;
        assert_eq!(header(headers, "x-content-type-options"), "nosniff");
        assert_eq!(header(headers, "x-frame-options"), "DENY");
        let policy = header(headers, "content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(header(headers, "cache-control"), "no-store", "{}", answer.status);
        assert_eq!(header(headers, "referrer-policy"), "no-referrer");
        // This door is known by an https address.
        assert_eq!(header(headers, "strict-transport-security"), "max-age=63072000");
    }
}

#[test]
fn a_door_without_tls_does_not_ask_browsers_to_insist_on_it() {
    let refused = interop::fhir::too_many("http://127.0.0.1:8080/fhir");
    assert_eq!(refused.status(), 429);
    assert_eq!(header(refused.headers(), "strict-transport-security"), "");
    assert_eq!(header(refused.headers(), "x-content-type-options"), "nosniff");
    let secure = interop::fhir::too_many("https://sarsen.example/fhir");
    assert!(!header(secure.headers(), "strict-transport-security").is_empty());
}
