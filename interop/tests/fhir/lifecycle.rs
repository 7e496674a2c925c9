//! One resource from its first version to its deletion.

use axum::body::Body;
use http::Method;
use serde_json::json;

use super::door::Door;

fn patient(id: &str, family: &str) -> serde_json::Value {
    json!({ "resourceType": "Patient", "id": id, "name": [{ "family": family, "given": ["Ada"] }] })
}

#[tokio::test]
async fn what_is_created_is_read_back_with_its_version_and_place() {
    let door = Door::open().await;
    let kept = door
        .post(
            "/Patient",
            &json!({ "resourceType": "Patient", "gender": "female", "birthDate": "1941-03-02" }),
        )
        .await
        .expect(201);
    let id = kept.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        kept.header("location"),
        format!("https://sarsen.example/fhir/Patient/{id}/_history/1")
    );
    assert_eq!(kept.header("etag"), "W/\"1\"");
    let read = door.get(&format!("/Patient/{id}")).await.expect(200);
    assert_eq!(read.json(), kept.json());
    assert_eq!(read.header("etag"), "W/\"1\"");
    assert_eq!(read.header("cache-control"), "no-store");
    assert!(read.header("last-modified").ends_with("GMT"));
    let same = door
        .call(
            Method::GET,
            &format!("/Patient/{id}"),
            &[("if-none-match", "W/\"1\"")],
            Body::empty(),
        )
        .await;
    assert_eq!(same.status, 304);
}

#[tokio::test]
async fn a_stale_if_match_names_both_versions_and_changes_nothing() {
    let door = Door::open().await;
    door.put("/Patient/ada", &patient("ada", "Byron"))
        .await
        .expect(201);
    door.put("/Patient/ada", &patient("ada", "King"))
        .await
        .expect(200);
    let before = door.digest().await;
    let headers = [("content-type", "application/fhir+json"), ("if-match", "W/\"1\"")];
    let body = patient("ada", "Lovelace").to_string();
    let stale = door
        .call(Method::PUT, "/Patient/ada", &headers, body.clone())
        .await
        .expect(412);
    let words = stale.issues().remove(0);
    assert!(
        words.contains("version 2") && words.contains("version 1"),
        "{words}"
    );
    assert_eq!(door.digest().await, before);
    let headers = [("content-type", "application/fhir+json"), ("if-match", "W/\"2\"")];
    door.call(Method::PUT, "/Patient/ada", &headers, body)
        .await
        .expect(200);
    let stale = door
        .call(
            Method::DELETE,
            "/Patient/ada",
            &[("if-match", "W/\"2\"")],
            Body::empty(),
        )
        .await;
    assert_eq!(stale.status, 412);
}

#[tokio::test]
async fn a_deleted_resource_is_gone_and_its_history_stays() {
    let door = Door::open().await;
    door.put("/Patient/ada", &patient("ada", "Byron"))
        .await
        .expect(201);
    door.put("/Patient/ada", &patient("ada", "King"))
        .await
        .expect(200);
    door.delete("/Patient/ada").await.expect(204);
    door.delete("/Patient/ada").await.expect(204);
    assert!(door.get("/Patient/ada").await.expect(410).issues()[0].starts_with("deleted"));
    door.get("/Patient/never").await.expect(404);
    let first = door.get("/Patient/ada/_history/1").await.expect(200).json();
    assert_eq!(first["name"][0]["family"], "Byron");
    door.get("/Patient/ada/_history/3").await.expect(410);
    door.get("/Patient/ada/_history/9").await.expect(404);
    let history = door.get("/Patient/ada/_history").await.expect(200).json();
    let methods: Vec<_> = history["entry"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|e| e["request"]["method"].clone())
        .collect();
    assert_eq!(methods, ["DELETE", "PUT", "POST"]);
    assert_eq!(history["total"], 3);
    // It may come back, as its next version.
    let back = door
        .put("/Patient/ada", &patient("ada", "Lovelace"))
        .await
        .expect(201);
    assert_eq!(back.header("etag"), "W/\"4\"");
}

#[tokio::test]
async fn history_comes_in_pages_that_meet_without_gap_or_repeat() {
    let door = Door::open().await;
    for version in 0..7 {
        door.put("/Patient/ada", &patient("ada", &format!("Name{version}")))
            .await;
    }
    let mut path = "/Patient/ada/_history?_count=3".to_owned();
    let mut versions = Vec::new();
    loop {
        let page = door.get(&path).await.expect(200).json();
        for entry in page["entry"].as_array().expect("entries") {
            versions.push(
                entry["resource"]["meta"]["versionId"]
                    .as_str()
                    .expect("a version")
                    .to_owned(),
            );
        }
        let links = page["link"].as_array().expect("links");
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else {
            break;
        };
        path = next["url"]
            .as_str()
            .expect("a url")
            .replace("https://sarsen.example/fhir", "");
    }
    assert_eq!(versions, ["7", "6", "5", "4", "3", "2", "1"]);
}

#[tokio::test]
async fn a_request_sent_twice_with_one_key_is_done_once() {
    let door = Door::open().await;
    let headers = [
        ("content-type", "application/fhir+json"),
        ("idempotency-key", "form-7"),
    ];
    let body = json!({ "resourceType": "Patient", "gender": "female" }).to_string();
    let first = door
        .call(Method::POST, "/Patient", &headers, body.clone())
        .await
        .expect(201);
    let before = door.digest().await;
    let second = door
        .call(Method::POST, "/Patient", &headers, body)
        .await
        .expect(201);
    assert_eq!(second.header("location"), first.header("location"));
    assert_eq!(second.header("idempotent-replay"), "true");
    assert_eq!(second.json(), first.json());
    assert_eq!(door.digest().await, before, "the second was not kept again");
    let other = json!({ "resourceType": "Patient", "gender": "male" }).to_string();
    door.call(Method::POST, "/Patient", &headers, other)
        .await
        .expect(422);
    assert_eq!(door.digest().await, before);
}

#[tokio::test]
async fn two_double_submits_at_once_make_one_resource() {
    let door = Door::open().await;
    let headers = [
        ("content-type", "application/fhir+json"),
        ("idempotency-key", "double-click"),
    ];
    let body = json!({ "resourceType": "Patient", "gender": "female" }).to_string();
    let (a, b) = tokio::join!(
        door.call(Method::POST, "/Patient", &headers, body.clone()),
        door.call(Method::POST, "/Patient", &headers, body)
    );
    assert_eq!(a.expect(201).header("location"), b.expect(201).header("location"));
}

#[tokio::test]
async fn a_conditional_create_keeps_one_of_each_identifier() {
    let door = Door::open().await;
    let one = json!({ "resourceType": "Organization", "name": "A practice",
        "identifier": [{ "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "Z99999" }] });
    let headers = [
        ("content-type", "application/fhir+json"),
        (
            "if-none-exist",
            "identifier=https://fhir.nhs.uk/Id/ods-organization-code|Z99999",
        ),
    ];
    let first = door
        .call(Method::POST, "/Organization", &headers, one.to_string())
        .await
        .expect(201);
    let second = door
        .call(Method::POST, "/Organization", &headers, one.to_string())
        .await
        .expect(200);
    assert_eq!(first.json()["id"], second.json()["id"]);
}

#[tokio::test]
async fn what_the_client_prefers_to_get_back_it_gets() {
    let door = Door::open().await;
    let body = json!({ "resourceType": "Patient" }).to_string();
    let minimal = [("content-type", "application/json"), ("prefer", "return=minimal")];
    assert!(
        door.call(Method::POST, "/Patient", &minimal, body.clone())
            .await
            .expect(201)
            .bytes
            .is_empty()
    );
    let outcome = [
        ("content-type", "application/json"),
        ("prefer", "return=OperationOutcome"),
    ];
    let reply = door
        .call(Method::POST, "/Patient", &outcome, body)
        .await
        .expect(201);
    assert!(reply.issues()[0].starts_with("informational"));
}

#[tokio::test]
async fn formats_that_are_not_served_are_refused_by_name() {
    let door = Door::open().await;
    let xml = [("accept", "application/fhir+xml")];
    door.call(Method::GET, "/Patient/1", &xml, Body::empty())
        .await
        .expect(406);
    door.get("/Patient/1?_format=xml").await.expect(406);
    let body = json!({ "resourceType": "Patient" }).to_string();
    for kind in [
        "application/fhir+xml",
        "text/plain",
        "application/fhir+json; charset=utf-16",
        "application/json;charset=iso-8859-1",
    ] {
        let reply = door
            .call(Method::POST, "/Patient", &[("content-type", kind)], body.clone())
            .await;
        assert_eq!(reply.status, 415, "{kind}");
    }
    for kind in [
        "application/fhir+json; charset=UTF-8",
        "application/fhir+json;fhirVersion=4.0",
        "application/json",
    ] {
        door.call(Method::POST, "/Patient", &[("content-type", kind)], body.clone())
            .await
            .expect(201);
    }
    let gzip = [("content-encoding", "gzip"), ("content-type", "application/json")];
    door.call(Method::POST, "/Patient", &gzip, body).await.expect(415);
}
