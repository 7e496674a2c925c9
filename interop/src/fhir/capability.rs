//! The CapabilityStatement: true to what is served, because it is made from the same tables.

use axum::extract::State;
use axum::response::Response;
use fhir::{ResourceType, SearchKind};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::answer;
use super::operation::OPERATIONS;
use super::refusal::Refusal;
use super::{Door, request};

/// Open to all, as FHIR asks: it names no person.
pub(super) async fn get(State(door): State<Door>, headers: HeaderMap) -> Result<Response, Refusal> {
    request::acceptable(&headers, None)?;
    let ready = door.actions.searchable_generation().await?;
    let statement = if ready >= fhir::newest_generation() {
        door.capability.clone()
    } else {
        statement(&door.settings.base, ready).into()
    };
    Ok(answer::json(StatusCode::OK, statement))
}

/// What is served when every entry of the record holds this generation of search parameters: a newer one is not listed
/// before that.
pub(super) fn statement(base: &str, ready: u16) -> Vec<u8> {
    let resources: Vec<Value> = ResourceType::all()
        .map(|kind| resource(base, kind, ready))
        .collect();
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-22",
        "kind": "instance",
        "software": { "name": "Sarsen", "version": env!("CARGO_PKG_VERSION") },
        "implementation": { "description": "Sarsen, the record of an integrated care system", "url": base },
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [{
            "mode": "server",
            "documentation": "Searches inside one person (patient=, subject=, or Patient/[id]/[type]) take every parameter listed. \
                Searches over everybody take those whose documentation says so; others are refused as too costly. \
                _search by POST keeps what identifies people out of addresses. Writes take Idempotency-Key.",
            "security": security(base),
            "resource": resources,
            "interaction": [{ "code": "transaction" }, { "code": "batch" }],
        }],
    })
    .to_string()
    .into_bytes()
}

/// How clients come in.
fn security(base: &str) -> Value {
    let public = base.strip_suffix("/fhir").unwrap_or(base);
    let uri = |name: &str, path: &str| json!({ "url": name, "valueUri": format!("{public}/oauth/{path}") });
    json!({
        "cors": true,
        "service": [{
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                "code": "SMART-on-FHIR",
            }],
            "text": "OAuth 2 as SMART App Launch has it; see .well-known/smart-configuration",
        }],
        "extension": [{
            "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
            "extension": [
                uri("authorize", "authorize"),
                uri("token", "token"),
                uri("introspect", "introspect"),
                uri("revoke", "revoke"),
            ],
        }],
        "description": "Authorization: Bearer; this address and .well-known/smart-configuration alone are open.",
    })
}

/// What is said of AuditEvents.
const AUDIT: &str = "To a privacy officer, a search inside a person also gives who changed and who read the record, newest first, rendered \
    from Sarsen's own audit (ids begin with sarsen-change- and sarsen-read-; nobody can write them). Reads are those that this \
    process served.";

/// An operation of Sarsen's own, described in docs/api-design.md.
fn own_operation(base: &str, name: &str) -> Value {
    json!({ "name": name, "definition": format!("{base}/OperationDefinition/sarsen-{name}") })
}

fn resource(base: &str, kind: ResourceType, ready: u16) -> Value {
    let params: Vec<Value> = ::fhir::search_parameters(kind)
        .iter()
        .filter(|param| param.generation <= ready)
        .map(|param| {
            let mut value = json!({
                "name": param.code,
                "definition": param.definition,
                "type": param.kind.code(),
            });
            if param.cross_person {
                value["documentation"] = match param.kind {
                    SearchKind::Token => "served over everybody, as system|code".into(),
                    _ => "served over everybody".into(),
                };
            }
            value
        })
        .collect();
    let interactions = [
        "read",
        "vread",
        "update",
        "delete",
        "history-instance",
        "create",
        "search-type",
    ]
    .map(|code| json!({ "code": code }));
    let mut value = json!({
        "type": kind.name(),
        "interaction": interactions,
        "versioning": "versioned-update",
        "readHistory": true,
        "updateCreate": true,
        "conditionalCreate": true,
        "conditionalRead": "not-match",
        "conditionalUpdate": false,
        "conditionalDelete": "not-supported",
        "referencePolicy": ["literal"],
    });
    if !params.is_empty() {
        value["searchParam"] = params.into();
    }
    if kind.name() == "AuditEvent" {
        value["documentation"] = AUDIT.into();
    }
    let own = OPERATIONS
        .iter()
        .filter(|(_, of)| of.is_none_or(|of| of == kind.name()));
    let mut operations: Vec<Value> = own.map(|(name, _)| own_operation(base, name)).collect();
    if kind.name() == "Patient" {
        operations.push(json!({
            "name": "everything",
            "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything",
        }));
    }
    value["operation"] = operations.into();
    value
}
