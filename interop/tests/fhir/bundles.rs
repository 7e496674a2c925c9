//! Transactions: all or nothing, and their entries point at each other. Batches: each entry on its own.

use axum::body::Body;
use http::Method;
use serde_json::{Value, json};

use super::door::{Door, TOKEN};

const ADA: &str = "urn:uuid:6a1f7a58-2b43-4a0e-8a0f-0a4f0c1f0001";
const PULSE: &str = "urn:uuid:6a1f7a58-2b43-4a0e-8a0f-0a4f0c1f0002";

fn pulse(subject: &str) -> Value {
    json!({ "resourceType": "Observation", "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": "8867-4" }] },
        "subject": { "reference": subject }, "effectiveDateTime": "2026-03-01T10:00:00Z",
        "valueQuantity": { "value": 71, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min" } })
}

fn transaction(entries: &[Value]) -> Value {
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}

fn post(full_url: &str, resource: &Value) -> Value {
    let url = resource["resourceType"].clone();
    json!({ "fullUrl": full_url, "resource": resource, "request": { "method": "POST", "url": url } })
}

#[tokio::test]
async fn entries_that_name_each_other_end_with_each_other_s_ids() {
    let door = Door::open().await;
    let ada = json!({ "resourceType": "Patient", "name": [{ "family": "Byron" }] });
    // The Observation stands before the Patient it is about.
    let reply = door
        .post("", &transaction(&[post(PULSE, &pulse(ADA)), post(ADA, &ada)]))
        .await
        .expect(200)
        .json();
    assert_eq!(reply["type"], "transaction-response");
    let place = |entry: usize| {
        let location = reply["entry"][entry]["response"]["location"]
            .as_str()
            .expect("a location");
        location.split("/_history").next().expect("a place").to_owned()
    };
    assert_eq!(reply["entry"][0]["response"]["status"], "201 Created");
    let observation = door.get(&format!("/{}", place(0))).await.expect(200).json();
    assert_eq!(observation["subject"]["reference"], place(1));
    // They live together: the person's own search finds it.
    let id = place(1).replace("Patient/", "");
    let found = door
        .get(&format!("/Observation?patient={id}&code=8867-4"))
        .await
        .expect(200)
        .json();
    assert_eq!(found["entry"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn one_bad_entry_keeps_the_whole_transaction_out() {
    let door = Door::open().await;
    door.put("/Patient/ada", &json!({ "resourceType": "Patient", "id": "ada" }))
        .await
        .expect(201);
    let before = door.digest().await;
    let good = post(PULSE, &pulse("Patient/ada"));
    let stale = json!({ "resource": { "resourceType": "Patient", "id": "ada" },
        "request": { "method": "PUT", "url": "Patient/ada", "ifMatch": "W/\"9\"" } });
    door.post("", &transaction(&[good.clone(), stale]))
        .await
        .expect(412);
    let mut broken = pulse("Patient/ada");
    broken["status"] = "finished".into();
    let refused = door
        .post("", &transaction(&[good.clone(), post(ADA, &broken)]))
        .await
        .expect(400);
    assert!(
        refused.issues()[0].contains("Bundle.entry[1].resource.status"),
        "{:?}",
        refused.issues()
    );
    let dangling = post(PULSE, &pulse("urn:uuid:00000000-0000-4000-8000-000000000000"));
    door.post("", &transaction(&[good.clone(), dangling]))
        .await
        .expect(400);
    assert_eq!(door.digest().await, before);
    door.post("", &transaction(&[good])).await.expect(200);
    assert_ne!(door.digest().await, before);
}

#[tokio::test]
async fn a_bundle_that_contradicts_itself_is_refused_where_it_does() {
    let door = Door::open().await;
    let put = |family: &str| {
        json!({ "resource": { "resourceType": "Patient", "id": "ada", "name": [{ "family": family }] },
            "request": { "method": "PUT", "url": "Patient/ada" } })
    };
    let before = door.digest().await;
    let twice = door
        .post("", &transaction(&[put("Byron"), put("King")]))
        .await
        .expect(400);
    assert!(
        twice.issues()[0].contains("Bundle.entry[1].request.url"),
        "{:?}",
        twice.issues()
    );
    let delete = json!({ "request": { "method": "DELETE", "url": "Patient/ada" } });
    door.post("", &transaction(&[put("Byron"), delete]))
        .await
        .expect(400);
    let ada = json!({ "resourceType": "Patient" });
    let same = door
        .post("", &transaction(&[post(ADA, &ada), post(ADA, &ada)]))
        .await
        .expect(400);
    assert!(
        same.issues()[0].contains("Bundle.entry[1]"),
        "{:?}",
        same.issues()
    );
    let other_type =
        json!({ "fullUrl": ADA, "resource": ada, "request": { "method": "POST", "url": "Group" } });
    door.post("", &transaction(&[other_type])).await.expect(400);
    let other_id = json!({ "resource": { "resourceType": "Patient", "id": "bob" },
        "request": { "method": "PUT", "url": "Patient/ada" } });
    door.post("", &transaction(&[other_id])).await.expect(400);
    let no_request = json!({ "resource": ada });
    door.post("", &transaction(&[no_request])).await.expect(400);
    assert_eq!(door.digest().await, before);
    door.post("", &transaction(&[put("Byron")])).await.expect(200);
}

#[tokio::test]
async fn a_transaction_deletes_updates_and_reads_what_it_then_finds() {
    let door = Door::open().await;
    door.put("/Patient/ada", &json!({ "resourceType": "Patient", "id": "ada" }))
        .await
        .expect(201);
    door.put("/Patient/bob", &json!({ "resourceType": "Patient", "id": "bob" }))
        .await
        .expect(201);
    let reply = door
        .post(
            "",
            &transaction(&[
                json!({ "request": { "method": "GET", "url": "Patient/ada" } }),
                json!({ "request": { "method": "DELETE", "url": "Patient/bob" } }),
                json!({ "resource": { "resourceType": "Patient", "id": "ada", "active": true },
                    "request": { "method": "PUT", "url": "Patient/ada", "ifMatch": "W/\"1\"" } }),
            ]),
        )
        .await
        .expect(200)
        .json();
    assert_eq!(
        reply["entry"][0]["resource"]["active"], true,
        "reads see what the transaction wrote"
    );
    assert_eq!(reply["entry"][1]["response"]["status"], "204 No Content");
    assert_eq!(reply["entry"][2]["response"]["etag"], "W/\"2\"");
    door.get("/Patient/bob").await.expect(410);
}

#[tokio::test]
async fn a_batch_s_refused_entry_does_not_touch_its_neighbours() {
    let door = Door::open().await;
    let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": [
        { "resource": { "resourceType": "Patient", "id": "ada" }, "request": { "method": "PUT", "url": "Patient/ada" } },
        { "request": { "method": "GET", "url": "Patient/nobody" } },
        { "request": { "method": "GET", "url": "Patient?_id=ada" } },
        { "request": { "method": "DELETE", "url": "Group/none" } },
    ]});
    let reply = door.post("", &batch).await.expect(200).json();
    let status = |entry: usize| {
        reply["entry"][entry]["response"]["status"]
            .as_str()
            .expect("a status")
            .to_owned()
    };
    assert_eq!(status(0), "201 Created");
    assert_eq!(status(1), "404 Not Found");
    assert_eq!(
        reply["entry"][1]["response"]["outcome"]["issue"][0]["code"],
        "not-found"
    );
    assert_eq!(reply["entry"][2]["resource"]["entry"][0]["resource"]["id"], "ada");
    assert_eq!(status(3), "404 Not Found");
}

#[tokio::test]
async fn a_transaction_sent_twice_with_one_key_is_done_once() {
    let door = Door::open().await;
    let bundle = transaction(&[
        post(ADA, &json!({ "resourceType": "Patient" })),
        post(PULSE, &pulse(ADA)),
    ])
    .to_string();
    let headers = [
        ("content-type", "application/fhir+json"),
        ("idempotency-key", "t-1"),
    ];
    let first = door
        .call(Method::POST, "", &headers, bundle.clone())
        .await
        .expect(200)
        .json();
    let before = door.digest().await;
    let second = door
        .call(Method::POST, "", &headers, bundle)
        .await
        .expect(200)
        .json();
    assert_eq!(first, second);
    assert_eq!(door.digest().await, before);
}

#[tokio::test]
async fn a_conditional_create_in_a_transaction_points_at_what_was_there() {
    let door = Door::open().await;
    let practice = json!({ "resourceType": "Organization", "name": "A practice",
        "identifier": [{ "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "Z99999" }] });
    let there = door.post("/Organization", &practice).await.expect(201).json();
    let mut again = post(PULSE, &practice);
    again["request"]["ifNoneExist"] = "identifier=https://fhir.nhs.uk/Id/ods-organization-code|Z99999".into();
    let ada = json!({ "resourceType": "Patient", "managingOrganization": { "reference": PULSE } });
    let reply = door
        .post("", &transaction(&[again, post(ADA, &ada)]))
        .await
        .expect(200)
        .json();
    assert_eq!(reply["entry"][0]["response"]["status"], "200 OK");
    let place = reply["entry"][1]["response"]["location"]
        .as_str()
        .expect("a location")
        .split("/_history")
        .next();
    let patient = door
        .get(&format!("/{}", place.expect("a place")))
        .await
        .expect(200)
        .json();
    let expected = format!("Organization/{}", there["id"].as_str().expect("an id"));
    assert_eq!(patient["managingOrganization"]["reference"], expected);
}

#[tokio::test]
async fn only_bundles_of_requests_are_taken_at_the_root() {
    let door = Door::open().await;
    door.post("", &json!({ "resourceType": "Patient" }))
        .await
        .expect(400);
    door.post("", &json!({ "resourceType": "Bundle", "type": "collection" }))
        .await
        .expect(400);
    door.post(
        "/Bundle",
        &json!({ "resourceType": "Bundle", "type": "collection" }),
    )
    .await
    .expect(201);
    let authorization = format!("Bearer {TOKEN}");
    let headers = [("authorization", authorization.as_str())];
    door.call(Method::PUT, "", &headers, Body::empty())
        .await
        .expect(405);
}

#[tokio::test]
async fn a_reference_by_search_becomes_the_one_resource_that_it_finds() {
    let door = Door::open().await;
    let practice = json!({ "resourceType": "Organization", "name": "A practice",
        "identifier": [{ "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "Z99999" }] });
    let there = door.post("/Organization", &practice).await.expect(201).json();
    let by_search = |code: &str| {
        let reference =
            format!("Organization?identifier=https://fhir.nhs.uk/Id/ods-organization-code|{code}");
        transaction(&[post(
            ADA,
            &json!({ "resourceType": "Patient", "managingOrganization": { "reference": reference } }),
        )])
    };
    let reply = door.post("", &by_search("Z99999")).await.expect(200).json();
    let place = reply["entry"][0]["response"]["location"]
        .as_str()
        .expect("a location")
        .split("/_history")
        .next();
    let patient = door
        .get(&format!("/{}", place.expect("a place")))
        .await
        .expect(200)
        .json();
    let expected = format!("Organization/{}", there["id"].as_str().expect("an id"));
    assert_eq!(patient["managingOrganization"]["reference"], expected);
    let before = door.digest().await;
    door.post("", &by_search("Z00000")).await.expect(412);
    assert_eq!(door.digest().await, before);
}
