//! The operations of the OAuth endpoints.

use serde_json::{Map, Value, json};

use super::answer;
use crate::Route;

const JSON: &str = "application/json";
const CLIENT: &[&str] = &[
    "client_id",
    "client_secret",
    "client_assertion_type",
    "client_assertion",
];

/// The operation of a route, when it is one of these.
pub(super) fn operation(route: &Route) -> Option<Value> {
    let described = match (route.method, route.path) {
        ("POST", "/oauth/token") => form(
            "A token (RFC 6749; SMART App Launch 2.2)",
            "Token",
            &[
                "grant_type",
                "scope",
                "code",
                "redirect_uri",
                "code_verifier",
                "refresh_token",
            ],
            &json!({ "grant_type": "client_credentials", "scope": "system/*.rs", "client_id": "example" }),
        ),
        ("POST", "/oauth/introspect") => form(
            "What a token is good for (RFC 7662)",
            "Introspection",
            &["token"],
            &json!({ "token": "example", "client_id": "example" }),
        ),
        ("POST", "/oauth/revoke") => form(
            "Take a token back (RFC 7009)",
            "Empty",
            &["token"],
            &json!({ "token": "example", "client_id": "example" }),
        ),
        ("GET", "/oauth/keys") => told("The keys of identity tokens", "KeySet"),
        ("GET", "/.well-known/smart-configuration" | "/fhir/.well-known/smart-configuration") => {
            told("The configuration for SMART apps", "Configuration")
        }
        ("GET", "/.well-known/openid-configuration") => {
            told("The configuration for OpenID Connect", "Configuration")
        }
        _ => return None,
    };
    Some(described)
}

fn told(words: &str, schema: &str) -> Value {
    json!({ "summary": words, "responses": { "200": answer("It", JSON, schema), "429": slowed() } })
}

fn form(words: &str, schema: &str, names: &[&str], example: &Value) -> Value {
    let text = json!({ "type": "string" });
    let properties: Map<String, Value> = names
        .iter()
        .chain(CLIENT)
        .map(|name| ((*name).to_owned(), text.clone()))
        .collect();
    let schema_of_form = json!({ "type": "object", "properties": properties });
    let mut responses = json!({ "200": answer("Done", JSON, schema), "429": slowed() });
    for status in ["400", "401", "503"] {
        responses[status] = answer("Refused", JSON, "OAuthError");
    }
    responses["413"] = json!({ "description": "The form is too large" });
    json!({
        "summary": words,
        "requestBody": { "required": true, "content": { "application/x-www-form-urlencoded": {
            "schema": schema_of_form, "example": example,
        }}},
        "responses": responses,
    })
}

fn slowed() -> Value {
    json!({ "description": "Too many requests: come again when Retry-After says" })
}
