//! `Patient/{id}/$everything`, and a search inside the person's compartment: `Patient/{id}/Observation?code=…`.

use actions::record::{self, SearchAsk};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use fhir::IssueCode;
use http::{HeaderMap, StatusCode};

use super::Door;
use super::answer::{self, BundleWriter};
use super::refusal::Refusal;
use super::request::{self, Who};
use super::search;
use super::single::format;

pub(super) async fn get(
    State(door): State<Door>,
    Who(actor): Who,
    Path((name, id, inner)): Path<(String, String, String)>,
    Query(params): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    request::acceptable(&headers, format(&params))?;
    let kind = request::resource_type(&name)?;
    let id = request::id(&id)?;
    if kind.name() != "Patient" {
        return Err(Refusal::new(
            404,
            IssueCode::NotSupported,
            "compartments are served for Patient",
        ));
    }
    if inner != "$everything" {
        return compartment(&door, &actor, id, &inner, params).await;
    }
    if let Some((name, _)) = params
        .iter()
        .find(|(name, _)| !matches!(name.as_str(), "_count" | "_page" | "_format"))
    {
        let words = format!(
            "$everything takes _count; it does not take {}",
            name.chars().take(60).collect::<String>()
        );
        return Err(Refusal::new(400, IssueCode::NotSupported, words));
    }
    let whole = !params.iter().any(|(name, _)| name == "_count");
    let count = if whole {
        EVERYTHING
    } else {
        search::count(&params)?
    };
    let page = record::everything(
        &door.actions,
        &actor,
        request::purpose(&actor),
        id,
        count,
        search::page_token(&params),
    )
    .await?;
    let own = format!("{}/Patient/{id}/$everything", door.settings.base);
    let mut links = vec![("self", own.clone())];
    if let Some(token) = &page.next {
        let count = if whole {
            String::new()
        } else {
            format!("_count={count}&")
        };
        links.push(("next", format!("{own}?{count}_page={token}")));
    }
    let mut bundle = BundleWriter::new("searchset", page.total, &links);
    bundle.make_room(&door.settings.base, &page.hits);
    for stored in &page.hits {
        bundle.hit(&door.settings.base, stored);
    }
    Ok(answer::json(StatusCode::OK, bundle.finish()))
}

/// How many resources one page of `$everything` holds when the client does not say.
const EVERYTHING: usize = 1000;

async fn compartment(
    door: &Door,
    actor: &actions::Actor,
    id: &str,
    inner: &str,
    mut params: Vec<(String, String)>,
) -> Result<Response, Refusal> {
    let kind = request::resource_type(inner)?;
    let ask = match search::page_token(&params) {
        Some(token) => SearchAsk::Page(token.to_owned()),
        None => {
            params.retain(|(name, _)| name != "_format");
            search::own_references(door, kind, &mut params);
            SearchAsk::Compartment(id.to_owned(), params)
        }
    };
    let found = record::search(&door.actions, actor, request::purpose(actor), kind, ask).await?;
    Ok(answer::json(StatusCode::OK, search::bundle(door, kind, &found)))
}
