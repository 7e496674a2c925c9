//! Apps in a browser, on a site of their own, read the answers of this door (SMART App Launch asks for it). That gives nothing
//! away: the door takes no cookie, and who has no token gets nothing.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

const ANY: (HeaderName, &str) = (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
const EXPOSED: (HeaderName, &str) = (
    header::ACCESS_CONTROL_EXPOSE_HEADERS,
    "ETag, Location, Last-Modified",
);
const PREFLIGHT: [(HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, DELETE"),
    (
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "Authorization, Accept, Content-Type, If-Match, If-None-Match, If-None-Exist, Idempotency-Key, Prefer",
    ),
    (header::ACCESS_CONTROL_MAX_AGE, "600"),
];

/// Whether a browser asks what it may send, before it sends it.
pub(super) fn asks_first(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// What it may send.
pub(super) fn may_ask() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    write(headers);
    for (name, value) in PREFLIGHT {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Writes what lets a page of another site read the answer.
pub(super) fn write(headers: &mut HeaderMap) {
    for (name, value) in [ANY, EXPOSED] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
