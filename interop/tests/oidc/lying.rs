//! Against a provider that lies in one thing at a time. Its truthful neighbour is let in.

use std::sync::{Arc, Mutex};

use actions::access::sessions::OpenSession;
use actions::access::{Arrival, Ask, Fault, NotLetIn, Proved};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use interop::oidc::{Credential, Preset, ProviderSettings};
use record::clock::{SystemClock, Wall};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use super::house::{BACK, House};

/// What it lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lie {
    Nothing,
    Issuer,
    Audience,
    AuthorizedParty,
    ManyAudiences,
    Nonce,
    NoNonce,
    Expired,
    MadeLongAgo,
    MadeTomorrow,
    AccessHash,
    NoSignature,
    SharedSecretOfThePublicKey,
    SharedSecretOfTheClient,
    AnotherKey,
    NoToken,
    AnotherSubject,
    NoSignInTime,
    SignedInBefore,
    SignedInTomorrow,
}

struct Liar {
    issuer: String,
    key: EcdsaKeyPair,
    other: EcdsaKeyPair,
    lie: Mutex<Lie>,
    nonce: Mutex<String>,
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let how = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let der = EcdsaKeyPair::generate_pkcs8(how, &random).expect("a key");
    EcdsaKeyPair::from_pkcs8(how, der.as_ref(), &random).expect("a key")
}

impl Liar {
    async fn start() -> Arc<Liar> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let liar = Arc::new(Liar {
            issuer,
            key: key(),
            other: key(),
            lie: Mutex::new(Lie::Nothing),
            nonce: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(description))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&liar));
        tokio::spawn(async move { axum::serve(listener, router).await });
        liar
    }

    async fn house(&self) -> House {
        House::with(ProviderSettings {
            name: "staff".to_owned(),
            label: "The liar".to_owned(),
            issuer: self.issuer.clone(),
            back: BACK.to_owned(),
            client_id: "sarsen".to_owned(),
            credential: Credential::Secret(CLIENT_SECRET.to_owned()),
            preset: Preset::Plain {
                role: "S8000:G8000:R8001".to_owned(),
                organisation: "RXX01".to_owned(),
                activities: vec!["B0360".to_owned()],
            },
            scopes: Vec::new(),
            acr_values: Vec::new(),
            linked_only: false,
        })
        .await
    }

    fn public(&self) -> Value {
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        json!({ "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y), "kid": "known", "use": "sig" })
    }

    fn sign(&self, lie: Lie, claims: &Value) -> String {
        let algorithm = match lie {
            Lie::NoSignature => "none",
            Lie::SharedSecretOfThePublicKey | Lie::SharedSecretOfTheClient => "HS256",
            _ => "ES256",
        };
        let header = json!({ "alg": algorithm, "kid": "known", "typ": "JWT" });
        let message = format!("{}.{}", text(header.to_string()), text(claims.to_string()));
        let shared = |secret: &[u8]| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
        };
        let signed = |key: &EcdsaKeyPair| {
            let signature = key.sign(&SystemRandom::new(), message.as_bytes());
            signature.expect("signed").as_ref().to_vec()
        };
        let signature = match lie {
            Lie::NoSignature => Vec::new(),
            Lie::SharedSecretOfThePublicKey => shared(self.key.public_key().as_ref()),
            Lie::SharedSecretOfTheClient => shared(CLIENT_SECRET.as_bytes()),
            Lie::AnotherKey => signed(&self.other),
            _ => signed(&self.key),
        };
        format!("{message}.{}", text(signature))
    }
}

const CLIENT_SECRET: &str = "a-secret-of-thirty-two-characters";
const ACCESS: &str = "an-access-token";

fn answer(json: &Value) -> Response {
    (
        [(http::header::CONTENT_TYPE, "application/json")],
        json.to_string(),
    )
        .into_response()
}

async fn description(State(liar): State<Arc<Liar>>) -> Response {
    let issuer = &liar.issuer;
    answer(&json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
}

async fn keys(State(liar): State<Arc<Liar>>) -> Response {
    answer(&json!({ "keys": [liar.public()] }))
}

async fn token(State(liar): State<Arc<Liar>>) -> Response {
    let lie = *liar.lie.lock().expect("a lock");
    let now = Wall.now().as_second();
    let digest = ring::digest::digest(&ring::digest::SHA256, ACCESS.as_bytes());
    let mut claims = json!({
        "iss": liar.issuer, "sub": "somebody", "aud": "sarsen", "iat": now, "exp": now + 300,
        "nonce": *liar.nonce.lock().expect("a lock"), "at_hash": text(&digest.as_ref()[..16]),
        "auth_time": now,
    });
    match lie {
        Lie::Issuer => claims["iss"] = "https://elsewhere.example".into(),
        Lie::Audience => claims["aud"] = "somebody-else".into(),
        Lie::AuthorizedParty => claims["azp"] = "somebody-else".into(),
        Lie::ManyAudiences => claims["aud"] = json!(["sarsen", "somebody-else"]),
        Lie::Nonce => claims["nonce"] = "another".into(),
        Lie::NoNonce => claims["nonce"] = Value::Null,
        Lie::Expired => claims["exp"] = (now - 60).into(),
        Lie::MadeLongAgo => claims["iat"] = (now - 3600).into(),
        Lie::MadeTomorrow => claims["iat"] = (now + 86_400).into(),
        Lie::AnotherSubject => claims["sub"] = "somebody-else".into(),
        Lie::NoSignInTime => claims["auth_time"] = Value::Null,
        Lie::SignedInBefore => claims["auth_time"] = (now - 120).into(),
        Lie::SignedInTomorrow => claims["auth_time"] = (now + 86_400).into(),
        Lie::AccessHash => claims["at_hash"] = text([7; 16]).into(),
        _ => {}
    }
    let mut answer = json!({ "access_token": ACCESS, "token_type": "Bearer", "expires_in": 300 });
    if lie != Lie::NoToken {
        answer["id_token"] = liar.sign(lie, &claims).into();
    }
    self::answer(&answer)
}

/// There and back, with the nonce that the address carries.
async fn sign_in(liar: &Liar, house: &House) -> Result<Arrival, NotLetIn> {
    let secret = super::house::SECRET;
    let address = actions::access::go(&house.actions, "staff", secret, None, &Ask::default()).await?;
    house.back(&answered(liar, &address)).await
}

/// Where the browser is sent back to from there; the nonce of the address comes in the token.
fn answered(liar: &Liar, address: &str) -> url::Url {
    let address: url::Url = address.parse().expect("an address");
    let find = |name: &str| {
        let mut pairs = address.query_pairs();
        pairs
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
    };
    *liar.nonce.lock().expect("a lock") = find("nonce").expect("a nonce");
    let state = find("state").expect("a state");
    format!("{BACK}?code=c&state={state}")
        .parse()
        .expect("an address")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_lie_is_found_out_and_the_truth_is_taken() {
    let liar = Liar::start().await;
    let house = liar.house().await;
    let told = sign_in(&liar, &house).await;
    assert!(
        matches!(&told, Ok(Arrival::In(came)) if came.actor.organisation.as_deref() == Some("RXX01")),
        "{told:?}"
    );
    for (lie, fault) in [
        (Lie::Issuer, Fault::Issuer),
        (Lie::Audience, Fault::Audience),
        (Lie::AuthorizedParty, Fault::Audience),
        (Lie::ManyAudiences, Fault::Audience),
        (Lie::Nonce, Fault::Nonce),
        (Lie::NoNonce, Fault::Nonce),
        (Lie::Expired, Fault::Time),
        (Lie::MadeLongAgo, Fault::Time),
        (Lie::MadeTomorrow, Fault::Time),
        (Lie::AccessHash, Fault::Mismatch),
        (Lie::NoSignature, Fault::Signature),
        (Lie::SharedSecretOfThePublicKey, Fault::Signature),
        (Lie::SharedSecretOfTheClient, Fault::Signature),
        (Lie::AnotherKey, Fault::Signature),
        (Lie::NoToken, Fault::Answer),
    ] {
        *liar.lie.lock().expect("a lock") = lie;
        let told = sign_in(&liar, &house).await;
        assert!(
            matches!(told, Err(NotLetIn::Fault(found)) if found == fault),
            "{lie:?}: {told:?}"
        );
    }
    *liar.lie.lock().expect("a lock") = Lie::Nothing;
    assert!(sign_in(&liar, &house).await.is_ok(), "and the truth still");
}

/// There and back, to prove in a session that it is still them.
async fn prove(liar: &Liar, house: &House, session: &OpenSession) -> Result<Option<Proved>, NotLetIn> {
    let secret = super::house::SECRET;
    let address = actions::access::prove_again(&house.actions, session, secret, "/").await?;
    house.told(session, &answered(liar, &address)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_lie_about_who_signed_in_anew_and_when_proves_nothing() {
    let liar = Liar::start().await;
    let house = liar.house().await;
    let came = match sign_in(&liar, &house).await.expect("let in") {
        Arrival::In(came) => came,
        other => panic!("{other:?}"),
    };
    let session = house.begin(came).await;
    let told = prove(&liar, &house, &session).await;
    assert!(matches!(told, Ok(Some(_))), "{told:?}");
    for (lie, told_as) in [
        (Lie::AnotherSubject, None),
        (Lie::NoSignInTime, Some(Fault::NoSignInTime)),
        (Lie::SignedInBefore, Some(Fault::NotJustNow)),
        (Lie::SignedInTomorrow, Some(Fault::NotJustNow)),
        (Lie::Nonce, Some(Fault::Nonce)),
        (Lie::MadeLongAgo, Some(Fault::Time)),
        (Lie::Issuer, Some(Fault::Issuer)),
    ] {
        *liar.lie.lock().expect("a lock") = lie;
        let told = prove(&liar, &house, &session).await;
        let Err(NotLetIn::NotProved(not)) = &told else {
            panic!("{lie:?}: {told:?}");
        };
        let fits = match (&not.why, told_as) {
            (NotLetIn::SomebodyElse, None) => true,
            (NotLetIn::Fault(found), Some(fault)) => *found == fault,
            _ => false,
        };
        assert!(fits, "{lie:?}: {not:?}");
    }
    // When somebody signed in matters to whoever proves it again, and to nobody else.
    *liar.lie.lock().expect("a lock") = Lie::SignedInBefore;
    assert!(sign_in(&liar, &house).await.is_ok());
    *liar.lie.lock().expect("a lock") = Lie::Nothing;
    assert!(
        prove(&liar, &house, &session).await.is_ok(),
        "and the truth still"
    );
}
