//! Signing in with a passkey alone.

use actions::access::accounts::{Answer, finish_entering, start_entering};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};

use crate::access::entered;
use crate::access::knocking::Knocking;
use crate::access::step::{PasskeyAsked, StepView};
use crate::access::tied;
use crate::app::App;
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::session::{form_token, fresh_secret};

async fn view(app: &App, secret: &str, error: Option<&str>) -> Response {
    let Some(passkeys) = &app.settings.passkeys else {
        return Failure::NotFound.respond(app.frame_of(None));
    };
    let options = match start_entering(&app.actions, passkeys, secret).await {
        Ok(options) => options,
        Err(error) => return Failure::of(error).respond(app.frame_of(None)),
    };
    let mut view = StepView::new(
        app.frame_of(None),
        form_token(secret),
        "/sign-in/passkey",
        "Sign in with a passkey",
    )
    .refused(error.map(|words| ("passkey", words)));
    view.passkey = Some(PasskeyAsked { verb: "get", options });
    view.links
        .push(("/sign-in".to_owned(), "Use your password and a code instead"));
    let status = if view.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    tied::with_cookie(app, secret, page(status, &view))
}

/// `GET /sign-in/passkey`.
pub(crate) async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    match tied::secret_of(&app, &headers) {
        Ok(secret) => view(&app, &secret, None).await,
        Err(failure) => failure.respond(app.frame_of(None)),
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct PasskeyForm {
    pub(crate) csrf: String,
    pub(crate) credential: String,
}

/// `POST /sign-in/passkey`.
pub(crate) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    knocking: Knocking,
    Sent(form): Sent<PasskeyForm>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(None)),
    };
    let Some(secret) = tied::accepted(&app, &headers, &form.csrf) else {
        return Redirect::to("/sign-in?again").into_response();
    };
    let Some(passkeys) = &app.settings.passkeys else {
        return Failure::NotFound.respond(app.frame_of(None));
    };
    // What follows goes under a new cookie: whoever planted the form's own knows nothing of it.
    let Ok(ticket) = fresh_secret() else {
        return tied::no_randomness().respond(app.frame_of(None));
    };
    let knock = knocking.knock();
    match finish_entering(&app.actions, passkeys, &secret, &ticket, &form.credential, knock).await {
        Ok(Answer::Right) => {
            let next = entered::go_on(&app, &headers, &ticket, knocking).await;
            if next.headers().contains_key(SET_COOKIE) {
                next
            } else {
                tied::with_cookie(&app, &ticket, next)
            }
        }
        Ok(_) => {
            let words = "The passkey was not accepted. Try again, or use your password and a code";
            view(&app, &secret, Some(words)).await
        }
        Err(error) => Failure::of(error).respond(app.frame_of(None)),
    }
}
