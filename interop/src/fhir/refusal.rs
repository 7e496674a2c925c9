//! A refusal: an HTTP status and an `OperationOutcome` whose expressions point at what is wrong.

use actions::ActionError;
use axum::response::{IntoResponse, Response};
use fhir::{Issue, IssueCode};
use http::{HeaderValue, StatusCode, header};

use super::answer::FHIR_JSON;

/// What a client gets instead of what it asked for. Nothing was changed.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: u16,
    issues: Vec<Issue>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: IssueCode, words: impl Into<String>) -> Refusal {
        Refusal {
            status,
            issues: vec![Issue::error(code, None, words.into())],
        }
    }

    pub(crate) fn of(status: u16, issues: Vec<Issue>) -> Refusal {
        Refusal { status, issues }
    }
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Refusal {
        Refusal {
            status: error.status(),
            issues: error.issues(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = (status, ::fhir::outcome(&self.issues)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(FHIR_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self.status {
            401 => {
                headers.insert(
                    header::WWW_AUTHENTICATE,
                    HeaderValue::from_static("Bearer realm=\"Sarsen\""),
                );
            }
            413 | 408 => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            429 | 503 => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}
