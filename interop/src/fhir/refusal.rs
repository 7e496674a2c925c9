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
    /// A token was brought, and is none.
    bad_token: bool,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: IssueCode, words: impl Into<String>) -> Refusal {
        Refusal {
            status,
            issues: vec![Issue::error(code, None, words.into())],
            bad_token: false,
        }
    }

    /// A token was brought that is none (RFC 6750, 3.1).
    pub(crate) fn token(words: &str) -> Refusal {
        Refusal {
            bad_token: true,
            ..Refusal::new(401, IssueCode::Login, words)
        }
    }

    pub(crate) fn of(status: u16, issues: Vec<Issue>) -> Refusal {
        Refusal {
            status,
            issues,
            bad_token: false,
        }
    }
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Refusal {
        Refusal {
            status: error.status(),
            issues: error.issues(),
            bad_token: false,
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
                let asked = if self.bad_token {
                    "Bearer realm=\"Sarsen\", error=\"invalid_token\""
                } else {
                    "Bearer realm=\"Sarsen\""
                };
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(asked));
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
