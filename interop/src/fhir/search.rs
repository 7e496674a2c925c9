//! Search, by GET or by POST (`_search`, which keeps what identifies people out of addresses and logs).

use actions::Actor;
use actions::record::{self, Found, SearchAsk};
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use fhir::{IssueCode, ResourceType, SearchKind};
use http::{HeaderMap, StatusCode, header};

use super::Door;
use super::answer::{self, BundleWriter};
use super::refusal::Refusal;
use super::request::{self, Who};
use super::single::format;

pub(super) async fn by_get(
    State(door): State<Door>,
    Who(actor): Who,
    Path(name): Path<String>,
    Query(params): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    answer_search(&door, &actor, &name, params, &headers).await
}

pub(super) async fn by_post(
    State(door): State<Door>,
    Who(actor): Who,
    Path(name): Path<String>,
    Query(mut params): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    if !kind
        .to_ascii_lowercase()
        .starts_with("application/x-www-form-urlencoded")
    {
        return Err(Refusal::new(
            415,
            IssueCode::NotSupported,
            "send the search as application/x-www-form-urlencoded",
        ));
    }
    let bytes = request::body(&door, &headers, body).await?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Refusal::new(400, IssueCode::Value, "the form is not UTF-8"))?;
    params.extend(record::form_pairs(text));
    answer_search(&door, &actor, &name, params, &headers).await
}

async fn answer_search(
    door: &Door,
    actor: &Actor,
    name: &str,
    mut params: Vec<(String, String)>,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    request::acceptable(headers, format(&params))?;
    let kind = request::resource_type(name)?;
    own_references(door, kind, &mut params);
    let ask = match page_token(&params) {
        Some(token) => SearchAsk::Page(token.to_owned()),
        None => {
            params.retain(|(name, _)| name != "_format");
            SearchAsk::Query(params)
        }
    };
    let found = record::search(&door.actions, actor, request::purpose(actor), kind, ask).await?;
    Ok(answer::json(StatusCode::OK, bundle(door, kind, &found)))
}

/// `patient=<our address>/Patient/ada` asks for `Patient/ada`. Codes and canonical addresses stay as they are: their systems may well
/// stand below our own address.
pub(super) fn own_references(door: &Door, kind: ResourceType, params: &mut [(String, String)]) {
    let own = format!("{}/", door.settings.base);
    let is_reference = |name: &str| {
        let code = name.split([':', '.']).next().unwrap_or(name);
        let mut all = fhir::search_parameters(kind).iter();
        all.any(|param| param.code == code && param.kind == SearchKind::Reference)
    };
    for (name, value) in params {
        if value.starts_with(&own) && is_reference(name) {
            *value = value.replace(&own, "");
        }
    }
}

pub(super) fn bundle(door: &Door, kind: ResourceType, found: &Found) -> Vec<u8> {
    let own = format!("{}/{}", door.settings.base, kind.name());
    let mut links = vec![("self", own.clone())];
    if let Some(token) = &found.next {
        links.push(("next", format!("{own}?_page={token}")));
    }
    let mut bundle = BundleWriter::new("searchset", found.total, &links);
    if !found.count_only {
        bundle.make_room(&door.settings.base, &found.hits);
        for stored in &found.hits {
            bundle.hit(&door.settings.base, stored);
        }
    }
    bundle.finish()
}

pub(super) fn page_token(params: &[(String, String)]) -> Option<&str> {
    params
        .iter()
        .find(|(name, _)| name == "_page")
        .map(|(_, value)| value.as_str())
}

/// `_count` of an interaction that is not a search; 50 when it is not said.
pub(super) fn count(params: &[(String, String)]) -> Result<usize, Refusal> {
    let Some((_, text)) = params.iter().find(|(name, _)| name == "_count") else {
        return Ok(50);
    };
    match text.parse() {
        Ok(count @ 1..=1000) => Ok(count),
        _ => Err(Refusal::new(
            400,
            IssueCode::Value,
            "_count is a whole number from 1 to 1000",
        )),
    }
}
