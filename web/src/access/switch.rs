//! A desk that several share: whoever is signed in leaves it at once, and finds their work again when they sign in here.

use actions::access::sessions;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::access::step::StepView;
use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::session::Cookie;

/// `GET /switch`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    let at_desk = session.0.held.desk.is_some();
    let heading = if at_desk {
        "Leave this desk to somebody else"
    } else {
        "Sign out, so that somebody else can use this desk"
    };
    let mut view = StepView::new(
        app.frame_of(Some(&session.0)),
        session.0.csrf.clone(),
        "/switch",
        heading,
    );
    if at_desk {
        view = view.saying("Your pages are closed here, and your work is kept. You find it again when you sign in at this desk, until your session ends.");
        view.button = Some("Leave the desk");
    } else {
        view = view.saying(
            "This browser is not known as a shared desk, so your work is not kept: you are signed out.",
        );
        view.button = Some("Sign out");
    }
    if session.0.held.from.is_some() {
        view = view.saying("The sign-in service that you came from may still know you in this browser. Take your smartcard with you, or sign out there too.");
    }
    page(StatusCode::OK, &view)
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct SwitchForm {
    csrf: String,
}

/// `POST /switch`.
pub(crate) async fn submit(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<SwitchForm>,
) -> Response {
    if let Err(failure) = session.accepted(form, &headers, |form| &form.csrf) {
        return failure.respond(app.frame_of(Some(&session.0)));
    }
    let held = &session.0.held;
    let left = match held.desk {
        Some(_) => app.actions.sessions().park(&held.key).await,
        // A browser without a cookie of its own knows nobody again.
        None => sessions::end(&app.actions, &held.key, &held.holder).await,
    };
    if let Err(error) = left {
        return Failure::of(error).respond(app.frame_of(Some(&session.0)));
    }
    let mut response = Redirect::to("/sign-in?switched").into_response();
    if let Some(cookie) = Cookie::Session.forget(app.settings.secure_cookies) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    // What the browser kept of the pages goes too.
    response
        .headers_mut()
        .insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    response
}
