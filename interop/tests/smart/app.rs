//! Apps that people open: the code flow with a proof key, refreshing, and what is refused.

use actions::access::smart::{self, Asked, Client, NotAuthorised, Proof};
use actions::{Actor, Role, Standing};
use ring::digest::{SHA256, digest};
use serde_json::json;

use super::house::{Answer, House, PUBLIC};
use super::key::text;

const BACK: &str = "https://app.example/back";
const BROWSER: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const VERIFIER: &str = "a-proof-key-of-at-least-forty-three-letters-long";
const PATIENT: &str = "0198d2f4-0000-7000-8000-00000000c1a4";

fn app(proof: Proof) -> Client {
    Client {
        id: "charts".to_owned(),
        name: "Growth charts".to_owned(),
        organisation: None,
        proof,
        redirect_uris: vec![BACK.to_owned()],
        launch_uri: Some("https://app.example/launch?from=sarsen".to_owned()),
        scopes:
            "launch launch/patient openid fhirUser offline_access patient/*.rs user/Task.cruds system/*.cruds"
                .to_owned(),
        feed: false,
        purpose: None,
        disabled: false,
    }
}

fn asked() -> Asked {
    Asked {
        client_id: "charts".to_owned(),
        redirect_uri: BACK.to_owned(),
        response_type: "code".to_owned(),
        scope: "launch/patient openid fhirUser offline_access patient/Observation.rs system/*.rs".to_owned(),
        state: "the state & more".to_owned(),
        aud: format!("{PUBLIC}/fhir"),
        code_challenge: text(digest(&SHA256, VERIFIER.as_bytes())),
        code_challenge_method: "S256".to_owned(),
        launch: None,
        nonce: Some("once".to_owned()),
    }
}

fn citizen() -> Actor {
    Actor::new("citizen-1", Role::Citizen, None).with_standing(Standing {
        own_record: Some(PATIENT.to_owned()),
        identity_assurance: 9,
        ..Standing::default()
    })
}

async fn house(proof: Proof) -> House {
    let house = House::open().await;
    house.register(app(proof)).await;
    let actor = Actor::new("test", Role::Development, None);
    let write = actions::record::Request {
        source: "test".to_owned(),
        idempotency_key: None,
    };
    let patient = json!({ "resourceType": "Patient", "id": PATIENT, "birthDate": "1960-01-02" }).to_string();
    let kept = actions::record::update(
        &house.actions,
        &actor,
        actions::Purpose::DirectCare,
        &write,
        fhir::ResourceType::from_name("Patient").expect("a type"),
        PATIENT,
        patient.as_bytes(),
        actions::record::Precondition::None,
    );
    kept.await.expect("kept");
    house
}

async fn ask(house: &House, asked: &Asked) -> Result<String, NotAuthorised> {
    smart::ask(&house.actions, BROWSER, &format!("{PUBLIC}/fhir"), asked).await
}

/// The code of a consent.
async fn code(house: &House) -> String {
    let word = ask(house, &asked()).await.expect("put by");
    let done = smart::authorise(&house.actions, BROWSER, &word, (&citizen(), "citizen"), None)
        .await
        .expect("let in");
    let rest = done
        .address
        .strip_prefix(&format!("{BACK}?code="))
        .expect("back to the app");
    let (code, state) = rest.split_once("&state=").expect("a state");
    assert_eq!(state, "the%20state%20%26%20more");
    code.to_owned()
}

async fn redeem(house: &House, code: &str, verifier: &str, more: &[(&str, &str)]) -> Answer {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", verifier),
        ("client_id", "charts"),
    ];
    form.extend_from_slice(more);
    house.post("/oauth/token", &form).await
}

async fn refresh(house: &House, token: &str) -> Answer {
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("client_id", "charts"),
    ];
    house.post("/oauth/token", &form).await
}

fn field(answer: &Answer, name: &str) -> String {
    answer.json[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {}", answer.json))
        .to_owned()
}

#[tokio::test]
async fn an_app_is_let_in_for_one_person_and_no_further_than_was_asked() {
    let house = house(Proof::Public).await;
    let word = ask(&house, &asked()).await.expect("put by");
    let consent = smart::consent(&house.actions, BROWSER, &word, &citizen())
        .await
        .expect("a question");
    assert_eq!(
        (consent.app.as_str(), consent.choose, consent.offline.is_some()),
        ("Growth charts", false, true)
    );
    let answer = redeem(&house, &code(&house).await, VERIFIER, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(answer.json["patient"], PATIENT);
    assert_eq!(
        answer.json["scope"],
        "launch/patient openid fhirUser offline_access patient/Observation.rs"
    );
    let actor = smart::with_token(&house.actions, &field(&answer, "access_token")).await;
    let actor = actor.expect("read").expect("an actor");
    assert_eq!((actor.id.as_str(), actor.role), ("citizen-1", Role::Citizen));
    assert_eq!(actor.standing.launched_for.as_deref(), Some(PATIENT));
    assert!(
        actor
            .standing
            .scopes
            .as_deref()
            .is_some_and(|said| said.contains("patient/Observation.rs"))
    );
    let identity = field(&answer, "id_token");
    let claims = identity.split('.').nth(1).expect("claims").to_owned();
    let claims =
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims).expect("base64url");
    let claims: serde_json::Value = serde_json::from_slice(&claims).expect("JSON");
    assert_eq!(claims["fhirUser"], format!("{PUBLIC}/fhir/Patient/{PATIENT}"));
    assert_eq!(
        (&claims["nonce"], &claims["aud"]),
        (&"once".into(), &"charts".into())
    );
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_registered() {
    let house = house(Proof::Public).await;
    for wrong in [
        "https://app.example/back/",
        "https://app.example/BACK",
        "https://app.example/back?x",
        "https://app.example.evil/back",
        "http://app.example/back",
        "https://elsewhere.example/back",
        "javascript:alert(1)",
        "",
    ] {
        let refused = ask(
            &house,
            &Asked {
                redirect_uri: wrong.to_owned(),
                ..asked()
            },
        )
        .await;
        assert!(
            matches!(refused, Err(NotAuthorised::Unregistered)),
            "{wrong}: {refused:?}"
        );
    }
    let unknown = ask(
        &house,
        &Asked {
            client_id: "nobody".to_owned(),
            ..asked()
        },
    )
    .await;
    assert!(matches!(unknown, Err(NotAuthorised::Unregistered)));
    assert!(ask(&house, &asked()).await.is_ok());
}

#[tokio::test]
async fn the_app_is_told_what_is_wrong_with_its_request() {
    let house = house(Proof::Public).await;
    let wrong = [
        (
            Asked {
                response_type: "token".to_owned(),
                ..asked()
            },
            "unsupported_response_type",
        ),
        (
            Asked {
                code_challenge: String::new(),
                ..asked()
            },
            "invalid_request",
        ),
        (
            Asked {
                code_challenge_method: "plain".to_owned(),
                ..asked()
            },
            "invalid_request",
        ),
        (
            Asked {
                state: String::new(),
                ..asked()
            },
            "invalid_request",
        ),
        (
            Asked {
                aud: "https://elsewhere.example/fhir".to_owned(),
                ..asked()
            },
            "invalid_request",
        ),
        (
            Asked {
                scope: "system/*.rs patient/*.cud".to_owned(),
                ..asked()
            },
            "invalid_scope",
        ),
    ];
    for (asked, error) in wrong {
        let Err(NotAuthorised::Tell(address)) = ask(&house, &asked).await else {
            panic!("{asked:?} is let on");
        };
        assert!(address.starts_with(&format!("{BACK}?error={error}")), "{address}");
    }
    let word = ask(&house, &asked()).await.expect("put by");
    let declined = smart::decline(&house.actions, BROWSER, &word)
        .await
        .expect("told");
    assert!(
        declined
            .address
            .starts_with(&format!("{BACK}?error=access_denied&state="))
    );
    let again = smart::authorise(&house.actions, BROWSER, &word, (&citizen(), "citizen"), None).await;
    assert!(
        matches!(again, Err(NotAuthorised::NotBegun)),
        "what was declined is over"
    );
}

#[tokio::test]
async fn a_code_serves_once_for_whoever_holds_the_proof_key() {
    let house = house(Proof::Public).await;
    let wrong = redeem(&house, &code(&house).await, &VERIFIER.replace('a', "b"), &[]).await;
    assert_eq!(wrong.json["error"], "invalid_grant");
    let mut elsewhere = code(&house).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &elsewhere),
        ("redirect_uri", "https://app.example/other"),
        ("code_verifier", VERIFIER),
        ("client_id", "charts"),
    ];
    assert_eq!(
        house.post("/oauth/token", &form).await.json["error"],
        "invalid_grant"
    );
    elsewhere.clear();
    let code = code(&house).await;
    let first = redeem(&house, &code, VERIFIER, &[]).await;
    let access = field(&first, "access_token");
    assert!(
        smart::with_token(&house.actions, &access)
            .await
            .expect("read")
            .is_some()
    );
    let second = redeem(&house, &code, VERIFIER, &[]).await;
    assert_eq!(second.json["error"], "invalid_grant");
    let ended = smart::with_token(&house.actions, &access).await.expect("read");
    assert!(
        ended.is_none(),
        "a code that comes again ends what the first was given"
    );
}

#[tokio::test]
async fn a_refresh_token_serves_once_and_a_used_one_ends_the_consent() {
    let house = house(Proof::Public).await;
    let first = redeem(&house, &code(&house).await, VERIFIER, &[]).await;
    let second = refresh(&house, &field(&first, "refresh_token")).await;
    assert_eq!(second.status, 200, "{}", second.json);
    let access = field(&second, "access_token");
    assert_eq!(second.json["patient"], PATIENT);
    assert!(
        smart::with_token(&house.actions, &access)
            .await
            .expect("read")
            .is_some()
    );
    // The SMART JavaScript client of an app without a secret sends the token and nothing else.
    let token = field(&second, "refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    let second = house.post("/oauth/token", &form).await;
    assert_eq!(second.status, 200, "{}", second.json);
    let reused = refresh(&house, &field(&first, "refresh_token")).await;
    assert_eq!(reused.json["error"], "invalid_grant");
    assert!(
        smart::with_token(&house.actions, &access)
            .await
            .expect("read")
            .is_none()
    );
    assert_eq!(
        refresh(&house, &field(&second, "refresh_token")).await.json["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn an_app_with_a_secret_has_to_show_it() {
    let house = house(Proof::secret("a-secret-of-the-app")).await;
    assert_eq!(
        redeem(&house, &code(&house).await, VERIFIER, &[]).await.json["error"],
        "invalid_client"
    );
    let wrong = redeem(
        &house,
        &code(&house).await,
        VERIFIER,
        &[("client_secret", "another")],
    )
    .await;
    assert_eq!(wrong.json["error"], "invalid_client");
    let right = redeem(
        &house,
        &code(&house).await,
        VERIFIER,
        &[("client_secret", "a-secret-of-the-app")],
    )
    .await;
    assert_eq!(right.status, 200, "{}", right.json);
    let token = field(&right, "refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    assert_eq!(
        house.post("/oauth/token", &form).await.json["error"],
        "invalid_client",
        "not without it"
    );
}

#[tokio::test]
async fn an_app_that_is_opened_from_a_record_is_let_in_for_that_person_alone() {
    let house = house(Proof::Public).await;
    let nurse = Actor::new("nurse-1", Role::Development, None);
    let base = format!("{PUBLIC}/fhir");
    let address = smart::launch(&house.actions, &nurse, &base, "charts", PATIENT)
        .await
        .expect("an address");
    let start = "https://app.example/launch?from=sarsen&iss=https%3A%2F%2Fsarsen.example%2Ffhir&launch=";
    let launch = address.strip_prefix(start).expect("the app's address").to_owned();
    let request = Asked {
        launch: Some(launch),
        scope: "launch openid patient/*.rs".to_owned(),
        ..asked()
    };
    let word = ask(&house, &request).await.expect("put by");
    let other = Actor::new("nurse-2", Role::Development, None);
    let stolen = smart::consent(&house.actions, BROWSER, &word, &other).await;
    assert!(matches!(stolen, Err(NotAuthorised::NotBegun)), "another's launch");
    let consent = smart::consent(&house.actions, BROWSER, &word, &nurse)
        .await
        .expect("a question");
    assert_eq!(
        (consent.patient.as_deref(), consent.choose),
        (Some(PATIENT), false)
    );
    let unknown = smart::launch(&house.actions, &nurse, &base, "charts", "nobody").await;
    assert!(matches!(unknown, Err(NotAuthorised::NoSuchPerson)));
    // Without a launch somebody has to be chosen, who is there.
    let word = ask(&house, &asked()).await.expect("put by");
    assert!(
        smart::consent(&house.actions, BROWSER, &word, &nurse)
            .await
            .expect("a question")
            .choose
    );
    let nobody = smart::authorise(&house.actions, BROWSER, &word, (&nurse, "nurse"), None).await;
    assert!(matches!(nobody, Err(NotAuthorised::NoSuchPerson)));
    assert!(
        smart::authorise(&house.actions, BROWSER, &word, (&nurse, "nurse"), Some(PATIENT))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn whoever_signs_out_everywhere_takes_back_what_apps_may_do() {
    let house = house(Proof::Public).await;
    let waiting = code(&house).await;
    let granted = redeem(&house, &code(&house).await, VERIFIER, &[]).await;
    let (access, again) = (field(&granted, "access_token"), field(&granted, "refresh_token"));
    let may = || smart::with_token(&house.actions, &access);
    assert!(may().await.expect("read").is_some());
    actions::access::accounts::sign_out_everywhere(&house.actions, "somebody-else", None)
        .await
        .expect("signed out");
    assert!(
        may().await.expect("read").is_some(),
        "another's sign-out ends nothing"
    );
    actions::access::accounts::sign_out_everywhere(&house.actions, "citizen", None)
        .await
        .expect("signed out");
    assert!(may().await.expect("read").is_none());
    assert_eq!(refresh(&house, &again).await.json["error"], "invalid_grant");
    let late = redeem(&house, &waiting, VERIFIER, &[]).await;
    assert_eq!(
        late.json["error"], "invalid_grant",
        "a code that was not used yet is none"
    );
    // Whoever signs in again may let an app in again.
    let new = redeem(&house, &code(&house).await, VERIFIER, &[]).await;
    assert_eq!(new.status, 200, "{}", new.json);
}

#[tokio::test]
async fn somebody_sees_the_apps_that_they_let_in_and_shuts_one_out() {
    let house = house(Proof::Public).await;
    assert_eq!(smart::let_in(&house.actions, "citizen").await.expect("read"), []);
    let one = redeem(&house, &code(&house).await, VERIFIER, &[]).await;
    let other = redeem(&house, &code(&house).await, VERIFIER, &[]).await;
    let apps = smart::let_in(&house.actions, "citizen").await.expect("read");
    assert_eq!(apps.len(), 2, "each consent is one");
    assert!(!apps[0].name.is_empty() && !apps[0].scopes.is_empty());
    assert_eq!(
        smart::let_in(&house.actions, "somebody-else")
            .await
            .expect("read"),
        []
    );
    let may = |granted: &Answer| {
        let token = field(granted, "access_token");
        let actions = house.actions.clone();
        async move { smart::with_token(&actions, &token).await.expect("read").is_some() }
    };
    // Another holder's key, and none at all, end nothing.
    for (holder, key) in [("somebody-else", apps[0].key.as_str()), ("citizen", "0123")] {
        let ended = smart::shut_app_out(&house.actions, holder, key).await;
        assert!(!ended.expect("read"));
    }
    assert!(may(&one).await && may(&other).await);
    for app in &apps {
        let before = u8::from(may(&one).await) + u8::from(may(&other).await);
        let ended = smart::shut_app_out(&house.actions, "citizen", &app.key).await;
        assert!(ended.expect("read"));
        let after = u8::from(may(&one).await) + u8::from(may(&other).await);
        assert_eq!(before, after + 1, "one consent ends, and no other");
    }
    assert_eq!(smart::let_in(&house.actions, "citizen").await.expect("read"), []);
    let again = field(&one, "refresh_token");
    assert_eq!(refresh(&house, &again).await.json["error"], "invalid_grant");
}
