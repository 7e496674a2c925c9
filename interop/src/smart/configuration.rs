//! What clients read about us before they ask.

use actions::access::smart::NotGranted;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::Smart;
use super::answer::{json_of, open, refused};
use crate::jose::SigningKey;

/// `GET /.well-known/smart-configuration`, also below `/fhir`.
pub(super) async fn smart(State(smart): State<Smart>) -> Response {
    let mut body = description(&smart.public);
    body["capabilities"] = json!([
        "launch-ehr",
        "launch-standalone",
        "client-public",
        "client-confidential-symmetric",
        "client-confidential-asymmetric",
        "sso-openid-connect",
        "context-ehr-patient",
        "context-standalone-patient",
        "context-banner",
        "permission-offline",
        "permission-patient",
        "permission-user",
        "permission-v1",
        "permission-v2",
    ]);
    open(json_of(StatusCode::OK, &body))
}

/// `GET /.well-known/openid-configuration`: where the keys of identity tokens stand.
pub(super) async fn openid(State(smart): State<Smart>) -> Response {
    let mut body = description(&smart.public);
    body["subject_types_supported"] = json!(["public"]);
    body["id_token_signing_alg_values_supported"] = json!(["ES384"]);
    open(json_of(StatusCode::OK, &body))
}

/// `GET /oauth/keys`: the public halves of the key that signs identity tokens, and of the one before.
pub(super) async fn keys(State(smart): State<Smart>) -> Response {
    open(match smart.own_keys().await {
        Ok(keys) => {
            let keys: Vec<Value> = keys.iter().map(SigningKey::public_key).collect();
            json_of(StatusCode::OK, &json!({ "keys": keys }))
        }
        Err(error) => refused(&NotGranted::Record(error)),
    })
}

fn description(public: &str) -> Value {
    json!({
        "issuer": public,
        "jwks_uri": format!("{public}/oauth/keys"),
        "authorization_endpoint": format!("{public}/oauth/authorize"),
        "token_endpoint": format!("{public}/oauth/token"),
        "introspection_endpoint": format!("{public}/oauth/introspect"),
        "revocation_endpoint": format!("{public}/oauth/revoke"),
        "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic", "client_secret_post", "none"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384", "RS512"],
        "scopes_supported": [
            "openid", "fhirUser", "launch", "launch/patient", "offline_access", "patient/*.rs", "user/*.cruds", "system/*.cruds",
        ],
    })
}
