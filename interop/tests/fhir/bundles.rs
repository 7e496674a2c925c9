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

#[tokio::test]
async fn a_conditional_transaction_sent_twice_is_answered_twice_the_same() {
    let door = Door::open().await;
    let practice = json!({ "resourceType": "Organization", "name": "A practice",
        "identifier": [{ "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "Z99999" }] });
    door.post("/Organization", &practice).await.expect(201);
    let mut there = post("urn:uuid:6a1f7a58-2b43-4a0e-8a0f-0a4f0c1f0003", &practice);
    there["request"]["ifNoneExist"] = "identifier=https://fhir.nhs.uk/Id/ods-organization-code|Z99999".into();
    let ada = json!({ "resourceType": "Patient", "name": [{ "family": "Byron" }],
        "identifier": [{ "system": "https://example.nhs.uk/hospital-number", "value": "7" }] });
    let mut new = post(ADA, &ada);
    new["request"]["ifNoneExist"] = "identifier=https://example.nhs.uk/hospital-number|7".into();
    let bundle = transaction(&[post(PULSE, &pulse(ADA)), there, new]).to_string();
    let headers = [
        ("content-type", "application/fhir+json"),
        ("idempotency-key", "t-2"),
    ];
    let send = async |body: &str| door.call(Method::POST, "", &headers, body.to_owned()).await;
    let first = send(&bundle).await.expect(200).json();
    let statuses = [0, 1, 2].map(|entry| first["entry"][entry]["response"]["status"].clone());
    assert_eq!(statuses, ["201 Created", "200 OK", "201 Created"]);
    let before = door.digest().await;
    assert_eq!(send(&bundle).await.expect(200).json(), first);
    assert_eq!(door.digest().await, before);
    send(&bundle.replace("Byron", "King")).await.expect(422);
    assert_eq!(door.digest().await, before);
}

#[tokio::test]
async fn a_search_that_cannot_be_read_keeps_its_transaction_out_and_a_read_that_finds_nothing_does_not() {
    let door = Door::open().await;
    let ada = json!({ "resourceType": "Patient" });
    let get = |url: &str| json!({ "request": { "method": "GET", "url": url } });
    let before = door.digest().await;
    let refused = door
        .post("", &transaction(&[post(ADA, &ada), get("Patient?colour=blue")]))
        .await
        .expect(400);
    assert!(
        refused.issues()[0].contains("Bundle.entry[1].request.url"),
        "{:?}",
        refused.issues()
    );
    assert_eq!(door.digest().await, before);
    let entries = [
        post(ADA, &ada),
        get("Patient/nobody"),
        get("Patient?gender=female"),
    ];
    let reply = door.post("", &transaction(&entries)).await.expect(200).json();
    let statuses = [0, 1, 2].map(|entry| reply["entry"][entry]["response"]["status"].clone());
    assert_eq!(statuses, ["201 Created", "404 Not Found", "403 Forbidden"]);
    assert_eq!(
        reply["entry"][1]["response"]["outcome"]["issue"][0]["code"],
        "not-found"
    );
}

#[tokio::test]
async fn a_relative_reference_beside_a_restful_full_url_means_the_entry_of_the_same_base() {
    let door = Door::open().await;
    door.put("/Patient/1", &json!({ "resourceType": "Patient", "id": "1" }))
        .await
        .expect(201);
    let theirs = post(
        "https://gp.example/fhir/Patient/1",
        &json!({ "resourceType": "Patient" }),
    );
    let of_theirs = post("https://gp.example/fhir/Observation/5", &pulse("Patient/1"));
    let of_ours = post(PULSE, &pulse("Patient/1"));
    let reply = door
        .post("", &transaction(&[of_theirs, of_ours, theirs]))
        .await
        .expect(200)
        .json();
    let place = |entry: usize| {
        let location = reply["entry"][entry]["response"]["location"].as_str();
        let place = location.expect("a location").split("/_history").next();
        place.expect("a place").to_owned()
    };
    let subject = async |entry: usize| {
        let kept = door.get(&format!("/{}", place(entry))).await.expect(200).json();
        kept["subject"]["reference"]
            .as_str()
            .expect("a subject")
            .to_owned()
    };
    assert_eq!(subject(0).await, place(2));
    assert_eq!(subject(1).await, "Patient/1");
}

#[tokio::test]
async fn a_search_in_a_batch_that_is_cut_says_where_it_goes_on() {
    let door = Door::open().await;
    door.put("/Patient/ada", &json!({ "resourceType": "Patient", "id": "ada" }))
        .await
        .expect(201);
    for _ in 0..3 {
        door.post("/Observation", &pulse("Patient/ada")).await.expect(201);
    }
    let get = |count: u8| {
        let url = format!("Observation?patient=ada&_count={count}");
        json!({ "request": { "method": "GET", "url": url } })
    };
    let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": [get(2), get(3)] });
    let reply = door.post("", &batch).await.expect(200).json();
    let cut = &reply["entry"][0]["resource"];
    assert_eq!(cut["link"][0]["relation"], "next");
    let next = cut["link"][0]["url"].as_str().expect("an address");
    let rest = door.get(&format!("/{next}")).await.expect(200).json();
    assert_eq!(rest["entry"].as_array().map(Vec::len), Some(1));
    assert!(reply["entry"][1]["resource"]["link"].is_null());
}

#[tokio::test]
async fn two_equal_conditional_creates_at_once_make_one_resource() {
    let door = Door::open().await;
    let practice = json!({ "resourceType": "Organization", "name": "A practice",
        "identifier": [{ "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "Z99999" }] });
    let headers = [
        ("content-type", "application/fhir+json"),
        (
            "if-none-exist",
            "identifier=https://fhir.nhs.uk/Id/ods-organization-code|Z99999",
        ),
    ];
    let send = || door.call(Method::POST, "/Organization", &headers, practice.to_string());
    let mut entry = post(ADA, &practice);
    entry["request"]["ifNoneExist"] = "identifier=https://fhir.nhs.uk/Id/ods-organization-code|Z99999".into();
    let bundle = transaction(&[entry]);
    let (one, two, three) = tokio::join!(send(), send(), door.post("", &bundle));
    let id = one.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(two.json()["id"], id.as_str());
    let location = three.json()["entry"][0]["response"]["location"].clone();
    assert!(location.as_str().expect("a location").contains(&id), "{location}");
}

#[tokio::test]
async fn a_condition_that_says_how_to_list_is_refused() {
    let door = Door::open().await;
    let headers = |condition: &'static str| {
        [
            ("content-type", "application/fhir+json"),
            ("if-none-exist", condition),
        ]
    };
    let body = json!({ "resourceType": "Patient" }).to_string();
    let before = door.digest().await;
    for condition in ["identifier=7&_count=0", "identifier=7&_summary=count"] {
        door.call(Method::POST, "/Patient", &headers(condition), body.clone())
            .await
            .expect(400);
    }
    assert_eq!(door.digest().await, before);
}

#[tokio::test]
async fn a_conditional_create_repeated_with_its_key_is_a_creation_again() {
    let door = Door::open().await;
    let headers = [
        ("content-type", "application/fhir+json"),
        ("idempotency-key", "c-1"),
        (
            "if-none-exist",
            "identifier=https://example.nhs.uk/hospital-number|7",
        ),
    ];
    let ada = json!({ "resourceType": "Patient", "gender": "female",
        "identifier": [{ "system": "https://example.nhs.uk/hospital-number", "value": "7" }] })
    .to_string();
    let send = async |body: String| door.call(Method::POST, "/Patient", &headers, body).await;
    let first = send(ada.clone()).await.expect(201);
    let before = door.digest().await;
    let second = send(ada.clone()).await.expect(201);
    assert_eq!(second.json(), first.json());
    assert_eq!(second.header("idempotent-replay"), "true");
    send(ada.replace("female", "male")).await.expect(422);
    assert_eq!(door.digest().await, before);
}

#[tokio::test]
async fn a_key_belongs_to_one_condition_and_one_version_too() {
    let door = Door::open().await;
    let ada = json!({ "resourceType": "Patient", "id": "ada" }).to_string();
    let send = async |method: Method, path: &str, key: &str, name: &str, condition: &str| {
        let headers = [
            ("content-type", "application/fhir+json"),
            ("idempotency-key", key),
            (name, condition),
        ];
        door.call(method, path, &headers, ada.clone()).await
    };
    let put = async |condition: &str| send(Method::PUT, "/Patient/ada", "k-1", "if-match", condition).await;
    door.put("/Patient/ada", &json!({ "resourceType": "Patient", "id": "ada" }))
        .await
        .expect(201);
    put("W/\"1\"").await.expect(200);
    put("W/\"1\"").await.expect(200);
    put("W/\"2\"").await.expect(422);
    let post =
        async |condition: &str| send(Method::POST, "/Patient", "k-2", "if-none-exist", condition).await;
    post("identifier=7").await.expect(201);
    post("identifier=7").await.expect(201);
    post("identifier=8").await.expect(422);
}
