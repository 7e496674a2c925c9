//! Bearer tokens that an issuer signed whom the operator trusts.

use axum::Router;
use axum::routing::get;
use interop::smart::{Issuer, IssuerSettings};
use record::clock::{SystemClock, Wall};
use serde_json::{Value, json};

use super::house::House;
use super::key::Key;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_trusted_issuer_opens_the_door_and_its_neighbours_do_not() {
    let key = Key::fresh("issuer");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let keys_url = format!("http://{}/keys", listener.local_addr().expect("an address"));
    let set = key.set().to_string();
    let router = Router::new().route("/keys", get(async move || set));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let settings = IssuerSettings {
        issuer: "https://issuer.example".to_owned(),
        keys_url,
        audience: "https://sarsen.example/fhir".to_owned(),
        scopes: "system/*.rs".to_owned(),
        organisation: "RXX01".to_owned(),
    };
    let house = House::trusting(vec![Issuer::new(settings).expect("settings")]).await;
    let now = Wall.now().as_second();
    let honest = json!({ "iss": "https://issuer.example", "aud": ["https://sarsen.example/fhir"], "client_id": "pas",
        "iat": now, "exp": now + 300, "scope": "system/*.cruds openid" });
    let with = |name: &str, value: Value| {
        let mut claims = honest.clone();
        claims[name] = value;
        claims
    };
    let path = "/fhir/Patient/nobody";
    assert_eq!(
        house.get(path, &key.sign(&honest)).await.status,
        404,
        "let in, and nobody is there"
    );
    let wrong = [
        (
            "another issuer",
            key.sign(&with("iss", "https://elsewhere.example".into())),
        ),
        (
            "another audience",
            key.sign(&with("aud", "https://elsewhere.example".into())),
        ),
        ("expired", key.sign(&with("exp", (now - 60).into()))),
        ("without an end", key.sign(&with("exp", Value::Null))),
        ("not yet", key.sign(&with("nbf", (now + 600).into()))),
        (
            "no scope that is allowed",
            key.sign(&with("scope", "patient/*.rs system/*.cud".into())),
        ),
        ("not signed", key.unsigned(&honest)),
        ("signed with the public key", key.confused(&honest)),
        ("another key", Key::fresh("issuer").sign(&honest)),
    ];
    for (what, token) in wrong {
        assert_eq!(house.get(path, &token).await.status, 401, "{what}");
    }
}
