//! What nobody writes as a document: who may open a record, what a person keeps from some, and who somebody is.

use actions::access::smart::{self, Asked, Client, ClientKeys, Proof};
use actions::access::{Way, Whom, open_up};
use actions::{Actor, Role, Standing};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::backend::{claims, token_for};
use super::house::{House, PUBLIC, TOKEN, backend};
use super::key::{Key, text};

const BACK: &str = "https://app.example/back";
const BROWSER: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const VERIFIER: &str = "a-proof-key-of-at-least-forty-three-letters-long";
const PATIENT: &str = "0198d2f4-0000-7000-8000-00000000c1a4";
const ACCESS: &str = "https://sarsen.example/fhir/CodeSystem/access";
const LABELS: &str = "https://sarsen.example/fhir/CodeSystem/label";
const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";

fn nurse() -> Actor {
    Actor::new("nurse-1", Role::Clinician, Some("RXX01".to_owned())).with_standing(Standing {
        activities: ["B0360", "B0380"].map(str::to_owned).into(),
        identity_assurance: 3,
        authentication_assurance: 2,
        ..Standing::default()
    })
}

fn citizen() -> Actor {
    Actor::new("citizen-1", Role::Citizen, None).with_standing(Standing {
        own_record: Some(PATIENT.to_owned()),
        identity_assurance: 9,
        ..Standing::default()
    })
}

/// A record with a person on the caseload of RXX01, and an app that may do everything somebody may.
async fn house() -> House {
    let house = House::open().await;
    house
        .register(Client {
            id: "charts".to_owned(),
            name: "Growth charts".to_owned(),
            organisation: None,
            proof: Proof::Public,
            redirect_uris: vec![BACK.to_owned()],
            launch_uri: None,
            scopes: "launch/patient user/*.cruds patient/*.cruds".to_owned(),
            feed: false,
            purpose: None,
            disabled: false,
        })
        .await;
    let patient = json!({ "resourceType": "Patient", "id": PATIENT, "birthDate": "1960-01-02", "name": [{ "family": "Byhand" }] });
    let episode = json!({ "resourceType": "EpisodeOfCare", "id": "episode", "status": "active", "patient": person(),
        "managingOrganization": { "identifier": { "system": ODS, "value": "RXX01" } } });
    for (path, body) in [("Patient", patient), ("EpisodeOfCare", episode)] {
        let path = format!("/fhir/{path}/{}", body["id"].as_str().expect("an id"));
        let kept = house.put(&path, TOKEN, &body).await;
        assert_eq!(kept.status, 201, "{}", kept.json);
    }
    house
}

fn person() -> Value {
    json!({ "reference": format!("Patient/{PATIENT}") })
}

/// What an app may do for somebody who lets it.
async fn token_of(house: &House, actor: &Actor, scope: &str) -> String {
    let asked = Asked {
        client_id: "charts".to_owned(),
        redirect_uri: BACK.to_owned(),
        response_type: "code".to_owned(),
        scope: scope.to_owned(),
        state: "s".to_owned(),
        aud: format!("{PUBLIC}/fhir"),
        code_challenge: text(digest(&SHA256, VERIFIER.as_bytes())),
        code_challenge_method: "S256".to_owned(),
        launch: None,
        nonce: None,
    };
    let base = format!("{PUBLIC}/fhir");
    let word = smart::ask(&house.actions, BROWSER, &base, &asked)
        .await
        .expect("put by");
    let done = smart::authorise(&house.actions, BROWSER, &word, (actor, &actor.id), None)
        .await
        .expect("let in");
    let rest = done
        .address
        .strip_prefix(&format!("{BACK}?code="))
        .expect("a code");
    let (code, _) = rest.split_once("&state=").expect("a state");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
        ("client_id", "charts"),
    ];
    let answer = house.post("/oauth/token", &form).await;
    answer.json["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{}", answer.json))
        .to_owned()
}

fn task(codes: &[&str]) -> Value {
    let codings: Vec<Value> = codes
        .iter()
        .map(|code| json!({ "system": ACCESS, "code": code }))
        .collect();
    let mut code = json!({ "text": "x" });
    if !codings.is_empty() {
        code["coding"] = codings.into();
    }
    json!({ "resourceType": "Task", "status": "in-progress", "intent": "order", "code": code,
        "for": person(), "requester": { "identifier": { "system": "https://sarsen.example/id/actor", "value": "nurse-1" } },
        "executionPeriod": { "start": "2020-01-01T00:00:00Z", "end": "2099-01-01T00:00:00Z" } })
}

#[tokio::test]
async fn nobody_writes_an_opening_a_claim_or_a_refusal_as_a_document() {
    let house = house().await;
    let token = token_of(&house, &nurse(), "user/*.cruds").await;
    let ordinary = house.create("/fhir/Task", &token, &task(&[])).await;
    assert_eq!(ordinary.status, 201, "{}", ordinary.json);
    for codes in [
        &["break-glass"][..],
        &["claimed-relationship"],
        &["claimed-relationship", "withheld"],
        &["hub-case"],
        &["withheld"],
        &["pattern-seen"],
        &["hand-over"],
    ] {
        let refused = house.create("/fhir/Task", &token, &task(codes)).await;
        assert_eq!(refused.status, 403, "{codes:?}: {}", refused.json);
        assert!(
            refused.json.to_string().contains("who may open a record"),
            "{}",
            refused.json
        );
        // Nor by changing one that was ordinary, nor within a transaction.
        let id = ordinary.json["id"].as_str().expect("an id");
        let mut changed = task(codes);
        changed["id"] = id.into();
        let refused = house.put(&format!("/fhir/Task/{id}"), &token, &changed).await;
        assert_eq!(refused.status, 403, "{codes:?}: {}", refused.json);
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction",
            "entry": [{ "resource": task(codes), "request": { "method": "POST", "url": "Task" } }] });
        let refused = house.create("/fhir", &token, &bundle).await;
        assert_eq!(refused.status, 403, "{codes:?}: {}", refused.json);
    }
    // What opened a record is neither prolonged nor taken away.
    let whom = Whom::Page(PATIENT.to_owned());
    open_up(
        &house.actions,
        &nurse(),
        &whom,
        Way::Claim,
        "cover",
        "They are in my clinic today",
    )
    .await
    .expect("opened");
    let found = house
        .get(
            &format!("/fhir/Task?patient={PATIENT}&code={ACCESS}%7Cclaimed-relationship"),
            TOKEN,
        )
        .await;
    let mut opening = found.json["entry"][0]["resource"].clone();
    let path = format!(
        "/fhir/Task/{}",
        opening["id"].as_str().unwrap_or_else(|| panic!("{}", found.json))
    );
    opening["executionPeriod"]["end"] = "2099-01-01T00:00:00Z".into();
    let seen = house.get(&path, &token).await;
    assert_eq!(seen.status, 200, "the nurse sees it: {}", seen.json);
    assert_eq!(house.put(&path, &token, &opening).await.status, 403);
    assert_eq!(house.delete(&path, &token).await.status, 403);
    assert_eq!(house.get(&path, TOKEN).await.status, 200);
    // The one who keeps a synthetic record may, since that is how it is filled.
    assert_eq!(house.put(&path, TOKEN, &opening).await.status, 200);
}

#[tokio::test]
async fn a_citizen_is_who_those_say_who_check_it() {
    let house = house().await;
    let token = token_of(&house, &citizen(), "launch/patient patient/*.cruds").await;
    let path = format!("/fhir/Patient/{PATIENT}");
    let own = house.get(&path, &token).await;
    assert_eq!(own.status, 200, "{}", own.json);
    let mut changed = own.json.clone();
    changed["identifier"] = json!([{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018", "extension": [{
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
        "valueCodeableConcept": { "coding": [{
            "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01" }] } }] }]);
    let refused = house.put(&path, &token, &changed).await;
    assert_eq!(refused.status, 403, "{}", refused.json);
    let consent = json!({ "resourceType": "Consent", "status": "active", "patient": person(),
        "scope": { "text": "x" }, "category": [{ "coding": [{ "system": ACCESS, "code": "proxy" }] }] });
    let refused = house.create("/fhir/Consent", &token, &consent).await;
    assert_eq!(refused.status, 403, "{}", refused.json);
}

fn result(id: &str, value: u8, labels: &[&str]) -> Value {
    let mut result = json!({ "resourceType": "Observation", "id": id, "status": "final", "code": { "text": "Haemoglobin" },
        "subject": person(), "valueQuantity": { "value": value, "unit": "g/L" } });
    if !labels.is_empty() {
        let codings: Vec<Value> = labels
            .iter()
            .map(|code| json!({ "system": LABELS, "code": code }))
            .collect();
        result["meta"] = json!({ "security": codings });
    }
    result
}

fn labels(json: &Value) -> Vec<&str> {
    let codings = json["meta"]["security"].as_array().into_iter().flatten();
    codings.filter_map(|coding| coding["code"].as_str()).collect()
}

#[tokio::test]
async fn what_a_person_keeps_from_some_stays_kept_when_the_item_is_sent_again() {
    let house = house().await;
    let token = token_of(&house, &nurse(), "user/*.cruds").await;
    for id in ["one", "two", "three"] {
        let path = format!("/fhir/Observation/{id}");
        let kept = house
            .put(&path, TOKEN, &result(id, 90, &["not-for-proxies"]))
            .await;
        assert_eq!(kept.status, 201, "{}", kept.json);
    }
    let sent = house
        .put("/fhir/Observation/one", &token, &result("one", 91, &[]))
        .await;
    assert_eq!(sent.status, 200, "{}", sent.json);
    let entry = |id: &str| {
        json!({ "resource": result(id, 92, &["not-for-charities"]),
            "request": { "method": "PUT", "url": format!("Observation/{id}") } })
    };
    let bundle =
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry("two"), entry("three")] });
    let sent = house.create("/fhir", &token, &bundle).await;
    assert_eq!(sent.status, 200, "{}", sent.json);
    for (id, value, expected) in [
        ("one", 91, &["not-for-proxies"][..]),
        ("two", 92, &["not-for-charities", "not-for-proxies"]),
        ("three", 92, &["not-for-charities", "not-for-proxies"]),
    ] {
        let now = house.get(&format!("/fhir/Observation/{id}"), TOKEN).await;
        assert_eq!(now.json["valueQuantity"]["value"], value, "{}", now.json);
        assert_eq!(labels(&now.json), expected, "{}", now.json);
        assert_eq!(now.json["meta"]["versionId"], "2");
    }
}

#[tokio::test]
async fn a_feed_corrects_what_it_brought_and_nothing_else() {
    let house = House::open().await;
    let patient = json!({ "resourceType": "Patient", "id": PATIENT, "name": [{ "family": "Feed" }] });
    assert_eq!(
        house
            .put(&format!("/fhir/Patient/{PATIENT}"), TOKEN, &patient)
            .await
            .status,
        201
    );
    let key = Key::fresh("one");
    let scopes = "system/Observation.cruds";
    let feed = smart::Client {
        feed: true,
        purpose: None,
        ..backend(ClientKeys::Set(key.set()), scopes)
    };
    house.register(feed).await;
    let token = token_for(&house, &key.sign(&claims()), scopes).await;
    let path = "/fhir/Observation/rxx01-17";
    assert_eq!(
        house.put(path, &token, &result("rxx01-17", 90, &[])).await.status,
        201
    );
    // As it is now again, which it does not read either.
    let again = house.put(path, &token, &result("rxx01-17", 91, &[])).await;
    assert_eq!(again.status, 200, "{}", again.json);
    // Somebody here labels it; the feed neither knows nor undoes that.
    assert_eq!(
        house
            .put(path, TOKEN, &result("rxx01-17", 90, &["safeguarding"]))
            .await
            .status,
        200
    );
    let corrected = house.put(path, &token, &result("rxx01-17", 95, &[])).await;
    assert_eq!(corrected.status, 200, "{}", corrected.json);
    assert_eq!(house.get(path, &token).await.status, 404, "it reads nothing back");
    let now = house.get(path, TOKEN).await;
    assert_eq!(
        (&now.json["valueQuantity"]["value"], labels(&now.json)),
        (&json!(95), vec!["safeguarding"]),
        "{}",
        now.json
    );
    // What somebody else wrote is as if it were not there.
    assert_eq!(
        house
            .put("/fhir/Observation/other", TOKEN, &result("other", 90, &[]))
            .await
            .status,
        201
    );
    let refused = house
        .put("/fhir/Observation/other", &token, &result("other", 1, &[]))
        .await;
    assert_eq!(refused.status, 404, "{}", refused.json);
    assert_eq!(house.delete("/fhir/Observation/other", &token).await.status, 404);
    assert_eq!(house.delete(path, &token).await.status, 204);
}

#[tokio::test]
async fn an_informal_notice_of_a_death_ends_nobody_s_access_and_a_formal_one_does() {
    let house = house().await;
    let token = token_of(&house, &citizen(), "launch/patient patient/*.rs").await;
    let path = format!("/fhir/Patient/{PATIENT}");
    let notice = |code: Option<&str>| {
        let mut patient = json!({ "resourceType": "Patient", "id": PATIENT, "birthDate": "1960-01-02",
            "deceasedDateTime": "2026-01-02" });
        if let Some(code) = code {
            patient["extension"] = json!([{
                "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus",
                "extension": [{ "url": "deathNotificationStatus", "valueCodeableConcept": { "coding": [{
                    "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeathNotificationStatus", "code": code }] } }] }]);
        }
        patient
    };
    for (code, status) in [(Some("1"), 200), (Some("2"), 404), (Some("1"), 200), (None, 404)] {
        assert!(house.put(&path, TOKEN, &notice(code)).await.status.is_success());
        let read = house.get(&path, &token).await;
        assert_eq!(read.status, status, "{code:?}: {}", read.json);
    }
}

#[tokio::test]
async fn whoever_acts_for_a_person_is_made_nobody_else_by_a_document() {
    let house = house().await;
    let related = |id: &str, number: &str| {
        json!({ "resourceType": "RelatedPerson", "id": id, "active": true, "patient": person(),
            "identifier": [{ "system": codes::system::NHS_NUMBER, "value": number }], "name": [{ "text": "Ada" }] })
    };
    let consent = json!({ "resourceType": "Consent", "id": "acts", "status": "active", "patient": person(),
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": ACCESS, "code": "attorney" }] }], "policyRule": { "text": "an attorney" },
        "provision": { "period": { "start": "2020-01-01", "end": "2099-01-01" },
            "actor": [{ "role": { "text": "attorney" }, "reference": { "reference": "RelatedPerson/ada" } }],
            "action": [{ "coding": [{ "system": ACCESS, "code": "see-record" }] }] } });
    for (path, body) in [
        ("/fhir/RelatedPerson/ada", related("ada", "9990000018")),
        ("/fhir/RelatedPerson/friend", related("friend", "9990000018")),
        ("/fhir/Consent/acts", consent),
    ] {
        let kept = house.put(path, TOKEN, &body).await;
        assert_eq!(kept.status, 201, "{}", kept.json);
    }
    let clerk = nurse();
    let mut standing = (*clerk.standing).clone();
    standing.activities.insert("B0825".to_owned());
    let staff = token_of(&house, &clerk.with_standing(standing), "user/*.cruds").await;
    let own = token_of(&house, &citizen(), "user/*.cruds").await;
    for token in [&staff, &own] {
        let path = "/fhir/RelatedPerson/ada";
        let other = house.put(path, token, &related("ada", "9990000026")).await;
        assert_eq!(other.status, 403, "{}", other.json);
        let mut nobody = related("ada", "9990000018");
        nobody.as_object_mut().expect("an object").remove("identifier");
        assert_eq!(house.put(path, token, &nobody).await.status, 403);
        assert_eq!(house.delete(path, token).await.status, 403);
    }
    // What else is known of them staff change, and so they do with somebody related who acts for nobody.
    let mut named = related("ada", "9990000018");
    named["name"] = json!([{ "text": "Ada Okafor" }]);
    assert_eq!(
        house.put("/fhir/RelatedPerson/ada", &staff, &named).await.status,
        200
    );
    let path = "/fhir/RelatedPerson/friend";
    let friend = house.put(path, &staff, &related("friend", "9990000026")).await;
    assert_eq!(friend.status, 200, "{}", friend.json);
}

#[tokio::test]
async fn no_gap_in_a_history_tells_a_citizen_that_a_version_is_withheld() {
    let house = house().await;
    let own = token_of(&house, &citizen(), "launch/patient patient/*.cruds").await;
    let staff = token_of(&house, &nurse(), "user/*.cruds").await;
    let between = [("withheld", &["not-for-person"][..]), ("corrected", &[])];
    for (id, labels) in between {
        let path = format!("/fhir/Observation/{id}");
        for (value, labels) in [(90, &[][..]), (91, labels), (92, &[])] {
            let kept = house.put(&path, TOKEN, &result(id, value, labels)).await;
            assert!(kept.status.is_success(), "{}", kept.json);
        }
        let history = house.get(&format!("{path}/_history"), &own).await;
        assert_eq!(history.json["total"], 1, "{}", history.json);
        assert_eq!(history.json["entry"].as_array().map(Vec::len), Some(1));
        for (version, status) in [(1, 404), (2, 404), (3, 200)] {
            let read = house.get(&format!("{path}/_history/{version}"), &own).await;
            assert_eq!(read.status, status, "{id} {version}: {}", read.json);
        }
        assert_eq!(house.get(&path, &own).await.json["meta"]["versionId"], "3");
        let whole = house.get(&format!("{path}/_history"), &staff).await;
        assert_eq!(whole.json["total"], 3, "{}", whole.json);
    }
}

fn booking(status: &str) -> Value {
    json!({ "resourceType": "Appointment", "status": status, "participant": [{ "actor": person(), "status": "accepted" }] })
}

fn message(words: &str) -> Value {
    json!({ "resourceType": "Communication", "status": "completed", "subject": person(),
        "payload": [{ "contentString": words }] })
}

/// Writes something new, and gives its address and the document with its id.
async fn written(house: &House, token: &str, document: Value) -> (String, Value) {
    let kind = document["resourceType"].as_str().expect("a type").to_owned();
    let kept = house.create(&format!("/fhir/{kind}"), token, &document).await;
    assert_eq!(kept.status, 201, "{}", kept.json);
    let id = kept.json["id"].as_str().expect("an id");
    let mut document = document;
    document["id"] = id.into();
    (format!("/fhir/{kind}/{id}"), document)
}

#[tokio::test]
async fn an_app_of_a_citizen_changes_and_deletes_what_that_person_wrote_and_nothing_that_staff_did() {
    let house = house().await;
    let staff = token_of(&house, &nurse(), "user/*.cruds").await;
    let own = token_of(&house, &citizen(), "launch/patient patient/*.cruds").await;
    let refused = async |path: &str, document: &Value| {
        let seen = house.get(path, &own).await;
        assert_eq!(seen.status, 200, "{}", seen.json);
        let changed = house.put(path, &own, document).await;
        assert_eq!(changed.status, 403, "{}", changed.json);
        let words = changed.json.to_string();
        assert!(
            words.contains("changes and deletes only what you wrote yourself"),
            "{words}"
        );
        assert_eq!(house.delete(path, &own).await.status, 403);
        let kind = document["resourceType"].as_str().expect("a type");
        let id = document["id"].as_str().expect("an id");
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
            { "request": { "method": "DELETE", "url": format!("{kind}/{id}") } }] });
        assert_eq!(house.create("/fhir", &own, &bundle).await.status, 403);
        let after = house.get(path, &own).await;
        assert_eq!(after.json["meta"], seen.json["meta"]);
    };
    for of_staff in [booking("booked"), message("Come on Monday")] {
        let (path, document) = written(&house, &staff, of_staff).await;
        refused(&path, &document).await;
        // Staff carry on each other's work.
        assert_eq!(house.put(&path, TOKEN, &document).await.status, 200);
        assert_eq!(house.put(&path, &staff, &document).await.status, 200);
    }
    for of_theirs in [booking("proposed"), message("I cannot come on Monday")] {
        let (path, document) = written(&house, &own, of_theirs).await;
        assert_eq!(house.put(&path, &own, &document).await.status, 200);
        // Another app of theirs is theirs too.
        let other = token_of(&house, &citizen(), "launch/patient patient/*.cruds").await;
        assert_eq!(house.put(&path, &other, &document).await.status, 200);
        let deleted = house.delete(&path, &own).await;
        assert!(deleted.status.is_success(), "{}", deleted.json);
        assert_eq!(house.put(&path, &own, &document).await.status, 201);
        // What staff made of it since is theirs.
        assert_eq!(house.put(&path, &staff, &document).await.status, 200);
        refused(&path, &document).await;
    }
}

#[tokio::test]
async fn an_app_joins_and_reads_readers_only_where_everything_was_granted_and_never_of_the_officer_themself()
{
    let house = house().await;
    for (id, family) in [("twice", "Byhand"), ("officer", "Officer")] {
        let patient = json!({ "resourceType": "Patient", "id": id, "name": [{ "family": family }] });
        let kept = house.put(&format!("/fhir/Patient/{id}"), TOKEN, &patient).await;
        assert_eq!(kept.status, 201, "{}", kept.json);
    }
    let officer =
        Actor::new("officer-1", Role::PrivacyOfficer, Some("RXX01".to_owned())).with_standing(Standing {
            activities: ["B0015", "B0016", "B0018"].map(str::to_owned).into(),
            own_record: Some("officer".to_owned()),
            identity_assurance: 3,
            authentication_assurance: 2,
            ..Standing::default()
        });
    let reads = token_of(&house, &officer, "user/Patient.r").await;
    let all = token_of(&house, &officer, "user/*.cruds").await;
    let join = |survivor: &str| {
        json!({ "resourceType": "Parameters", "parameter": [
            { "name": "survivor", "valueReference": { "reference": format!("Patient/{survivor}") } },
            { "name": "reason", "valueCode": "duplicate" } ] })
    };
    let span = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "from", "valueInstant": "2020-01-01T00:00:00Z" },
        { "name": "to", "valueInstant": "2099-01-01T00:00:00Z" } ] });
    let hold = json!({ "resourceType": "Parameters", "parameter": [{ "name": "reason", "valueCode": "litigation" }] });
    for (path, body) in [
        ("/fhir/Patient/twice/$join", join(PATIENT)),
        ("/fhir/Patient/twice/$hold", hold.clone()),
        ("/fhir/Patient/twice/$readers", span.clone()),
    ] {
        let refused = house.create(path, &reads, &body).await;
        assert_eq!(refused.status, 403, "{path}: {}", refused.json);
        assert!(
            refused.json.to_string().contains("not granted everything"),
            "{}",
            refused.json
        );
    }
    for (path, body) in [
        ("/fhir/Patient/officer/$hold", hold),
        ("/fhir/Patient/officer/$readers", span.clone()),
        ("/fhir/Patient/officer/$join", join(PATIENT)),
        ("/fhir/Patient/twice/$join", join("officer")),
    ] {
        let refused = house.create(path, &all, &body).await;
        assert_eq!(refused.status, 403, "{path}: {}", refused.json);
        assert!(
            refused.json.to_string().contains("their own record"),
            "{}",
            refused.json
        );
    }
    let joined = house
        .create("/fhir/Patient/twice/$join", &all, &join(PATIENT))
        .await;
    assert_eq!(joined.status, 200, "{}", joined.json);
    // Who asked for the readers is a reader themself.
    let path = format!("/fhir/Patient/{PATIENT}/$readers");
    assert_eq!(house.create(&path, &all, &span).await.status, 200);
    let again = house.create(&path, &all, &span).await;
    assert!(again.json.to_string().contains("officer-1"), "{}", again.json);
}
