//! How messages look from outside.

use ::fhir::ResourceType;
use serde_json::{Map, Value, json};

/// The pattern of an id (FHIR R4, datatypes).
pub(super) const ID: &str = r"^[A-Za-z0-9\-.]{1,64}$";

pub(super) fn all() -> Value {
    let text = json!({ "type": "string" });
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    let kinds: Vec<&str> = ResourceType::all().map(ResourceType::name).collect();
    let mut schemas = Map::new();
    schemas.insert(
        "Resource".to_owned(),
        json!({
            "type": "object",
            "required": ["resourceType"],
            "properties": {
                "resourceType": { "enum": kinds },
                "id": { "type": "string", "pattern": ID },
                "meta": { "type": "object", "properties": { "versionId": text, "lastUpdated": text } },
            },
        }),
    );
    schemas.insert(
        "OperationOutcome".to_owned(),
        resource(
            "OperationOutcome",
            &["issue"],
            &json!({
                "issue": { "type": "array", "minItems": 1, "items": {
                    "type": "object",
                    "required": ["severity", "code"],
                    "properties": {
                        "severity": { "enum": ["fatal", "error", "warning", "information"] },
                        "code": text,
                        "diagnostics": text,
                        "expression": texts,
                    },
                }},
            }),
        ),
    );
    schemas.insert(
        "Bundle".to_owned(),
        resource("Bundle", &["type"], &json!({
            "type": { "enum": ["searchset", "history", "transaction", "batch", "transaction-response", "batch-response"] },
            "total": { "type": "integer", "minimum": 0 },
            "link": { "type": "array", "items": {
                "type": "object",
                "required": ["relation", "url"],
                "properties": { "relation": text, "url": text },
            }},
            "entry": { "type": "array", "minItems": 1, "items": { "type": "object", "properties": {
                "fullUrl": text,
                "resource": { "$ref": "#/components/schemas/Resource" },
            }}},
        })),
    );
    schemas.insert(
        "Parameters".to_owned(),
        resource(
            "Parameters",
            &[],
            &json!({
                "parameter": { "type": "array", "items": {
                    "type": "object", "required": ["name"], "properties": { "name": text },
                }},
            }),
        ),
    );
    schemas.insert(
        "CapabilityStatement".to_owned(),
        resource(
            "CapabilityStatement",
            &["status", "kind", "fhirVersion", "format", "rest"],
            &json!({
                "fhirVersion": { "const": "4.0.1" },
                "rest": { "type": "array", "minItems": 1 },
            }),
        ),
    );
    schemas.insert("OpenApi".to_owned(), object(&["openapi", "info", "paths"]));
    schemas.insert(
        "Token".to_owned(),
        json!({
            "type": "object",
            "required": ["access_token", "token_type", "expires_in", "scope"],
            "properties": { "token_type": { "const": "Bearer" }, "expires_in": { "type": "integer" }, "scope": text },
        }),
    );
    schemas.insert(
        "Introspection".to_owned(),
        json!({ "type": "object", "required": ["active"], "properties": { "active": { "type": "boolean" } } }),
    );
    // RFC 6749, 5.2; RFC 7009, 2.2.1.
    schemas.insert(
        "OAuthError".to_owned(),
        json!({ "type": "object", "required": ["error"], "properties": { "error": { "enum": [
            "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
            "unsupported_grant_type", "invalid_scope", "temporarily_unavailable",
        ]}}}),
    );
    schemas.insert(
        "Empty".to_owned(),
        json!({ "type": "object", "maxProperties": 0 }),
    );
    schemas.insert(
        "KeySet".to_owned(),
        json!({ "type": "object", "required": ["keys"], "properties": { "keys": {
            "type": "array", "minItems": 1, "items": object(&["kty"]),
        }}}),
    );
    let described = ["issuer", "jwks_uri", "authorization_endpoint", "token_endpoint"];
    schemas.insert("Configuration".to_owned(), object(&described));
    schemas.into()
}

fn object(required: &[&str]) -> Value {
    json!({ "type": "object", "required": required })
}

fn resource(name: &str, required: &[&str], properties: &Value) -> Value {
    let mut properties = properties.clone();
    properties["resourceType"] = json!({ "const": name });
    let required: Vec<&str> = [&["resourceType"], required].concat();
    json!({ "type": "object", "required": required, "properties": properties })
}
