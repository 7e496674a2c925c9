//! Apps in a browser, on a site of their own, read the answers of this door (SMART App Launch asks for it). That gives nothing
//! away: the door takes no cookie, and who has no token gets nothing.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};

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

pub(super) async fn add(request: Request, next: Next) -> Response {
    let asks = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    for (name, value) in [ANY, EXPOSED] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if asks {
        for (name, value) in PREFLIGHT {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}
