//! One resource: read, one version, history, create, update, delete.

use actions::record::{self, Condition};
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use fhir::{IssueCode, search};
use http::{HeaderMap, StatusCode};

use super::answer::{self, BundleWriter};
use super::refusal::Refusal;
use super::request::{self, Who};
use super::{Door, search as door_search};

type Params = Query<Vec<(String, String)>>;

pub(super) async fn read(
    State(door): State<Door>,
    Who(actor): Who,
    Path((name, id)): Path<(String, String)>,
    Query(params): Params,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    request::acceptable(&headers, format(&params))?;
    let kind = request::resource_type(&name)?;
    let stored = record::read(
        &door.actions,
        &actor,
        request::purpose(&actor),
        kind,
        request::id(&id)?,
    )
    .await?;
    Ok(answer::resource(stored, &headers))
}

pub(super) async fn vread(
    State(door): State<Door>,
    Who(actor): Who,
    Path((name, id, version)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    request::acceptable(&headers, None)?;
    let kind = request::resource_type(&name)?;
    let words = "a version is a whole number, 1 for the first";
    let version = version
        .parse()
        .map_err(|_| Refusal::new(400, IssueCode::Value, words))?;
    let stored = record::vread(
        &door.actions,
        &actor,
        request::purpose(&actor),
        kind,
        request::id(&id)?,
        version,
    )
    .await?;
    Ok(answer::resource(stored, &headers))
}

pub(super) async fn history(
    State(door): State<Door>,
    Who(actor): Who,
    Path((name, id)): Path<(String, String)>,
    Query(params): Params,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    request::acceptable(&headers, format(&params))?;
    let kind = request::resource_type(&name)?;
    let id = request::id(&id)?;
    let count = door_search::count(&params)?;
    let place = door_search::page_token(&params);
    let page = record::history(
        &door.actions,
        &actor,
        request::purpose(&actor),
        kind,
        id,
        count,
        place,
    )
    .await?;
    let own = format!("{}/{}/{id}", door.settings.base, kind.name());
    let mut links = vec![("self", format!("{own}/_history"))];
    if let Some(token) = &page.next {
        links.push(("next", format!("{own}/_history?_count={count}&_page={token}")));
    }
    let mut bundle = BundleWriter::new("history", page.total, &links);
    for stored in &page.items {
        let method = match (stored.deleted, stored.version) {
            (true, _) => "DELETE",
            (false, 1) => "POST",
            (false, _) => "PUT",
        };
        let status = if stored.deleted {
            "204"
        } else if stored.version == 1 {
            "201"
        } else {
            "200"
        };
        let url = if method == "POST" {
            kind.name().to_owned()
        } else {
            format!("{}/{id}", kind.name())
        };
        let fields = format!(
            "\"fullUrl\":\"{own}\",\"request\":{{\"method\":\"{method}\",\"url\":\"{url}\"}},\"response\":{{\"status\":\"{status}\",\"etag\":\"W/\\\"{}\\\"\",\"lastModified\":\"{}\"}}",
            stored.version,
            ::record::instant(stored.updated)
        );
        bundle.entry(&fields, (!stored.deleted).then_some(stored.json.as_slice()));
    }
    Ok(answer::json(StatusCode::OK, bundle.finish()))
}

pub(super) async fn create(
    State(door): State<Door>,
    Who(actor): Who,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    request::acceptable(&headers, None)?;
    request::json_body(&headers)?;
    let kind = request::resource_type(&name)?;
    let condition = match headers.get("if-none-exist") {
        None => None,
        Some(text) => {
            let pairs = record::form_pairs(text.to_str().unwrap_or_default().trim_start_matches('?'));
            let query = search::parse(kind, &pairs).map_err(|issues| Refusal::of(400, issues))?;
            if query.predicates.is_empty() {
                return Err(Refusal::new(
                    400,
                    IssueCode::Value,
                    "If-None-Exist holds search parameters, such as identifier=system|value",
                ));
            }
            Some(Condition(query))
        }
    };
    let write = request::write_request(&headers)?;
    let bytes = request::body(&door, &headers, body).await?;
    let kept = record::create(
        &door.actions,
        &actor,
        request::purpose(&actor),
        &write,
        kind,
        &bytes,
        condition,
    )
    .await?;
    Ok(answer::written(&door, kept, request::preferred(&headers)))
}

pub(super) async fn update(
    State(door): State<Door>,
    Who(actor): Who,
    Path((name, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    request::acceptable(&headers, None)?;
    request::json_body(&headers)?;
    let kind = request::resource_type(&name)?;
    let id = request::id(&id)?;
    let write = request::write_request(&headers)?;
    let condition = request::precondition(&headers)?;
    let bytes = request::body(&door, &headers, body).await?;
    let kept = record::update(
        &door.actions,
        &actor,
        request::purpose(&actor),
        &write,
        kind,
        id,
        &bytes,
        condition,
    )
    .await?;
    Ok(answer::written(&door, kept, request::preferred(&headers)))
}

pub(super) async fn delete(
    State(door): State<Door>,
    Who(actor): Who,
    Path((name, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let kind = request::resource_type(&name)?;
    let id = request::id(&id)?;
    let write = request::write_request(&headers)?;
    let condition = request::precondition(&headers)?;
    match record::delete(
        &door.actions,
        &actor,
        request::purpose(&actor),
        &write,
        kind,
        id,
        condition,
    )
    .await
    {
        // Deleted is deleted: asking twice is not an error (FHIR R4, delete).
        Ok(_) | Err(actions::ActionError::Gone { .. }) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn format(params: &[(String, String)]) -> Option<&str> {
    params
        .iter()
        .find(|(name, _)| name == "_format")
        .map(|(_, value)| value.as_str())
}
