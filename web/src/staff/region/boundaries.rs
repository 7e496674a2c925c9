//! The boundaries of the areas, for the map: open data, and no figures.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

use super::growth::ShownRegion;
use crate::app::{App, SignedIn};
use crate::failure::Failure;

/// `GET /staff/region/areas.geojson`: to be kept by the browser for an hour, then asked for again by its tag.
pub(crate) async fn show(State(app): State<App>, session: SignedIn, headers: HeaderMap) -> Response {
    match app.settings.region.as_ref().map(ShownRegion::boundaries) {
        Some(bytes) => answer(bytes, &headers),
        None => Failure::NotFound.respond(app.frame_of(Some(&session.0))),
    }
}

/// The boundaries, or that the browser has them already.
pub(crate) fn answer(bytes: Bytes, asked: &HeaderMap) -> Response {
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    let tag = format!("\"{}\"", crate::hex::words(&digest[..8]));
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/geo+json"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=3600"),
    );
    let known = asked.get_all(header::IF_NONE_MATCH).iter();
    let mut known = known.filter_map(|value| value.to_str().ok());
    let unchanged = known.any(|value| {
        value
            .split(',')
            .any(|one| one.trim().trim_start_matches("W/") == tag)
    });
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if unchanged {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        (headers, bytes).into_response()
    }
}
