//! Answers of the token endpoint: JSON that nobody keeps, and the errors of RFC 6749.

use actions::access::smart::NotGranted;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

pub(super) fn json_of(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// A refusal. The code says what is wrong; which of the many ways a credential can be wrong is not told.
pub(super) fn refused(why: &NotGranted) -> Response {
    let status = match why {
        NotGranted::Client => StatusCode::UNAUTHORIZED,
        NotGranted::Record(_) => StatusCode::SERVICE_UNAVAILABLE,
        NotGranted::Grant
        | NotGranted::Scope
        | NotGranted::Way
        | NotGranted::Unsupported
        | NotGranted::Request => StatusCode::BAD_REQUEST,
    };
    tracing::info!(%why, "a client was granted nothing");
    let mut response = json_of(status, &json!({ "error": why.to_string() }));
    if status == StatusCode::UNAUTHORIZED {
        let asked = HeaderValue::from_static("Basic realm=\"Sarsen\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, asked);
    }
    response
}

/// An answer to be read by scripts of any site: these addresses take no cookie.
pub(super) fn open(mut response: Response) -> Response {
    let any = HeaderValue::from_static("*");
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
    response
}
