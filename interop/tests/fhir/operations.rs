//! The operations on whole records, as a client calls them.

use axum::body::Body;
use http::Method;
use serde_json::{Value, json};

use super::door::{Door, Reply};

const OFFICER: &str = "a-privacy-officers-token";
const SECOND: &str = "another-officers-token";
const NURSE: &str = "a-nurses-own-token";

async fn call(door: &Door, token: &str, path: &str, parts: Value, headers: &[(&str, &str)]) -> Reply {
    let bearer = format!("Bearer {token}");
    let mut all = vec![
        ("authorization", bearer.as_str()),
        ("content-type", "application/fhir+json"),
    ];
    all.extend_from_slice(headers);
    let mut body = json!({ "resourceType": "Parameters" });
    if parts.as_array().is_none_or(|parts| !parts.is_empty()) {
        body["parameter"] = parts;
    }
    door.call(Method::POST, path, &all, body.to_string()).await
}

async fn patient(door: &Door, id: &str, family: &str) {
    let json = json!({ "resourceType": "Patient", "id": id, "name": [{ "family": family }] });
    door.put(&format!("/Patient/{id}"), &json).await.expect(201);
}

async fn allergy(door: &Door, id: &str, patient: &str) {
    let json = json!({
        "resourceType": "AllergyIntolerance",
        "id": id,
        "patient": { "reference": format!("Patient/{patient}"), "display": "Zebedee" },
        "code": { "text": "penicillin" },
    });
    door.put(&format!("/AllergyIntolerance/{id}"), &json)
        .await
        .expect(201);
}

fn to(name: &str, patient: &str) -> Value {
    json!({ "name": name, "valueReference": { "reference": format!("Patient/{patient}") } })
}

fn reason(code: &str) -> Value {
    json!({ "name": "reason", "valueCode": code })
}

/// Two people with an allergy each.
async fn two() -> Door {
    let door = Door::open().await;
    for (id, family) in [("old", "Zebedee"), ("new", "Quill")] {
        patient(&door, id, family).await;
        allergy(&door, &format!("allergy-of-{id}"), id).await;
    }
    door
}

async fn allergies(door: &Door, patient: &str) -> usize {
    let found = door
        .get(&format!("/AllergyIntolerance?patient=Patient/{patient}"))
        .await
        .expect(200);
    found.json()["entry"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn two_records_are_joined_and_parted_and_no_allergy_is_dropped() {
    let door = two().await;
    let parts = json!([to("survivor", "new"), reason("duplicate")]);
    let joined = call(&door, OFFICER, "/Patient/old/$join", parts, &[])
        .await
        .expect(200);
    assert_eq!(
        joined.json()["parameter"][0]["valueReference"]["reference"],
        "Patient/new"
    );
    for asked in ["old", "new"] {
        assert_eq!(allergies(&door, asked).await, 2);
        let everything = door
            .get(&format!("/Patient/{asked}/$everything"))
            .await
            .expect(200);
        assert_eq!(everything.json()["total"], 4);
    }
    let parts = json!([reason("different-people")]);
    call(&door, OFFICER, "/Patient/old/$part", parts, &[])
        .await
        .expect(200);
    for asked in ["old", "new"] {
        assert_eq!(allergies(&door, asked).await, 1);
    }
}

#[tokio::test]
async fn each_refusal_points_at_its_parameter_and_keeps_nothing() {
    let door = two().await;
    let before = door.digest().await;
    let place = |name: &str| format!("Parameters.parameter.where(name='{name}')");
    for (path, parts, status, about) in [
        (
            "/Patient/old/$join",
            json!([to("survivor", "new")]),
            400,
            "reason",
        ),
        (
            "/Patient/old/$join",
            json!([to("survivor", "new"), reason("whim")]),
            422,
            "reason",
        ),
        (
            "/Patient/old/$join",
            json!([to("survivor", "new"), reason("adoption")]),
            422,
            "reason",
        ),
        (
            "/Patient/old/$join",
            json!([reason("duplicate")]),
            400,
            "survivor",
        ),
        (
            "/Patient/old/$join",
            json!([to("survivor", "old"), reason("duplicate")]),
            422,
            "survivor",
        ),
        (
            "/Patient/old/$join",
            json!([to("survivor", "new"), to("survivor", "old"), reason("duplicate")]),
            400,
            "survivor",
        ),
        (
            "/Patient/old/$join",
            json!([to("servivor", "new"), reason("duplicate")]),
            400,
            "?",
        ),
        (
            "/Patient/nobody/$join",
            json!([to("survivor", "new"), reason("duplicate")]),
            422,
            "superseded",
        ),
        (
            "/Patient/old/$part",
            json!([reason("different-people")]),
            422,
            "superseded",
        ),
        ("/Patient/old/$hold", json!([reason("duplicate")]), 422, "reason"),
        ("/Patient/old/$release", json!([]), 422, "person"),
        (
            "/Patient/old/$destroy",
            json!([reason("duplicate")]),
            422,
            "reason",
        ),
        (
            "/Patient/old/$destroy",
            json!([{ "name": "confirmation", "valueString": "made up" }]),
            422,
            "confirmation",
        ),
        (
            "/AllergyIntolerance/allergy-of-old/$move",
            json!([to("to", "nobody"), reason("wrong-person")]),
            422,
            "to",
        ),
        (
            "/AllergyIntolerance/allergy-of-old/$move",
            json!([to("to", "old"), reason("wrong-person")]),
            422,
            "to",
        ),
    ] {
        let refused = call(&door, OFFICER, path, parts, &[]).await.expect(status);
        let issues = refused.issues();
        assert!(issues[0].contains(&place(about)), "{path}: {issues:?}");
    }
    assert_eq!(door.digest().await, before);
    let adoption = json!([to("survivor", "new"), reason("adoption")]);
    let refused = call(&door, OFFICER, "/Patient/old/$join", adoption, &[]).await;
    assert!(
        refused.issues()[0].contains("is not a merge"),
        "{:?}",
        refused.issues()
    );
}

#[tokio::test]
async fn nobody_else_keeps_records_and_nothing_without_a_token() {
    let door = two().await;
    let before = door.digest().await;
    let span = json!([
        { "name": "from", "valueInstant": "2026-01-01T00:00:00Z" },
        { "name": "to", "valueInstant": "2030-01-01T00:00:00Z" },
    ]);
    for (path, parts) in [
        (
            "/Patient/old/$join",
            json!([to("survivor", "new"), reason("duplicate")]),
        ),
        ("/Patient/old/$part", json!([reason("different-people")])),
        ("/Patient/old/$hold", json!([reason("litigation")])),
        ("/Patient/old/$release", json!([])),
        ("/Patient/old/$destroy", json!([reason("court-order")])),
        (
            "/Patient/old/$destroy",
            json!([{ "name": "confirmation", "valueString": "word" }]),
        ),
        ("/Patient/old/$readers", span),
        (
            "/AllergyIntolerance/allergy-of-old/$move",
            json!([to("to", "new"), reason("wrong-person")]),
        ),
    ] {
        let refused = call(&door, NURSE, path, parts.clone(), &[]).await.expect(403);
        assert!(refused.issues()[0].starts_with("forbidden"), "{path}");
        call(&door, "no-such-token-at-all", path, parts, &[])
            .await
            .expect(401);
    }
    assert_eq!(door.digest().await, before);
    let path = "/Observation/x/$join";
    call(&door, OFFICER, path, json!([]), &[]).await.expect(404);
    door.call(Method::POST, "/Patient/old/$everything", &[], Body::empty())
        .await
        .expect(404);
}

#[tokio::test]
async fn a_misfiled_allergy_is_moved_and_whoever_read_it_is_named() {
    let door = two().await;
    door.get("/AllergyIntolerance/allergy-of-old").await.expect(200);
    let path = "/AllergyIntolerance/allergy-of-old/$move";
    let parts = || json!([to("to", "new"), reason("wrong-person")]);
    call(&door, OFFICER, path, parts(), &[("if-match", "W/\"7\"")])
        .await
        .expect(412);
    let moved = call(&door, OFFICER, path, parts(), &[("if-match", "W/\"1\"")])
        .await
        .expect(200)
        .json();
    let readers = moved["parameter"].as_array().expect("parts").iter();
    let readers: Vec<_> = readers.filter(|part| part["name"] == "reader").collect();
    assert!(
        readers
            .iter()
            .any(|reader| reader["part"][1]["valueString"] == "development"),
        "{moved}"
    );
    let stored = door
        .get("/AllergyIntolerance/allergy-of-old")
        .await
        .expect(200)
        .json();
    assert_eq!(
        stored["patient"],
        json!({ "reference": "Patient/new" }),
        "no display of the wrong person"
    );
    let history = door
        .get("/AllergyIntolerance/allergy-of-old/_history")
        .await
        .expect(200);
    assert!(!String::from_utf8_lossy(&history.bytes).contains("Zebedee"));
    assert_eq!(
        (allergies(&door, "old").await, allergies(&door, "new").await),
        (0, 2)
    );
}

#[tokio::test]
async fn what_refers_to_more_of_the_wrong_person_is_not_moved_alone() {
    let door = two().await;
    let encounter = json!({
        "resourceType": "Encounter", "id": "visit", "status": "finished",
        "class": { "code": "HH" }, "subject": { "reference": "Patient/old" },
    });
    door.put("/Encounter/visit", &encounter).await.expect(201);
    let allergy = json!({
        "resourceType": "AllergyIntolerance", "id": "allergy-of-old",
        "patient": { "reference": "Patient/old" },
        "encounter": { "reference": "Encounter/visit" },
    });
    door.put("/AllergyIntolerance/allergy-of-old", &allergy)
        .await
        .expect(200);
    let parts = || json!([to("to", "new"), reason("wrong-person")]);
    let path = "/AllergyIntolerance/allergy-of-old/$move";
    let refused = call(&door, OFFICER, path, parts(), &[]).await.expect(400);
    assert!(
        refused.issues()[0].contains("AllergyIntolerance.encounter.reference"),
        "{:?}",
        refused.issues()
    );
    call(&door, OFFICER, "/Encounter/visit/$move", parts(), &[])
        .await
        .expect(200);
    call(&door, OFFICER, path, parts(), &[]).await.expect(200);
}

#[tokio::test]
async fn a_record_is_destroyed_by_two_people_and_its_ids_say_so() {
    let door = two().await;
    let path = "/Patient/old/$destroy";
    let hold = json!([reason("litigation")]);
    call(&door, OFFICER, "/Patient/old/$hold", hold, &[])
        .await
        .expect(200);
    let ask = || json!([reason("retention")]);
    let held = call(&door, OFFICER, path, ask(), &[]).await.expect(422);
    assert!(held.issues()[0].contains("legal hold"));
    call(&door, OFFICER, "/Patient/old/$release", json!([]), &[])
        .await
        .expect(200);
    let asked = call(&door, OFFICER, path, ask(), &[]).await.expect(202).json();
    let word = asked["parameter"][0]["valueString"]
        .as_str()
        .expect("a word")
        .to_owned();
    assert!(!word.contains("old"));
    door.get("/Patient/old").await.expect(200);
    let confirm = || json!([{ "name": "confirmation", "valueString": word }]);
    call(&door, OFFICER, path, confirm(), &[]).await.expect(422);
    call(&door, SECOND, "/Patient/new/$destroy", confirm(), &[])
        .await
        .expect(422);
    call(&door, SECOND, path, confirm(), &[]).await.expect(200);
    let gone = door.get("/Patient/old").await.expect(410);
    assert!(gone.issues()[0].contains("destroyed"), "{:?}", gone.issues());
    door.get("/AllergyIntolerance/allergy-of-old").await.expect(410);
    door.get("/Patient/old/$everything").await.expect(410);
    door.get("/Patient/new").await.expect(200);
    let again = json!({ "resourceType": "Patient", "id": "old" });
    door.put("/Patient/old", &again).await.expect(410);
}

#[tokio::test]
async fn the_capability_statement_lists_the_operations() {
    let door = Door::open().await;
    let statement = door.get("/metadata").await.expect(200).json();
    let resources = statement["rest"][0]["resource"].as_array().expect("types");
    let operations = |name: &str| -> Vec<String> {
        let resource = resources
            .iter()
            .find(|resource| resource["type"] == name)
            .expect("a type");
        let listed = resource["operation"].as_array().expect("operations").iter();
        listed
            .map(|each| each["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    assert_eq!(operations("Observation"), ["move"]);
    for name in [
        "everything",
        "join",
        "part",
        "hold",
        "release",
        "destroy",
        "readers",
    ] {
        assert!(operations("Patient").contains(&name.to_owned()), "{name}");
    }
}
