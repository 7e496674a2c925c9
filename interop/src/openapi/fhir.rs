//! The operations of the FHIR door.

use ::fhir::{ResourceType, SearchKind, search_parameters};
use serde_json::{Value, json};

use super::{answer, parameter, schemas};
use crate::Route;
use crate::fhir::OPERATIONS;

const JSON: &str = "application/fhir+json";
/// The id that the examples are about.
const EXAMPLE: &str = "example";

/// Everything that may be refused, in an `OperationOutcome`.
const READ: &[u16] = &[400, 401, 403, 404, 406, 410, 414, 429, 503];
const WRITTEN: &[u16] = &[
    400, 401, 403, 404, 406, 408, 409, 410, 412, 413, 415, 422, 429, 503,
];

/// The operation of a route, when it is one of this door.
pub(super) fn operation(route: &Route) -> Option<Value> {
    let path = route.path.strip_prefix("/fhir")?;
    let described = match (route.method, path) {
        ("GET", "/metadata") => open("What is served", &answer("It", JSON, "CapabilityStatement")),
        ("GET", "/openapi.json") => open("This document", &answer("It", "application/json", "OpenApi")),
        ("POST", "" | "/") => with_body(
            guarded("Transaction or batch", &[key()], &[(200, "Bundle")], WRITTEN),
            "Bundle",
            json!({ "resourceType": "Bundle", "type": "batch", "entry": [
                { "request": { "method": "GET", "url": "Patient/example" } },
            ]}),
        ),
        ("GET", "/{type}") => guarded(
            "Search",
            &[vec![kind()], control()].concat(),
            &[(200, "Bundle")],
            READ,
        ),
        ("POST", "/{type}") => with_body(
            guarded(
                "Create",
                &[
                    kind(),
                    key(),
                    header(
                        "If-None-Exist",
                        "Search parameters: create only if nobody fits them",
                    ),
                ],
                &[(201, "Resource"), (200, "Resource")],
                WRITTEN,
            ),
            "Resource",
            json!({ "resourceType": "Patient", "birthDate": "1940-03-12" }),
        ),
        ("POST", "/{type}/_search") => search_by_form(),
        ("GET", "/{type}/{id}") => {
            let mut read = guarded("Read", &[kind(), id()], &[(200, "Resource")], READ);
            read["responses"]["304"] = json!({ "description": "The client has this version" });
            read
        }
        ("PUT", "/{type}/{id}") => with_body(
            guarded(
                "Update, or create with this id",
                &[kind(), id(), key(), if_match(), if_none_match()],
                &[(200, "Resource"), (201, "Resource")],
                WRITTEN,
            ),
            "Resource",
            json!({ "resourceType": "Patient", "id": EXAMPLE, "birthDate": "1940-03-12" }),
        ),
        ("DELETE", "/{type}/{id}") => {
            let mut delete = guarded("Delete", &[kind(), id(), key(), if_match()], &[], WRITTEN);
            delete["responses"]["204"] = json!({ "description": "Deleted" });
            delete
        }
        ("GET", "/{type}/{id}/_history") => {
            guarded("History", &[kind(), id(), count(1)], &[(200, "Bundle")], READ)
        }
        ("GET", "/{type}/{id}/_history/{version}") => {
            let version = parameter(
                "path",
                "version",
                "",
                json!({ "type": "integer", "minimum": 1, "example": 1 }),
            );
            let mut read = guarded(
                "One version",
                &[kind(), id(), version],
                &[(200, "Resource")],
                READ,
            );
            read["responses"]["304"] = json!({ "description": "The client has this version" });
            read
        }
        ("GET", "/{type}/{id}/{inner}") => inner(),
        ("POST", "/{type}/{id}/{inner}") => called(),
        _ => return None,
    };
    Some(described)
}

/// A search over one type, with the parameters that it has in this generation.
pub(super) fn search_of(of: ResourceType, ready: u16) -> Value {
    let own = search_parameters(of)
        .iter()
        .filter(|param| param.generation <= ready && param.code != "_id");
    let own = own.map(|param| {
        let words = match param.kind {
            _ if !param.cross_person => "with patient= or subject= only",
            SearchKind::Token => "as system|code",
            _ => "",
        };
        let mut schema = json!({ "type": "string" });
        if param.kind.code() == "date" {
            schema["example"] = "ge2020-01-01".into();
        }
        parameter("query", param.code, words, schema)
    });
    let parameters: Vec<Value> = control().into_iter().chain(own).collect();
    guarded(
        &format!("Search for {}", of.name()),
        &parameters,
        &[(200, "Bundle")],
        READ,
    )
}

/// What anybody may ask for.
fn open(words: &str, found: &Value) -> Value {
    let mut responses = json!({ "200": found });
    for status in [406, 429, 503] {
        responses[status.to_string()] = answer("Refused", JSON, "OperationOutcome");
    }
    json!({ "summary": words, "responses": responses })
}

/// What takes a token.
fn guarded(words: &str, parameters: &[Value], found: &[(u16, &str)], refused: &[u16]) -> Value {
    let mut responses = json!({});
    for status in refused {
        responses[status.to_string()] = answer("Refused; nothing was changed", JSON, "OperationOutcome");
    }
    for (status, schema) in found {
        responses[status.to_string()] = answer("Done", JSON, schema);
    }
    json!({ "summary": words, "parameters": parameters, "responses": responses, "security": [{ "bearer": [] }] })
}

fn with_body(mut operation: Value, schema: &str, example: Value) -> Value {
    let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
    let mut content = json!({ JSON: { "schema": schema } });
    content[JSON]["example"] = example;
    operation["requestBody"] = json!({ "required": true, "content": content });
    operation
}

fn search_by_form() -> Value {
    let mut search = guarded(
        "Search, with parameters in the body",
        &[kind()],
        &[(200, "Bundle")],
        READ,
    );
    for status in [408, 413, 415] {
        search["responses"][status.to_string()] = answer("Refused", JSON, "OperationOutcome");
    }
    let properties = control().into_iter().map(|one| {
        let name = one["name"].as_str().unwrap_or_default().to_owned();
        (name, one["schema"].clone())
    });
    let properties: serde_json::Map<String, Value> = properties.collect();
    let schema =
        json!({ "type": "object", "properties": properties, "additionalProperties": { "type": "string" } });
    search["requestBody"] = json!({ "content": { "application/x-www-form-urlencoded": {
        "schema": schema, "example": { "_count": 5, "birthdate": "1940-03-12" },
    }}});
    search
}

/// Everything of a person, or a search in their compartment.
fn inner() -> Value {
    let mut inner = vec!["$everything"];
    inner.extend(ResourceType::all().map(ResourceType::name));
    let parameters = [
        parameter("path", "type", "", json!({ "enum": ["Patient"] })),
        id(),
        parameter("path", "inner", "", json!({ "enum": inner })),
        count(1),
    ];
    guarded(
        "Everything of a person, or a search in their record",
        &parameters,
        &[(200, "Bundle")],
        READ,
    )
}

fn called() -> Value {
    let names: Vec<String> = OPERATIONS.iter().map(|(name, _)| format!("${name}")).collect();
    let parameters = [
        kind(),
        id(),
        parameter("path", "inner", "", json!({ "enum": names })),
        key(),
        if_match(),
    ];
    let called = guarded(
        "An operation on a whole record (docs/api-design.md)",
        &parameters,
        &[(200, "Parameters"), (202, "Parameters")],
        WRITTEN,
    );
    let example =
        json!({ "resourceType": "Parameters", "parameter": [{ "name": "reason", "valueCode": "other" }] });
    with_body(called, "Parameters", example)
}

fn kind() -> Value {
    let kinds: Vec<&str> = ResourceType::all().map(ResourceType::name).collect();
    let mut kind = parameter("path", "type", "", json!({ "enum": kinds }));
    kind["example"] = "Patient".into();
    kind
}

fn id() -> Value {
    let schema = json!({ "type": "string", "pattern": schemas::ID });
    let mut id = parameter("path", "id", "", schema);
    id["example"] = EXAMPLE.into();
    id
}

fn header(name: &str, words: &str) -> Value {
    parameter("header", name, words, json!({ "type": "string" }))
}

fn key() -> Value {
    header(
        "Idempotency-Key",
        "1 to 200 printable characters: what is sent twice under one key is done once",
    )
}

fn if_match() -> Value {
    header("If-Match", "The version that is changed, such as W/\"3\"")
}

fn if_none_match() -> Value {
    header("If-None-Match", "*: only if there is none")
}

fn count(least: u16) -> Value {
    let schema = json!({ "type": "integer", "minimum": least, "maximum": 1000 });
    parameter("query", "_count", "How many to a page", schema)
}

/// Parameters that every search has.
fn control() -> Vec<Value> {
    let one_of = |name: &str, codes: &[&str]| parameter("query", name, "", json!({ "enum": codes }));
    vec![
        count(0),
        one_of("_summary", &["count", "false"]),
        one_of("_total", &["accurate", "estimate", "none"]),
        parameter(
            "query",
            "_sort",
            "Search parameters by commas, with - for the last first",
            json!({ "type": "string" }),
        ),
        parameter("query", "_id", "", json!({ "type": "string" })),
    ]
}
