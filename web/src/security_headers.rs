//! The headers that every answer carries: nothing from another origin, nothing inline, nothing framed, nothing kept.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderValue, header};

/// What a page may load and where it may send a form: our own origin, and nothing written into the page itself.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The policy of a page with a map: its script may also run a worker and fetch, both from our own origin alone.
pub const CONTENT_SECURITY_POLICY_OF_MAPS: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'; worker-src 'self'; connect-src 'self'";

/// The policy of a page that keeps itself up to date: its script also listens, to our own origin alone.
pub const CONTENT_SECURITY_POLICY_OF_LIVE_PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'; connect-src 'self'";

/// The policy of the citizens' page that sets up reading without a network, and of its worker: the worker stores what it
/// fetches, and the page names what a device needs to install it.
pub const CONTENT_SECURITY_POLICY_OF_THE_APP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'; worker-src 'self'; connect-src 'self'; manifest-src 'self'";

/// What a page needs beyond the policy of all: an answer that is marked so gets the wider one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// It draws a map.
    Map,
    /// It keeps itself up to date while it is open.
    Live,
    /// It sets up reading without a network.
    App,
}

impl Needs {
    pub(crate) fn mark(self, mut response: Response) -> Response {
        response.extensions_mut().insert(self);
        response
    }
}

const HEADERS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    // For browsers that do not know frame-ancestors.
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

/// For two years, browsers speak to this host over TLS alone (RFC 6797).
const OVER_TLS_ALONE: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// Adds the headers; `secure` says whether browsers reach us over TLS.
pub(crate) async fn add(State(secure): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    write(&mut response, secure);
    response
}

/// Writes the headers; whatever does not say otherwise (only the assets do) is not to be kept by anyone.
pub(crate) fn write(response: &mut Response, secure: bool) {
    let policy = match response.extensions().get::<Needs>() {
        Some(Needs::Map) => CONTENT_SECURITY_POLICY_OF_MAPS,
        Some(Needs::Live) => CONTENT_SECURITY_POLICY_OF_LIVE_PAGES,
        Some(Needs::App) => CONTENT_SECURITY_POLICY_OF_THE_APP,
        None => CONTENT_SECURITY_POLICY,
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, OVER_TLS_ALONE);
    }
}
