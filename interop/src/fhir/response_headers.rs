//! The headers of every answer of the door: it is data and no page, nobody keeps it, nothing frames or sniffs it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// What is written into every answer.
pub(crate) type Headers = Vec<(HeaderName, HeaderValue)>;

/// The headers of a door that is known by this address.
pub(crate) fn of(base: &str) -> Headers {
    let mut headers = vec![
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        // For browsers that do not know frame-ancestors.
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        // A browser that is led here by somebody's link shows text, and runs, loads and frames nothing.
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            ),
        ),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ];
    if base.starts_with("https://") {
        let two_years = HeaderValue::from_static("max-age=63072000");
        headers.push((header::STRICT_TRANSPORT_SECURITY, two_years));
    }
    headers
}

pub(crate) async fn add(State(added): State<Arc<Headers>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    write(response.headers_mut(), &added);
    response
}

/// Writes them; what does not say otherwise is not to be kept by anyone.
pub(crate) fn write(headers: &mut HeaderMap, added: &Headers) {
    for (name, value) in added {
        headers.insert(name, value.clone());
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
