//! Systems with nobody signed in: a signed assertion for a short-lived token.

use std::sync::{Arc, Mutex};

use actions::access::smart::{self, ClientKeys};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use record::clock::{SystemClock, Wall};
use serde_json::{Value, json};

use super::house::{Answer, House, PUBLIC, TOKEN, backend};
use super::key::Key;

const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What an honest client claims; each call has an id of its own.
pub(super) fn claims() -> Value {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let id = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let now = Wall.now().as_second();
    json!({ "iss": "laboratory", "sub": "laboratory", "aud": format!("{PUBLIC}/oauth/token"),
        "jti": format!("once-{id}"), "iat": now, "exp": now + 240 })
}

async fn ask(house: &House, assertion: &str, scope: &str) -> Answer {
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", scope),
        ("client_assertion_type", KIND),
        ("client_assertion", assertion),
    ];
    house.post("/oauth/token", &form).await
}

async fn house(scopes: &str) -> (House, Key) {
    let key = Key::fresh("one");
    let house = House::open().await;
    house.register(backend(ClientKeys::Set(key.set()), scopes)).await;
    (house, key)
}

/// A token for this assertion.
pub(super) async fn token_for(house: &House, assertion: &str, scope: &str) -> String {
    token(&ask(house, assertion, scope).await)
}

fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(answer.headers["cache-control"], "no-store");
    answer.json["access_token"].as_str().expect("a token").to_owned()
}

#[tokio::test]
async fn a_system_is_granted_what_it_asks_for_as_far_as_its_registration_reaches() {
    let (house, key) = house("system/Observation.rs system/Task.cruds").await;
    let answer = ask(
        &house,
        &key.sign(&claims()),
        "system/*.rs patient/Patient.rs openid",
    )
    .await;
    assert_eq!(answer.json["scope"], "system/Observation.rs system/Task.rs");
    assert_eq!(answer.json["expires_in"], 300);
    let token = token(&answer);
    let actor = smart::with_token(&house.actions, &token)
        .await
        .expect("read")
        .expect("an actor");
    assert_eq!(actor.id, "client-laboratory");
    assert_eq!(actor.role, actions::Role::System);
    assert_eq!(
        actor.standing.scopes.as_deref(),
        Some("system/Observation.rs system/Task.rs")
    );
    assert!(!actor.standing.house);
    assert_eq!(
        smart::with_token(&house.actions, TOKEN).await.expect("read"),
        None
    );
    let nothing = ask(&house, &key.sign(&claims()), "system/Patient.rs").await;
    assert_eq!(
        (nothing.status.as_u16(), &nothing.json["error"]),
        (400, &"invalid_scope".into())
    );
}

#[tokio::test]
async fn a_feed_brings_what_happened_of_anybody_under_its_own_ids_and_reads_nothing_back_of_strangers() {
    let key = Key::fresh("one");
    let house = House::open().await;
    let scopes = "system/Observation.crus system/Patient.crus";
    let client = backend(ClientKeys::Set(key.set()), scopes);
    let stranger = json!({ "resourceType": "Patient", "id": "elsewhere", "name": [{ "family": "Feed" }] });
    let asked = house.put("/fhir/Patient/elsewhere", TOKEN, &stranger).await;
    assert_eq!(asked.status, 201, "{}", asked.json);
    let result = json!({ "resourceType": "Observation", "id": "rxx01-17", "status": "final",
        "code": { "text": "Haemoglobin" }, "subject": { "reference": "Patient/elsewhere" } });

    // A system that is no feed neither writes of somebody its organisation does not know, nor learns that they are there.
    house.register(client.clone()).await;
    let plain = token(&ask(&house, &key.sign(&claims()), scopes).await);
    let refused = house.put("/fhir/Observation/rxx01-17", &plain, &result).await;
    assert!(
        (403..=405).contains(&refused.status.as_u16()),
        "{} {}",
        refused.status,
        refused.json
    );

    let feed = smart::Client { feed: true, ..client };
    house.register(feed.clone()).await;
    let brought = token(&ask(&house, &key.sign(&claims()), scopes).await);
    let kept = house.put("/fhir/Observation/rxx01-17", &brought, &result).await;
    assert_eq!(kept.status, 201, "{}", kept.json);
    let read = house.get("/fhir/Observation/rxx01-17", &brought).await;
    assert_eq!(read.status, 404, "{}", read.json);
    assert_eq!(house.get("/fhir/Observation/rxx01-17", TOKEN).await.status, 200);
    // The scopes narrow a feed as they narrow everybody.
    let narrow = token(&ask(&house, &key.sign(&claims()), "system/Observation.rs").await);
    let unwritten = house.put("/fhir/Observation/rxx01-18", &narrow, &result).await;
    assert!(unwritten.status.is_client_error(), "{}", unwritten.status);

    let wrong = [
        (
            "an organisation",
            smart::Client {
                organisation: None,
                ..feed.clone()
            },
        ),
        (
            "a feed writes",
            smart::Client {
                scopes: "system/*.rs".to_owned(),
                ..feed.clone()
            },
        ),
        (
            "no redirect_uris",
            smart::Client {
                redirect_uris: vec!["https://app.example/back".to_owned()],
                ..feed
            },
        ),
    ];
    for (words, client) in wrong {
        let refused = smart::add_client(&house.actions, &client).await.expect_err(words);
        assert!(refused.to_string().contains(words), "{refused}");
    }
}

#[tokio::test]
async fn a_system_that_asks_for_research_finds_nobody_whom_its_organisation_cares_for() {
    let scopes = "system/*.rs";
    let (house, key) = house(scopes).await;
    let client = backend(ClientKeys::Set(key.set()), scopes);
    let patient = json!({ "resourceType": "Patient", "id": "known", "name": [{ "family": "Purpose" }] });
    let episode = json!({ "resourceType": "EpisodeOfCare", "id": "of-known", "status": "active",
        "patient": { "reference": "Patient/known" }, "managingOrganization": { "identifier": {
            "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "RXX01" } } });
    for (path, body) in [
        ("/fhir/Patient/known", patient),
        ("/fhir/EpisodeOfCare/of-known", episode),
    ] {
        let kept = house.put(path, TOKEN, &body).await;
        assert_eq!(kept.status, 201, "{}", kept.json);
    }
    let finds = |purpose: Option<&str>, status: u16, total: usize| {
        let (house, key) = (&house, &key);
        let client = smart::Client {
            purpose: purpose.map(str::to_owned),
            ..client.clone()
        };
        async move {
            house.register(client).await;
            let token = token(&ask(house, &key.sign(&claims()), scopes).await);
            let read = house.get("/fhir/Patient/known", &token).await;
            assert_eq!(read.status, status, "{}", read.json);
            let found = house.get("/fhir/EpisodeOfCare?patient=known", &token).await;
            let hits = found.json["entry"].as_array().map_or(0, Vec::len);
            assert_eq!(hits, total, "{}", found.json);
        }
    };
    finds(None, 200, 1).await;
    finds(Some("direct-care"), 200, 1).await;
    for other in [
        "research",
        "population-health",
        "commissioning",
        "risk-stratification",
        "service-management",
    ] {
        finds(Some(other), 404, 0).await;
    }
    let wrong = smart::Client {
        purpose: Some("curiosity".to_owned()),
        ..client.clone()
    };
    let refused = smart::add_client(&house.actions, &wrong)
        .await
        .expect_err("no purpose");
    assert!(refused.to_string().contains("purpose: direct-care"), "{refused}");
    let wrong = smart::Client {
        feed: true,
        scopes: "system/*.cruds".to_owned(),
        purpose: Some("research".to_owned()),
        ..client
    };
    let refused = smart::add_client(&house.actions, &wrong)
        .await
        .expect_err("a feed");
    assert!(refused.to_string().contains("purpose: a feed"), "{refused}");
}

#[tokio::test]
async fn an_assertion_that_is_wrong_in_one_thing_is_refused() {
    let (house, key) = house("system/*.rs").await;
    let now = Wall.now().as_second();
    let other = Key::fresh("one");
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        claims
    };
    let replayed = key.sign(&claims());
    token(&ask(&house, &replayed, "system/*.rs").await);
    let wrong = [
        ("used before", replayed),
        ("another's key", other.sign(&claims())),
        ("not signed", key.unsigned(&claims())),
        ("signed with the public key", key.confused(&claims())),
        ("expired", key.sign(&with("exp", (now - 60).into()))),
        ("good for an hour", key.sign(&with("exp", (now + 3600).into()))),
        ("without an end", key.sign(&with("exp", Value::Null))),
        ("from tomorrow", key.sign(&with("iat", (now + 86_400).into()))),
        (
            "for somebody else",
            key.sign(&with("aud", "https://elsewhere.example/token".into())),
        ),
        ("for nobody", key.sign(&with("aud", Value::Null))),
        ("about somebody else", key.sign(&with("sub", "radiology".into()))),
        ("of nobody we know", key.sign(&with("iss", "radiology".into()))),
        ("without an id", key.sign(&with("jti", Value::Null))),
        (
            "cut off",
            key.sign(&claims()).rsplit_once('.').expect("parts").0.to_owned(),
        ),
        ("not a token", "nonsense".to_owned()),
    ];
    for (what, assertion) in wrong {
        let answer = ask(&house, &assertion, "system/*.rs").await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json["error"]),
            (401, &"invalid_client".into()),
            "{what}"
        );
        assert!(answer.json["access_token"].is_null(), "{what}");
    }
    token(&ask(&house, &key.sign(&claims()), "system/*.rs").await);
}

#[tokio::test]
async fn a_token_opens_the_fhir_door_until_it_is_taken_back() {
    let (house, key) = house("system/*.cruds").await;
    let token = token(&ask(&house, &key.sign(&claims()), "system/*.cruds").await);
    let path = "/fhir/Patient/nobody";
    assert_eq!(house.get(path, &token).await.status, 404);
    let none = house.get(path, &token.replace(['0', '1', '2', '3'], "4")).await;
    assert_eq!(none.status, 401);
    let asked = none.headers["www-authenticate"].to_str().expect("text");
    assert!(
        asked.starts_with("Bearer") && asked.contains("error=\"invalid_token\""),
        "{asked}"
    );
    let told = |path: &'static str, what: String| {
        let assertion = key.sign(&claims());
        let house = &house;
        async move {
            let form = [
                ("token", what.as_str()),
                ("client_assertion_type", KIND),
                ("client_assertion", &assertion),
            ];
            house.post(path, &form).await
        }
    };
    let known = told("/oauth/introspect", token.clone()).await;
    assert_eq!(
        (&known.json["active"], &known.json["client_id"]),
        (&true.into(), &"laboratory".into())
    );
    assert_eq!(told("/oauth/revoke", token.clone()).await.status, 200);
    assert_eq!(house.get(path, &token).await.status, 401);
    assert_eq!(
        told("/oauth/introspect", token.clone()).await.json,
        json!({ "active": false })
    );
    assert_eq!(
        told("/oauth/revoke", token).await.status,
        200,
        "a second time too"
    );
}

#[tokio::test]
async fn a_client_that_was_disabled_has_no_tokens_and_gets_none() {
    let (house, key) = house("system/*.cruds").await;
    let token = token(&ask(&house, &key.sign(&claims()), "system/*.cruds").await);
    assert!(
        smart::disable_client(&house.actions, "laboratory")
            .await
            .expect("kept")
    );
    assert_eq!(house.get("/fhir/Patient/nobody", &token).await.status, 401);
    assert_eq!(
        ask(&house, &key.sign(&claims()), "system/*.cruds").await.status,
        401
    );
    assert!(
        !smart::disable_client(&house.actions, "nobody")
            .await
            .expect("kept")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_a_client_changed_at_its_address_are_fetched_again() {
    let published = Arc::new(Mutex::new(json!({ "keys": [] })));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = format!("http://{}/keys", listener.local_addr().expect("an address"));
    let keys =
        async |State(published): State<Arc<Mutex<Value>>>| published.lock().expect("a lock").to_string();
    let router = Router::new()
        .route("/keys", get(keys))
        .with_state(Arc::clone(&published));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let house = House::open().await;
    house
        .register(backend(ClientKeys::At(address), "system/*.rs"))
        .await;
    let (first, second, third) = (Key::fresh("first"), Key::fresh("second"), Key::fresh("third"));
    *published.lock().expect("a lock") = first.set();
    token(&ask(&house, &first.sign(&claims()), "system/*.rs").await);
    *published.lock().expect("a lock") = second.set();
    token(&ask(&house, &second.sign(&claims()), "system/*.rs").await);
    let old = ask(&house, &first.sign(&claims()), "system/*.rs").await;
    assert_eq!(old.status, 401, "a key that was taken away");
    *published.lock().expect("a lock") = third.set();
    let soon = ask(&house, &third.sign(&claims()), "system/*.rs").await;
    assert_eq!(soon.status, 401, "nobody makes us ask and ask");
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_refused() {
    let (house, key) = house("system/*.rs").await;
    let assertion = key.sign(&claims());
    let twice = [
        ("grant_type", "client_credentials"),
        ("grant_type", "client_credentials"),
    ];
    assert_eq!(
        house.post("/oauth/token", &twice).await.json["error"],
        "invalid_request"
    );
    let way = [
        ("grant_type", "password"),
        ("client_assertion_type", KIND),
        ("client_assertion", &assertion),
    ];
    assert_eq!(
        house.post("/oauth/token", &way).await.json["error"],
        "unsupported_grant_type"
    );
    let bare = [
        ("grant_type", "client_credentials"),
        ("client_id", "laboratory"),
        ("scope", "system/*.rs"),
    ];
    assert_eq!(
        house.post("/oauth/token", &bare).await.json["error"],
        "invalid_client",
        "a name is no proof"
    );
}

#[tokio::test]
async fn what_is_said_of_ourselves_is_the_same_in_both_places() {
    let house = House::open().await;
    let one = house.get("/.well-known/smart-configuration", "").await.json;
    let other = house.get("/fhir/.well-known/smart-configuration", "").await.json;
    assert_eq!(one, other);
    assert_eq!(one["token_endpoint"], format!("{PUBLIC}/oauth/token"));
    assert_eq!(one["code_challenge_methods_supported"], json!(["S256"]));
    let keys = house.get("/oauth/keys", "").await.json;
    assert!(keys["keys"][0]["d"].is_null() && keys["keys"][0]["x"].is_string());
    // Another process of the same store signs with the same key.
    let other = house.beside();
    assert_eq!(other.get("/oauth/keys", "").await.json, keys);
}

#[tokio::test]
async fn what_is_said_here_is_framed_and_sniffed_by_nobody() {
    let house = House::open().await;
    for answer in [
        house.get("/oauth/keys", "").await,
        house.post("/oauth/token", &[]).await,
    ] {
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["x-frame-options"], "DENY");
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
}
