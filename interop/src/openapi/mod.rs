//! The OpenAPI 3.1 document of the JSON doors, FHIR and OAuth: for tools that make clients, or that send what no client would.
//!
//! It is made from what serves: each route of [`crate::routes`] has its operation here, resource types and search
//! parameters come from the tables that the CapabilityStatement comes from. It says how messages look from outside; what a
//! resource holds is FHIR's to say.

mod fhir;
mod oauth;
mod schemas;

use ::fhir::ResourceType;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde_json::{Map, Value, json};

use crate::Route;
use crate::fhir::{Door, Refusal};

/// `GET /fhir/openapi.json`: open to all, as the CapabilityStatement is; it names no person.
pub(crate) async fn get(State(door): State<Door>) -> Result<Response, Refusal> {
    let ready = door.actions.searchable_generation().await?;
    let body = if ready >= ::fhir::newest_generation() {
        door.openapi.clone()
    } else {
        document(&door.settings.base, ready).into()
    };
    let mut response = axum::body::Body::from(body).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// The document when every entry of the record holds this generation of search parameters. `base` is the address of the FHIR
/// door.
pub(crate) fn document(base: &str, ready: u16) -> Vec<u8> {
    let mut paths = Map::new();
    for route in crate::routes() {
        if let Some(operation) = operation(&route) {
            put(&mut paths, route.path, route.method, operation);
        }
    }
    for kind in ResourceType::all() {
        let path = format!("/fhir/{}", kind.name());
        put(&mut paths, &path, "GET", fhir::search_of(kind, ready));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sarsen",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "FHIR R4 and the OAuth 2 endpoints of SMART App Launch. GET /fhir/metadata is FHIR's own description.",
        },
        "servers": [{ "url": base.strip_suffix("/fhir").unwrap_or(base) }],
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
        },
    })
    .to_string()
    .into_bytes()
}

fn operation(route: &Route) -> Option<Value> {
    fhir::operation(route).or_else(|| oauth::operation(route))
}

/// Puts an operation under its path and method, by a name of its own.
fn put(paths: &mut Map<String, Value>, path: &str, method: &str, mut operation: Value) {
    let words: Vec<&str> = path
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let slash = if path.ends_with('/') { "-slash" } else { "" };
    let method = method.to_ascii_lowercase();
    operation["operationId"] = format!("{method}-{}{slash}", words.join("-")).into();
    let methods = paths.entry(path).or_insert_with(|| json!({}));
    methods[method] = operation;
}

/// An answer with a body of one of the schemas.
fn answer(words: &str, media: &str, schema: &str) -> Value {
    let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
    json!({ "description": words, "content": { media: { "schema": schema } } })
}

/// A parameter of a request; `place` is `path`, `query` or `header`.
fn parameter(place: &str, name: &str, words: &str, schema: Value) -> Value {
    let mut parameter = json!({ "in": place, "name": name, "required": place == "path" });
    parameter["schema"] = schema;
    if !words.is_empty() {
        parameter["description"] = words.into();
    }
    parameter
}

#[cfg(test)]
mod tests {
    use super::{document, operation};
    use serde_json::Value;

    #[test]
    fn every_route_of_the_json_doors_has_its_operation() {
        for route in crate::routes() {
            assert!(operation(&route).is_some(), "{} {}", route.method, route.path);
        }
    }

    #[test]
    fn operations_have_names_of_their_own_and_refer_to_schemas_that_are_there() {
        let bytes = document("https://care.example/fhir", ::fhir::newest_generation());
        let document: Value = serde_json::from_slice(&bytes).expect("JSON");
        let mut names = std::collections::BTreeSet::new();
        let paths = document["paths"].as_object().expect("paths");
        for (path, methods) in paths {
            for (method, operation) in methods.as_object().expect("methods") {
                let name = operation["operationId"].as_str().expect("a name");
                assert!(names.insert(name), "{method} {path}: {name}");
            }
        }
        let text = document.to_string();
        for part in text.split("#/components/schemas/").skip(1) {
            let (name, _) = part.split_once('"').expect("the end of a reference");
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
        assert_eq!(document["servers"][0]["url"], "https://care.example");
    }

    #[test]
    fn a_search_takes_what_the_capability_statement_lists() {
        let bytes = document("https://care.example/fhir", ::fhir::newest_generation());
        let document: Value = serde_json::from_slice(&bytes).expect("JSON");
        let parameters = document["paths"]["/fhir/Patient"]["get"]["parameters"]
            .as_array()
            .expect("parameters");
        for known in ::fhir::search_parameters(::fhir::ResourceType::from_name("Patient").expect("a type")) {
            assert!(
                parameters.iter().any(|one| one["name"] == known.code),
                "{}",
                known.code
            );
        }
    }
}
