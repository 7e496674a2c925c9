//! AuditEvents rendered from Sarsen's own audit, beside those that other systems send.

use std::cmp::Ordering;

use axum::body::Body;
use http::Method;
use record::audit::ReadResult;
use serde_json::{Value, json};

use super::door::{BASE, Door, Reply};

const OFFICER: &str = "a-privacy-officers-token";
const NURSE: &str = "a-nurses-own-token";

async fn call(door: &Door, token: &str, method: Method, path: &str, body: &str) -> Reply {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/fhir+json"),
    ];
    door.call(method, path, &headers, body.to_owned()).await
}

async fn get(door: &Door, token: &str, path: &str) -> Reply {
    call(door, token, Method::GET, path, "").await
}

/// The resources of a page, and the address of the next.
fn page(reply: Reply) -> (Vec<Value>, Option<String>) {
    let bundle = reply.expect(200).json();
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    for entry in &entries {
        let (kind, id) = (&entry["resource"]["resourceType"], &entry["resource"]["id"]);
        let address = format!(
            "{BASE}/{}/{}",
            kind.as_str().expect("a type"),
            id.as_str().expect("an id")
        );
        assert_eq!(entry["fullUrl"], address);
    }
    let links = bundle["link"].as_array().expect("links");
    let next = links.iter().find(|link| link["relation"] == "next");
    let next = next.map(|link| link["url"].as_str().expect("a url").replace(BASE, ""));
    (
        entries
            .into_iter()
            .map(|entry| entry["resource"].clone())
            .collect(),
        next,
    )
}

/// Every page of a search.
async fn all(door: &Door, token: &str, path: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut path = path.to_owned();
    loop {
        let (resources, next) = page(get(door, token, &path).await);
        found.extend(resources);
        match next {
            Some(next) => path = next,
            None => return found,
        }
    }
}

fn codes(events: &[Value], field: &str) -> Vec<String> {
    let text = |event: &Value| event[field].as_str().unwrap_or_default().to_owned();
    events.iter().map(text).collect()
}

/// A person with an observation, changed once, and read by the nurse; and somebody else.
async fn watched() -> Door {
    let door = Door::open().await;
    for (id, family) in [("ada", "Zebedee"), ("ben", "Quill")] {
        let patient = json!({ "resourceType": "Patient", "id": id, "name": [{ "family": family }] });
        door.put(&format!("/Patient/{id}"), &patient).await.expect(201);
    }
    for value in [1, 2] {
        let observation = json!({
            "resourceType": "Observation",
            "id": "pulse",
            "status": "final",
            "code": { "text": "pulse" },
            "subject": { "reference": "Patient/ada", "display": "Zebedee" },
            "valueInteger": value,
        });
        let kept = door.put("/Observation/pulse", &observation).await;
        assert!(kept.status.is_success());
    }
    get(&door, NURSE, "/Patient/ada").await.expect(200);
    get(&door, NURSE, "/Observation?patient=Patient/ada&code=nothing")
        .await
        .expect(200);
    door
}

#[tokio::test]
async fn who_changed_and_who_read_a_record_is_told_newest_first_in_ids_alone() {
    let door = watched().await;
    let events = all(&door, OFFICER, "/AuditEvent?patient=Patient/ada").await;
    assert_eq!(codes(&events, "action"), ["E", "R", "U", "C", "C"]);
    assert!(codes(&events, "recorded").is_sorted_by(|newer, older| newer >= older));
    let (search, read, update) = (&events[0], &events[1], &events[2]);
    assert_eq!(search["type"]["code"], "110112");
    assert_eq!(search["subtype"][0]["code"], "search-type");
    assert_eq!(read["type"]["code"], "110110");
    assert_eq!(read["agent"][0]["who"]["identifier"]["value"], "nurse-1");
    assert_eq!(read["agent"][0]["role"][0]["text"], "clinician");
    assert_eq!(read["agent"][0]["requestor"], true);
    assert_eq!(read["outcome"], "0");
    assert_eq!(read["purposeOfEvent"][0]["coding"][0]["code"], "TREAT");
    assert_eq!(read["entity"][0]["what"]["reference"], "Patient/ada");
    assert_eq!(read["entity"][0]["role"]["code"], "1");
    assert_eq!(
        update["entity"][1]["what"]["reference"],
        "Observation/pulse/_history/2"
    );
    let told = serde_json::to_string(&events).expect("JSON");
    assert!(
        !told.contains("Zebedee") && !told.contains("Quill") && !told.contains("pulse\":"),
        "{told}"
    );
}

#[tokio::test]
async fn each_is_a_valid_resource_and_comes_by_its_own_address() {
    let door = watched().await;
    let operation = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "survivor", "valueReference": { "reference": "Patient/ben" } },
        { "name": "reason", "valueCode": "duplicate" },
    ]});
    call(
        &door,
        OFFICER,
        Method::POST,
        "/Patient/ada/$join",
        &operation.to_string(),
    )
    .await
    .expect(200);
    get(&door, NURSE, "/Patient?birthdate=1900").await.expect(200);
    door.delete("/Observation/pulse").await.expect(204);
    get(&door, NURSE, "/Observation/pulse").await.expect(410);
    let events = all(&door, OFFICER, "/AuditEvent?patient=Patient/ada").await;
    assert!(events.len() > 7, "{}", events.len());
    for event in &events {
        let text = event.to_string();
        let scanned = ::fhir::Document::scan(text.as_bytes(), &::fhir::Limits::default());
        assert!(scanned.is_ok(), "{text}: {:?}", scanned.err());
        let strict = fhirkit::from_json_strict::<fhirkit::r4::Resource>(&text);
        assert!(
            strict.is_ok(),
            "{text}: {:?}",
            strict.err().map(|error| error.to_string())
        );
        let id = event["id"].as_str().expect("an id");
        let alone = get(&door, OFFICER, &format!("/AuditEvent/{id}"))
            .await
            .expect(200);
        assert_eq!(alone.json(), *event);
    }
}

#[tokio::test]
async fn looking_at_the_audit_is_itself_told_with_its_purpose() {
    let door = watched().await;
    all(&door, OFFICER, "/AuditEvent?patient=Patient/ada").await;
    let events = all(&door, OFFICER, "/AuditEvent?patient=Patient/ada").await;
    let looked = &events[0];
    assert_eq!(looked["agent"][0]["who"]["identifier"]["value"], "officer-1");
    assert_eq!(looked["purposeOfEvent"][0]["text"], "service-management");
    assert_eq!(looked["entity"][1]["type"]["code"], "AuditEvent");
    let id = events[3]["id"].as_str().expect("an id");
    get(&door, OFFICER, &format!("/AuditEvent/{id}"))
        .await
        .expect(200);
    let events = all(&door, OFFICER, "/AuditEvent?patient=Patient/ada").await;
    assert_eq!(
        (&events[0]["action"], &events[0]["entity"][1]["type"]["code"]),
        (&json!("R"), &json!("AuditEvent"))
    );
}

#[tokio::test]
async fn pages_hold_what_was_asked_and_together_everything_once() {
    let door = watched().await;
    let whole = all(&door, OFFICER, "/AuditEvent?patient=Patient/ada").await;
    let paged = all(&door, OFFICER, "/AuditEvent?patient=Patient/ada&_count=2").await;
    assert_eq!(paged[1..], whole);
    let (first, next) = page(get(&door, OFFICER, "/AuditEvent?patient=Patient/ada&_count=2").await);
    assert_eq!(first.len(), 2);
    let next = next.expect("there is more");
    assert!(!next.contains("ada"), "{next}");
    get(&door, NURSE, &next).await.expect(400);
}

#[tokio::test]
async fn every_parameter_of_r4_narrows_it() {
    let door = watched().await;
    let events = all(&door, OFFICER, "/AuditEvent?patient=Patient/ada").await;
    let moment = events[2]["recorded"].as_str().expect("a time");
    // Searches go by the millisecond, and two events may share one.
    let millisecond = |event: &Value| event["recorded"].as_str().map(|at| at[..23].to_owned());
    let compared = |wanted: fn(Ordering) -> bool| {
        let than = millisecond(&events[2]);
        let is_wanted = |event: &&Value| wanted(millisecond(event).cmp(&than));
        events.iter().filter(is_wanted).count()
    };
    for (more, count) in [
        (format!("date=le{moment}"), compared(Ordering::is_le)),
        (format!("date=lt{moment}"), compared(Ordering::is_lt)),
        (
            format!("date=ge{moment}&date=le{moment}"),
            compared(Ordering::is_eq),
        ),
        ("date=lt2020".to_owned(), 0),
        ("action=C".to_owned(), 2),
        ("action=C,U".to_owned(), 3),
        ("entity=Observation/pulse".to_owned(), 2),
        (
            "entity-type=http://hl7.org/fhir/resource-types|Observation".to_owned(),
            3,
        ),
        // Our roles are told in words, which are no code.
        ("agent-role:missing=true&action=R".to_owned(), 1),
        ("subtype=search-type&outcome=0&date=lt2020".to_owned(), 0),
    ] {
        let found = all(&door, OFFICER, &format!("/AuditEvent?patient=Patient/ada&{more}")).await;
        // What the tests before it looked at is newer, and of the kind that none of these asks for but by its type.
        let found: Vec<&Value> = found
            .iter()
            .filter(|event| event["entity"][1]["type"]["code"] != "AuditEvent")
            .collect();
        assert_eq!(found.len(), count, "{more}");
    }
}

#[tokio::test]
async fn whoever_is_no_privacy_officer_sees_what_was_sent_and_nothing_of_ours() {
    let door = watched().await;
    let sent = json!({
        "resourceType": "AuditEvent",
        "type": { "system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest" },
        "recorded": "2026-01-02T03:04:05Z",
        "agent": [{ "requestor": true }],
        "source": { "observer": { "display": "another system" } },
        "entity": [{ "what": { "reference": "Patient/ada" } }],
    });
    let sent = door.post("/AuditEvent", &sent).await.expect(201).json();
    let events = all(&door, OFFICER, "/AuditEvent?patient=Patient/ada").await;
    assert_eq!(events.len(), 7);
    assert_eq!(events[6], sent);
    let paged = all(&door, OFFICER, "/AuditEvent?patient=Patient/ada&_count=1").await;
    assert_eq!(paged[1..], events);
    for path in ["/AuditEvent?patient=Patient/ada", "/Patient/ada/AuditEvent"] {
        assert_eq!(all(&door, NURSE, path).await, std::slice::from_ref(&sent));
    }
    let ours = format!("/AuditEvent/{}", events[0]["id"].as_str().expect("an id"));
    let refused = get(&door, NURSE, &ours).await.expect(403);
    assert_eq!(
        refused.issues(),
        ["forbidden -: only a privacy officer reads the audit"]
    );
    let kept = record::audit::entries(door.folder()).expect("the audit");
    let last = kept.last().expect("an entry");
    assert_eq!(
        (last.actor.as_str(), last.reads[0].result),
        ("nurse-1", ReadResult::Refused)
    );
    get(&door, OFFICER, &ours).await.expect(200);
}

#[tokio::test]
async fn an_id_that_names_no_place_is_not_found_and_was_asked_for() {
    let door = watched().await;
    let events = all(&door, OFFICER, "/AuditEvent?patient=Patient/ada").await;
    let there = format!("/AuditEvent/{}", events[0]["id"].as_str().expect("an id"));
    for (path, status, result) in [
        ("/AuditEvent/sarsen-read-nowhere", 404, ReadResult::Refused),
        ("/AuditEvent/sarsen-change-1-999", 404, ReadResult::NotFound),
        (there.as_str(), 200, ReadResult::Disclosed),
    ] {
        get(&door, OFFICER, path).await.expect(status);
        let kept = record::audit::entries(door.folder()).expect("the audit");
        let last = kept.last().expect("an entry");
        assert_eq!(last.reads.last().map(|read| read.result), Some(result), "{path}");
    }
}

#[tokio::test]
async fn what_is_rendered_cannot_be_written_and_a_neighbouring_id_can() {
    let door = watched().await;
    let events = all(&door, OFFICER, "/AuditEvent?patient=Patient/ada").await;
    let before = door.digest().await;
    for event in [&events[0], &events[4], &json!({ "id": "sarsen-read-nowhere" })] {
        let id = event["id"].as_str().expect("an id");
        let mut forged = events[4].clone();
        forged["id"] = json!(id);
        forged["outcome"] = json!("8");
        let path = format!("/AuditEvent/{id}");
        let refused = door.put(&path, &forged).await.expect(403);
        assert!(
            refused.issues()[0].contains("rendered from Sarsen's own audit"),
            "{:?}",
            refused.issues()
        );
        door.delete(&path).await.expect(403);
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
            { "resource": forged, "request": { "method": "PUT", "url": format!("AuditEvent/{id}") } },
        ]});
        let refused = door.post("", &bundle).await.expect(400);
        assert!(
            refused.issues()[0].starts_with("forbidden Bundle.entry[0].request.url: "),
            "{:?}",
            refused.issues()
        );
    }
    assert_eq!(door.digest().await, before);
    let mut theirs = events[4].clone();
    theirs["id"] = json!("sarsen-changes-1-1");
    door.put("/AuditEvent/sarsen-changes-1-1", &theirs)
        .await
        .expect(201);
    // A create takes no id: the body's is replaced by a new one.
    let created = door.post("/AuditEvent", &events[4]).await.expect(201).json();
    assert_ne!(created["id"], events[4]["id"]);
}

#[tokio::test]
async fn what_the_audit_does_not_give_is_refused_and_what_is_not_there_not_found() {
    let door = watched().await;
    for (more, name) in [
        ("_sort=date", "_sort"),
        ("_total=accurate", "_total"),
        ("_summary=count", "_summary"),
        ("_count=0", "_summary"),
    ] {
        let refused = get(&door, OFFICER, &format!("/AuditEvent?patient=Patient/ada&{more}")).await;
        let issues = refused.expect(400).issues();
        assert!(
            issues[0].starts_with(&format!("not-supported {name}: ")),
            "{issues:?}"
        );
    }
    for id in [
        "sarsen-change-1-99",
        "sarsen-change-1024-1",
        "sarsen-change-x",
        "sarsen-read-0000000000000000-1-88-0",
        "sarsen-read-1",
    ] {
        get(&door, OFFICER, &format!("/AuditEvent/{id}"))
            .await
            .expect(404);
        get(&door, OFFICER, &format!("/AuditEvent/{id}/_history/1"))
            .await
            .expect(404);
    }
    assert!(
        all(&door, OFFICER, "/AuditEvent?patient=Patient/nobody")
            .await
            .is_empty()
    );
    let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": [
        { "request": { "method": "GET", "url": "AuditEvent?patient=Patient/ada" } },
    ]});
    let answer = call(&door, OFFICER, Method::POST, "", &batch.to_string())
        .await
        .expect(200)
        .json();
    assert!(
        answer["entry"][0]["resource"]["entry"]
            .as_array()
            .is_some_and(|entries| entries.len() > 4)
    );
}

#[tokio::test]
async fn the_capability_statement_says_so() {
    let door = Door::open().await;
    let reply = door
        .call(Method::GET, "/metadata", &[], Body::empty())
        .await
        .expect(200)
        .json();
    let resources = reply["rest"][0]["resource"].as_array().expect("resources");
    let audit = resources
        .iter()
        .find(|one| one["type"] == "AuditEvent")
        .expect("listed");
    assert!(
        audit["documentation"]
            .as_str()
            .is_some_and(|words| words.contains("privacy officer"))
    );
}
