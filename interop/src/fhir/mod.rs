//! FHIR R4 REST: read, vread, history, create, update, delete, search, `$everything`, transaction and batch,
//! and operations on whole records.
//!
//! One file per interaction; `operation.rs` has those on whole records and `parameters.rs` what they take; `request.rs` reads what every request carries, `answer.rs` writes what every reply carries,
//! `response_headers.rs` adds what keeps browsers and proxies from misusing it,
//! `refusal.rs` turns each refusal into an `OperationOutcome` that says what broke which rule and what was kept.

mod answer;
mod bundle;
mod capability;
mod cross_origin;
mod everything;
mod operation;
mod parameters;
mod refusal;
mod request;
pub(crate) mod response_headers;
mod search;
mod single;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use actions::Actions;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use bytes::Bytes;

pub(crate) use crate::fhir::operation::OPERATIONS;
pub(crate) use crate::fhir::refusal::Refusal;
use crate::fhir::response_headers::Headers;
use crate::openapi;
use crate::smart::Bearer;

/// How the door is set up.
#[derive(Debug, Clone)]
pub struct FhirSettings {
    /// The address that clients know the door by, without a slash at the end: `https://care.example/fhir`.
    pub base: String,
    /// The longest a client may take to send a whole body.
    pub body_timeout: Duration,
}

/// What every handler needs; each request copies it several times over, so that a copy is one pointer.
#[derive(Clone)]
pub(crate) struct Door(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) actions: Actions,
    pub(crate) settings: FhirSettings,
    pub(crate) capability: Bytes,
    pub(crate) openapi: Bytes,
    pub(crate) bearer: Bearer,
    /// Of every answer.
    headers: Headers,
}

impl Deref for Door {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// The door's routes, all under `/fhir`, for our own tokens.
pub fn router(actions: Actions, settings: FhirSettings) -> Router {
    router_with(actions, settings, Bearer::default())
}

/// The same, for whoever comes with a token that `bearer` takes.
pub fn router_with(actions: Actions, settings: FhirSettings, bearer: Bearer) -> Router {
    let capability = Bytes::from(capability::statement(&settings.base, ::fhir::newest_generation()));
    let openapi = Bytes::from(openapi::document(&settings.base, ::fhir::newest_generation()));
    let door = Door(Arc::new(Parts {
        headers: response_headers::of(&settings.base),
        actions,
        settings,
        capability,
        openapi,
        bearer,
    }));
    let (mut outer, mut inner) = (Router::new(), Router::new());
    for (_, path, served) in table() {
        match path.strip_prefix("/fhir").filter(|below| below.len() > 1) {
            Some(below) => inner = inner.route(below, served),
            None => outer = outer.route(path, served.fallback(not_allowed)),
        }
    }
    let inner = inner.fallback(not_found).method_not_allowed_fallback(not_allowed);
    outer
        .nest("/fhir", inner)
        .layer(from_fn_with_state(door.clone(), around))
        .with_state(door)
}

/// What stands around every request and its answer: one layer, since each costs a request a box and a copy of all within.
async fn around(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    if cross_origin::asks_first(&request) {
        return cross_origin::may_ask();
    }
    request::tell_caller(&door, &mut request).await;
    let mut response = next.run(request).await;
    response_headers::write(response.headers_mut(), &door.headers);
    cross_origin::write(response.headers_mut());
    response
}

/// Every address of this door: its method, its path, its handler.
pub(crate) fn table() -> Vec<(&'static str, &'static str, MethodRouter<Door>)> {
    vec![
        ("POST", "/fhir", post(bundle::post)),
        ("POST", "/fhir/", post(bundle::post)),
        ("GET", "/fhir/metadata", get(capability::get)),
        ("GET", "/fhir/openapi.json", get(openapi::get)),
        ("GET", "/fhir/{type}", get(search::by_get)),
        ("POST", "/fhir/{type}", post(single::create)),
        ("POST", "/fhir/{type}/_search", post(search::by_post)),
        ("GET", "/fhir/{type}/{id}", get(single::read)),
        ("PUT", "/fhir/{type}/{id}", put(single::update)),
        ("DELETE", "/fhir/{type}/{id}", delete(single::delete)),
        ("GET", "/fhir/{type}/{id}/_history", get(single::history)),
        ("GET", "/fhir/{type}/{id}/_history/{version}", get(single::vread)),
        ("GET", "/fhir/{type}/{id}/{inner}", get(everything::get)),
        ("POST", "/fhir/{type}/{id}/{inner}", post(operation::post)),
    ]
}

/// The answer to whoever asks too often, as every answer of this door is: an `OperationOutcome`, with the headers.
#[must_use]
pub fn too_many(base: &str) -> Response {
    let words = "too many requests in a short time; wait as long as Retry-After says. Nothing was changed";
    let refusal = Refusal::new(429, ::fhir::IssueCode::Throttled, words);
    let mut response = refusal.into_response();
    response_headers::write(response.headers_mut(), &response_headers::of(base));
    response
}

async fn not_found() -> Refusal {
    Refusal::new(
        404,
        ::fhir::IssueCode::NotFound,
        "there is nothing at this address; GET /fhir/metadata lists what is served",
    )
}

async fn not_allowed() -> Refusal {
    Refusal::new(
        405,
        ::fhir::IssueCode::NotSupported,
        "this address does not take this method; GET /fhir/metadata lists what is served",
    )
}
