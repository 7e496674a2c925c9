//! Signing out ends the session on the server, at once, and takes what the browser kept for reading without a network.

use actions::access::sessions;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::app::{App, SignedIn};
use crate::failure::Failure;
use crate::form::Sent;
use crate::session::Cookie;

/// What a browser is to forget of us (Clear Site Data, W3C): its databases, its caches and our worker.
pub(crate) const CLEAR: (HeaderName, HeaderValue) = (
    HeaderName::from_static("clear-site-data"),
    HeaderValue::from_static("\"storage\""),
);

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct SignOutForm {
    csrf: String,
}

/// `POST /sign-out`.
pub(crate) async fn submit(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<SignOutForm>,
) -> Response {
    if let Err(failure) = session.accepted(form, &headers, |form| &form.csrf) {
        return failure.respond(app.frame_of(Some(&session.0)));
    }
    let held = &session.0.held;
    app.searches.forget(&held.key);
    if let Err(error) = sessions::end(&app.actions, &held.key, &held.holder).await {
        return Failure::of(error).respond(app.frame_of(Some(&session.0)));
    }
    let mut response = Redirect::to("/sign-in?out").into_response();
    let (name, storage) = CLEAR;
    response.headers_mut().insert(name, storage);
    if let Some(cookie) = Cookie::Session.forget(app.settings.secure_cookies) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
