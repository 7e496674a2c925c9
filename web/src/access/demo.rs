//! An invented person's button: on a synthetic record alone.

use actions::access::accounts::enter_demo;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;

use crate::access::entered;
use crate::access::knocking::Knocking;
use crate::access::tied;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Sent;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct DemoForm {
    csrf: String,
    account: String,
}

/// `POST /sign-in/demo`.
pub(crate) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    knocking: Knocking,
    Sent(form): Sent<DemoForm>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(None)),
    };
    let Some(secret) = tied::accepted(&app, &headers, &form.csrf) else {
        return Redirect::to("/sign-in?again").into_response();
    };
    if !app.settings.synthetic {
        return Failure::NotFound.respond(app.frame_of(None));
    }
    match enter_demo(&app.actions, &secret, &form.account).await {
        Ok(()) => entered::go_on(&app, &headers, &secret, knocking).await,
        Err(error) => Failure::of(error).respond(app.frame_of(None)),
    }
}
