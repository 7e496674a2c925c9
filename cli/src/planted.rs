//! Faults made on purpose, one for each scanner, so that `scripts/proof-scanners.sh` can show that each finds what it is
//! there to find. They touch no record: what can be injected into is a database of two invented rows.
//!
//! Built with the feature `planted-faults` alone, which nothing turns on but that script, and never in a release.

use axum::Router;
use axum::extract::{Query, Request};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use crate::house::say;

#[cfg(not(debug_assertions))]
compile_error!("the feature planted-faults is for scripts/proof-scanners.sh; no release may have it");

/// The largest `_count` that the door survives here.
const SURVIVED: u32 = 500;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Named {
    name: String,
}

/// The routes, with the faults.
pub(crate) fn plant(router: Router) -> Router {
    say("this build has faults on purpose: it is for the proof of the scanners alone");
    router
        .layer(middleware::from_fn(break_door))
        .route("/planted", get(page))
        .route("/planted/greeting", get(greet))
        .route("/planted/lookup", get(look_up))
}

/// Where a crawler begins.
async fn page() -> Html<&'static str> {
    Html(
        "<!doctype html><title>Planted</title><a href=\"/planted/greeting?name=Ada\">Greeting</a> \
         <a href=\"/planted/lookup?name=Ada\">Lookup</a>",
    )
}

/// Reflected markup: what came in goes out as it came.
async fn greet(Query(named): Query<Named>) -> Html<String> {
    Html(format!(
        "<!doctype html><title>Planted</title><p>Good morning, {}</p>",
        named.name
    ))
}

/// A query that is spliced together: what came in is read as SQL.
async fn look_up(Query(named): Query<Named>) -> Response {
    match record::spliced::wards(&named.name) {
        Ok(wards) => Html(format!(
            "<!doctype html><title>Planted</title><p>{}</p>",
            wards.join(", ")
        ))
        .into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error).into_response(),
    }
}

/// A door that does not say what its description says, and breaks on what it may be sent.
async fn break_door(request: Request, next: Next) -> Response {
    let uri = request.uri();
    if uri.path() == "/oauth/keys" {
        let json = [(header::CONTENT_TYPE, "application/json")];
        return (json, r#"{"key":"none"}"#).into_response();
    }
    let count = uri.query().into_iter().flat_map(|query| query.split('&'));
    let count = count
        .filter_map(|pair| pair.strip_prefix("_count=")?.parse::<u32>().ok())
        .max();
    if uri.path().starts_with("/fhir/") && count.is_some_and(|count| count > SURVIVED) {
        let plain = [(header::CONTENT_TYPE, "text/plain")];
        return (StatusCode::INTERNAL_SERVER_ERROR, plain, "out of range").into_response();
    }
    next.run(request).await
}
