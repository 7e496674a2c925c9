//! Searches: over everybody by what is listed, inside a person by everything.

use axum::body::Body;
use http::Method;
use serde_json::{Value, json};

use super::door::{BASE, Door};

/// An invented person's NHS number, from the range that is never given out.
const NHS_NUMBER: &str = "9990548609";

fn ada() -> Value {
    json!({ "resourceType": "Patient", "id": "ada",
        "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": NHS_NUMBER,
            "extension": [{ "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
                "valueCodeableConcept": { "coding": [{
                    "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01" }] } }] }],
        "name": [{ "family": "O'Brien-Żak", "given": ["Ada", "Mary"] }],
        "birthDate": "1941-03-02", "gender": "female",
        "address": [{ "line": ["1 Nowhere Lane"], "postalCode": "ZZ99 3WZ" }] })
}

fn observation(person: &str, code: &str, day: u32, value: f64) -> Value {
    json!({ "resourceType": "Observation", "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
        "subject": { "reference": format!("Patient/{person}") },
        "effectiveDateTime": format!("2026-03-{day:02}T10:00:00Z"),
        "valueQuantity": { "value": value, "unit": "kg" } })
}

async fn ids(door: &Door, path: &str) -> Vec<String> {
    let json = door.get(path).await.expect(200).json();
    let entries = json["entry"].as_array().cloned().unwrap_or_default();
    entries
        .iter()
        .map(|entry| entry["resource"]["id"].as_str().expect("an id").to_owned())
        .collect()
}

#[tokio::test]
async fn a_person_is_found_by_each_thing_that_is_known_of_them() {
    let door = Door::open().await;
    door.put("/Patient/ada", &ada()).await.expect(201);
    door.put(
        "/Patient/bob",
        &json!({ "resourceType": "Patient", "id": "bob", "birthDate": "1941-03-03",
        "name": [{ "family": "Obrien", "given": ["Bob"] }] }),
    )
    .await
    .expect(201);
    for path in [
        "/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|9990548609",
        "/Patient?identifier=9990548609",
        "/Patient?family=o%27brien",
        "/Patient?name=mary",
        "/Patient?name=ZAK",
        "/Patient?given=Ad",
        "/Patient?birthdate=1941-03-02",
        "/Patient?birthdate=le1941-03-02",
        "/Patient?address-postalcode=ZZ99",
        "/Patient?_id=ada",
        "/Patient?name=ada&birthdate=1941&gender=female",
    ] {
        let found = ids(&door, path).await;
        if path.contains("ZAK") {
            // A name's parts are found from their beginnings; the second part of a double-barrelled name is a part.
            assert!(found.is_empty() || found == ["ada"], "{path}: {found:?}");
        } else {
            assert_eq!(found, ["ada"], "{path}");
        }
    }
    for path in [
        "/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|9000000009",
        "/Patient?identifier=urn:other|9990548609",
        "/Patient?name=ada&birthdate=1942",
        "/Patient?family:exact=o%27brien",
    ] {
        assert!(ids(&door, path).await.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn what_identifies_is_searched_by_post_and_no_link_repeats_it() {
    let door = Door::open().await;
    door.put("/Patient/ada", &ada()).await.expect(201);
    for number in 0..5 {
        let other = json!({ "resourceType": "Patient", "id": format!("p{number}"),
            "name": [{ "family": "Adamczyk", "given": ["Jan"] }] });
        door.put(&format!("/Patient/p{number}"), &other).await.expect(201);
    }
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let page = door
        .call(
            Method::POST,
            "/Patient/_search",
            &headers,
            "name=Adamczyk&_count=2",
        )
        .await
        .expect(200)
        .json();
    let text = page["link"].to_string();
    assert!(!text.contains("Adamczyk"), "{text}");
    let mut seen: Vec<String> = Vec::new();
    let mut page = page;
    loop {
        for entry in page["entry"].as_array().expect("entries") {
            seen.push(entry["resource"]["id"].as_str().expect("an id").to_owned());
        }
        let Some(next) = page["link"]
            .as_array()
            .expect("links")
            .iter()
            .find(|link| link["relation"] == "next")
        else {
            break;
        };
        let path = next["url"]
            .as_str()
            .expect("a url")
            .replace("https://sarsen.example/fhir", "");
        page = door.get(&path).await.expect(200).json();
    }
    seen.sort();
    assert_eq!(seen, ["p0", "p1", "p2", "p3", "p4"]);
}

#[tokio::test]
async fn a_page_token_is_good_for_its_own_search_alone() {
    let door = Door::open().await;
    for number in 0..3 {
        let one =
            json!({ "resourceType": "Patient", "id": format!("p{number}"), "name": [{ "family": "Byron" }] });
        door.put(&format!("/Patient/p{number}"), &one).await.expect(201);
    }
    let page = door.get("/Patient?name=byron&_count=1").await.expect(200).json();
    let links = page["link"].as_array().expect("links");
    let next = links
        .iter()
        .find(|link| link["relation"] == "next")
        .expect("a next page");
    let token = next["url"]
        .as_str()
        .expect("a url")
        .split("_page=")
        .nth(1)
        .expect("a token")
        .to_owned();
    door.get(&format!("/Patient?_page={token}")).await.expect(200);
    door.get(&format!("/Observation?_page={token}")).await.expect(400);
    let mut forged = token.clone().into_bytes();
    let middle = forged.len() / 2;
    forged[middle] = if forged[middle] == b'A' { b'B' } else { b'A' };
    door.get(&format!(
        "/Patient?_page={}",
        String::from_utf8(forged).expect("text")
    ))
    .await
    .expect(400);
    for junk in ["", "x", "%00", "🙂"] {
        let junk: String = junk.bytes().map(|byte| format!("%{byte:02X}")).collect();
        door.get(&format!("/Patient?_page={junk}")).await.expect(400);
    }
}

#[tokio::test]
async fn inside_a_person_code_date_and_order_are_served() {
    let door = Door::open().await;
    door.put("/Patient/ada", &ada()).await.expect(201);
    door.put("/Patient/bob", &json!({ "resourceType": "Patient", "id": "bob" }))
        .await
        .expect(201);
    for day in 1..=9 {
        door.post(
            "/Observation",
            &observation("ada", "29463-7", day, 60.0 + f64::from(day)),
        )
        .await
        .expect(201);
    }
    door.post("/Observation", &observation("ada", "8302-2", 3, 160.0))
        .await
        .expect(201);
    door.post("/Observation", &observation("bob", "29463-7", 3, 80.0))
        .await
        .expect(201);
    assert_eq!(
        ids(&door, "/Observation?patient=ada&code=http://loinc.org|29463-7")
            .await
            .len(),
        9
    );
    assert_eq!(
        ids(&door, "/Observation?subject=Patient/ada&code=29463-7,8302-2")
            .await
            .len(),
        10
    );
    assert_eq!(
        ids(&door, "/Patient/ada/Observation?code:not=29463-7")
            .await
            .len(),
        1
    );
    assert_eq!(
        ids(
            &door,
            "/Observation?patient=ada&date=ge2026-03-04&date=lt2026-03-06"
        )
        .await
        .len(),
        2
    );
    assert_eq!(
        ids(
            &door,
            "/Observation?patient=ada&status=final&value-concept:missing=true"
        )
        .await
        .len(),
        10
    );
    let newest = door
        .get("/Observation?patient=ada&code=29463-7&_sort=-date&_count=1")
        .await
        .expect(200)
        .json();
    assert_eq!(
        newest["entry"][0]["resource"]["effectiveDateTime"],
        "2026-03-09T10:00:00Z"
    );
    let count = door
        .get("/Observation?patient=ada&_summary=count")
        .await
        .expect(200)
        .json();
    assert_eq!((count["total"].clone(), count.get("entry")), (json!(10), None));
    assert!(
        ids(&door, "/Observation?patient=nobody&code=29463-7")
            .await
            .is_empty()
    );
    // Code and date are listed: they are served over everybody too.
    assert_eq!(
        ids(
            &door,
            "/Observation?code=http://loinc.org|29463-7&date=2026-03-03"
        )
        .await
        .len(),
        2
    );
}

#[tokio::test]
async fn everything_is_the_person_s_whole_record_and_nobody_else_s() {
    let door = Door::open().await;
    door.put("/Patient/ada", &ada()).await.expect(201);
    door.put("/Patient/bob", &json!({ "resourceType": "Patient", "id": "bob" }))
        .await
        .expect(201);
    for day in 1..=9 {
        door.post("/Observation", &observation("ada", "29463-7", day, 61.0))
            .await
            .expect(201);
        door.post("/Observation", &observation("bob", "29463-7", day, 81.0))
            .await
            .expect(201);
    }
    let whole = door.get("/Patient/ada/$everything").await.expect(200).json();
    assert_eq!(whole["entry"].as_array().map(Vec::len), Some(10));
    assert_eq!(whole["entry"][0]["resource"]["resourceType"], "Patient");
    assert!(!whole.to_string().contains("Patient/bob"));
    let mut path = "/Patient/ada/$everything?_count=4".to_owned();
    let mut count = 0;
    loop {
        let page = door.get(&path).await.expect(200).json();
        count += page["entry"].as_array().expect("entries").len();
        let Some(next) = page["link"]
            .as_array()
            .expect("links")
            .iter()
            .find(|link| link["relation"] == "next")
        else {
            break;
        };
        path = next["url"]
            .as_str()
            .expect("a url")
            .replace("https://sarsen.example/fhir", "");
    }
    assert_eq!(count, 10);
    door.get("/Patient/nobody/$everything").await.expect(404);
    door.get("/Observation/x/$everything").await.expect(404);
    door.delete("/Patient/bob").await.expect(204);
    door.get("/Patient/bob/$everything").await.expect(410);
}

#[tokio::test]
async fn facts_may_arrive_before_their_person() {
    let door = Door::open().await;
    door.post("/Observation", &observation("late", "29463-7", 1, 61.0))
        .await
        .expect(201);
    assert_eq!(ids(&door, "/Observation?patient=late").await.len(), 1);
    door.get("/Patient/late").await.expect(404);
    door.put(
        "/Patient/late",
        &json!({ "resourceType": "Patient", "id": "late" }),
    )
    .await
    .expect(201);
    let whole = door.get("/Patient/late/$everything").await.expect(200).json();
    assert_eq!(whole["entry"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn values_that_break_a_search_s_rules_are_named() {
    let door = Door::open().await;
    for (path, named) in [
        ("/Patient?birthdate=1941-02-30", "birthdate"),
        ("/Patient?birthdate=yesterday", "birthdate"),
        ("/Patient?_count=many", "_count"),
        ("/Patient?name:like=x", "name:like"),
        ("/Patient?organization.name=x", "organization"),
        ("/Observation?patient=ada&_sort=nothing", "_sort"),
        ("/Patient?_include=Patient:link", "_include"),
    ] {
        let reply = door.get(path).await;
        assert_eq!(reply.status, 400, "{path}");
        assert!(
            reply.issues().iter().any(|issue| issue.contains(named)),
            "{path}: {:?}",
            reply.issues()
        );
    }
    let form = [("content-type", "application/json")];
    door.call(Method::POST, "/Patient/_search", &form, Body::from("{}"))
        .await
        .expect(415);
}

#[tokio::test]
async fn a_reference_by_our_own_full_address_is_a_reference_to_our_own_person() {
    let door = Door::open().await;
    door.put("/Patient/ada", &ada()).await.expect(201);
    let full = format!("{BASE}/Patient/ada");
    let allergy = |reference: &str| json!({ "resourceType": "AllergyIntolerance", "patient": { "reference": reference } });
    let kept = door
        .post("/AllergyIntolerance", &allergy(&full))
        .await
        .expect(201)
        .json();
    assert_eq!(kept["patient"]["reference"], "Patient/ada");
    let id = kept["id"].as_str().expect("an id");
    assert_eq!(ids(&door, "/AllergyIntolerance?patient=ada").await, [id]);
    let encoded: String = full.bytes().map(|byte| format!("%{byte:02X}")).collect();
    assert_eq!(
        ids(&door, &format!("/AllergyIntolerance?patient={encoded}")).await,
        [id]
    );
    assert_eq!(ids(&door, "/Patient/ada/AllergyIntolerance").await, [id]);
    // Another server's person of the same id is another person.
    door.post(
        "/AllergyIntolerance",
        &allergy("https://other.example/fhir/Patient/ada"),
    )
    .await
    .expect(201);
    assert_eq!(ids(&door, "/AllergyIntolerance?patient=ada").await, [id]);
}

#[tokio::test]
async fn a_search_inside_a_person_by_id_finds_only_their_own() {
    let door = Door::open().await;
    door.put("/Patient/ada", &ada()).await.expect(201);
    door.put("/Patient/bob", &json!({ "resourceType": "Patient", "id": "bob" }))
        .await
        .expect(201);
    let bobs = door
        .post("/Observation", &observation("bob", "29463-7", 3, 80.0))
        .await
        .expect(201)
        .json();
    let id = bobs["id"].as_str().expect("an id");
    assert_eq!(
        ids(&door, &format!("/Patient/bob/Observation?_id={id}")).await,
        [id]
    );
    assert!(
        ids(&door, &format!("/Patient/ada/Observation?_id={id}"))
            .await
            .is_empty()
    );
}
