//! What every reply carries: the format, the version, when it was kept.

use actions::record::Written;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use fhir::{Issue, IssueCode};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use record::Stored;

use super::Door;
use super::request::Return;

pub(crate) const FHIR_JSON: &str = "application/fhir+json;charset=utf-8";

/// 200 with JSON that is complete already.
pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> Response {
    let mut response = (status, axum::body::Body::from(body.into())).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(FHIR_JSON));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// One resource, with its version tag; 304 when the client has that version.
pub(crate) fn resource(stored: Stored, asked: &HeaderMap) -> Response {
    let tag = etag(stored.version);
    let same = asked.get(header::IF_NONE_MATCH).is_some_and(|seen| seen == tag);
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        json(StatusCode::OK, stored.json)
    };
    version_headers(response.headers_mut(), tag, stored.updated);
    response
}

/// The answer to a create, an update or a delete.
pub(crate) fn written(door: &Door, written: Written, wanted: Return) -> Response {
    let status = if written.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let location = format!(
        "{}/{}/{}/_history/{}",
        door.settings.base,
        written.resource_type.name(),
        written.id,
        written.version
    );
    let mut response = match wanted {
        Return::Representation => json(status, written.json),
        Return::Minimal => status.into_response(),
        Return::Outcome => {
            let words = format!("kept as version {}", written.version);
            let mut issue = Issue::error(IssueCode::Informational, None, words);
            issue.severity = ::fhir::Severity::Information;
            json(status, ::fhir::outcome(&[issue]))
        }
    };
    let headers = response.headers_mut();
    version_headers(headers, etag(written.version), written.updated);
    if let Ok(location) = HeaderValue::from_str(&location) {
        headers.insert(header::LOCATION, location);
    }
    if written.replayed {
        headers.insert("idempotent-replay", HeaderValue::from_static("true"));
    }
    response
}

fn etag(version: u64) -> HeaderValue {
    HeaderValue::from_str(&format!("W/\"{version}\"")).unwrap_or_else(|_| HeaderValue::from_static("W/\"0\""))
}

fn version_headers(headers: &mut HeaderMap, tag: HeaderValue, updated: Timestamp) {
    headers.insert(header::ETAG, tag);
    if let Ok(date) = HeaderValue::from_str(&http_date(updated)) {
        headers.insert(header::LAST_MODIFIED, date);
    }
}

/// An HTTP date (RFC 9110, 5.6.7), in whole seconds.
fn http_date(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

/// A Bundle around resources that are JSON already.
pub(crate) struct BundleWriter {
    json: Vec<u8>,
    entries: usize,
}

impl BundleWriter {
    pub(crate) fn new(kind: &str, total: Option<u64>, links: &[(&str, String)]) -> BundleWriter {
        let mut json = format!("{{\"resourceType\":\"Bundle\",\"type\":\"{kind}\"").into_bytes();
        if let Some(total) = total {
            json.extend_from_slice(format!(",\"total\":{total}").as_bytes());
        }
        for (position, (relation, url)) in links.iter().enumerate() {
            json.extend_from_slice(if position == 0 { b",\"link\":[" } else { b"," });
            let url = serde_json::Value::String(url.clone());
            json.extend_from_slice(format!("{{\"relation\":\"{relation}\",\"url\":{url}}}").as_bytes());
        }
        if !links.is_empty() {
            json.push(b']');
        }
        BundleWriter { json, entries: 0 }
    }

    /// Adds a hit of a search; `base` is the address of the door.
    pub(crate) fn hit(&mut self, base: &str, stored: &Stored) {
        self.open_entry();
        for part in [
            "\"fullUrl\":\"",
            base,
            "/",
            stored.resource_type.name(),
            "/",
            &stored.id,
            "\",\"search\":{\"mode\":\"match\"},\"resource\":",
        ] {
            self.json.extend_from_slice(part.as_bytes());
        }
        self.json.extend_from_slice(&stored.json);
        self.json.push(b'}');
    }

    /// Makes room for hits at once: a growing answer is copied each time it doubles.
    pub(crate) fn make_room(&mut self, base: &str, hits: &[Stored]) {
        let around = base.len() + 140;
        let bytes: usize = hits.iter().map(|stored| stored.json.len() + around).sum();
        self.json.reserve_exact(bytes);
    }

    fn open_entry(&mut self) {
        self.json.extend_from_slice(if self.entries == 0 {
            b",\"entry\":[{"
        } else {
            b",{"
        });
        self.entries += 1;
    }

    /// Adds an entry: `fields` are the entry's members but for the resource, as JSON without braces.
    pub(crate) fn entry(&mut self, fields: &str, resource: Option<&[u8]>) {
        self.open_entry();
        self.json.extend_from_slice(fields.as_bytes());
        if let Some(resource) = resource {
            if !fields.is_empty() {
                self.json.push(b',');
            }
            self.json.extend_from_slice(b"\"resource\":");
            self.json.extend_from_slice(resource);
        }
        self.json.push(b'}');
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.json
            .extend_from_slice(if self.entries == 0 { b"}" } else { b"]}" });
        self.json
    }
}
