//! Forms as they are sent: read within the size and time limits, or refused with words.

use std::time::Duration;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, FromRequest, Request};
use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::failure::Failure;

/// How long a form may take to arrive. Ours are a few hundred bytes; a longer one only holds a connection.
pub(crate) const READING: Duration = Duration::from_secs(10);

/// A form, or why it cannot be read. Handlers answer the failure in their own frame.
pub(crate) struct Sent<T>(pub(crate) Result<T, Failure>);

impl<T: DeserializeOwned + Send> FromRequest<App> for Sent<T> {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, app: &App) -> Result<Sent<T>, Self::Rejection> {
        let Ok(form) = tokio::time::timeout(READING, Form::<T>::from_request(request, app)).await else {
            return Ok(Sent(Err(Failure::TooSlow)));
        };
        Ok(Sent(
            form.map(|Form(form)| form)
                .map_err(|rejection| failure(&rejection)),
        ))
    }
}

fn failure(rejection: &FormRejection) -> Failure {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Failure::TooLarge
    } else {
        Failure::BadForm
    }
}
