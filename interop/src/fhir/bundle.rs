//! Transaction and batch.

use actions::record::{self, EntryAnswer};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::Door;
use super::answer::{self, BundleWriter};
use super::refusal::Refusal;
use super::request::{self, Who};

pub(super) async fn post(
    State(door): State<Door>,
    Who(actor): Who,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    request::acceptable(&headers, None)?;
    request::json_body(&headers)?;
    let write = request::write_request(&headers)?;
    let bytes = request::body(&door, &headers, body).await?;
    let (kind, answers) =
        record::bundle(&door.actions, &actor, request::purpose(&actor), &write, &bytes).await?;
    let mut bundle = BundleWriter::new(kind, None, &[]);
    for answer in &answers {
        bundle.entry(&response(answer), answer.resource.as_deref());
    }
    Ok(answer::json(StatusCode::OK, bundle.finish()))
}

fn response(answer: &EntryAnswer) -> String {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut json = format!("\"response\":{{\"status\":\"{}\"", reason(status));
    if let Some(location) = &answer.location {
        json.push_str(&format!(",\"location\":\"{location}\""));
    }
    if let Some(version) = answer.version {
        json.push_str(&format!(",\"etag\":\"W/\\\"{version}\\\"\""));
    }
    if let Some(updated) = answer.updated {
        json.push_str(&format!(",\"lastModified\":\"{}\"", ::record::instant(updated)));
    }
    if !answer.issues.is_empty() {
        json.push_str(",\"outcome\":");
        json.push_str(&String::from_utf8_lossy(&::fhir::outcome(&answer.issues)));
    }
    json.push('}');
    json
}

fn reason(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(words) => format!("{} {words}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}
