//! The second step: a code of the telephone, or a recovery code.

use actions::access::accounts::{Answer, give_code, ticket};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use crate::access::entered;
use crate::access::knocking::Knocking;
use crate::access::sign_in::wait_words;
use crate::access::step::StepView;
use crate::access::tied;
use crate::app::App;
use crate::components::FieldKind;
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::session::form_token;

fn view(app: &App, secret: &str, error: Option<&str>) -> Response {
    let mut view = StepView::new(
        app.frame_of(None),
        form_token(secret),
        "/sign-in/code",
        "Enter a code",
    )
    .saying("Enter the code that your authenticator app shows now, or one of your recovery codes.")
    .asking(
        "code",
        "Code",
        "6 digits, or a recovery code",
        FieldKind::OneTimeCode,
        error,
    );
    if app.settings.passkeys.is_some() {
        view.links
            .push(("/sign-in/passkey".to_owned(), "Use a passkey instead"));
    }
    let status = if view.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    page(status, &view)
}

/// `GET /sign-in/code`.
pub(crate) async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    let secret = match tied::secret_of(&app, &headers) {
        Ok(secret) => secret,
        Err(failure) => return failure.respond(app.frame_of(None)),
    };
    match ticket(&app.actions, &secret).await {
        Ok(Some(ticket)) if ticket.proved.is_none() => {
            tied::with_cookie(&app, &secret, view(&app, &secret, None))
        }
        Ok(_) => Redirect::to("/sign-in?again").into_response(),
        Err(error) => Failure::of(error).respond(app.frame_of(None)),
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct CodeForm {
    csrf: String,
    code: String,
}

/// `POST /sign-in/code`.
pub(crate) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    knocking: Knocking,
    Sent(form): Sent<CodeForm>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(None)),
    };
    let Some(secret) = tied::accepted(&app, &headers, &form.csrf) else {
        return Redirect::to("/sign-in?again").into_response();
    };
    match give_code(&app.actions, &secret, &form.code, knocking.knock()).await {
        Ok(Answer::Right) => entered::go_on(&app, &headers, &secret, knocking).await,
        Ok(Answer::Wrong) => view(&app, &secret, Some("The code is not right, or was used before")),
        Ok(Answer::Wait(minutes)) => view(&app, &secret, Some(&wait_words(minutes))),
        Ok(Answer::Again | Answer::NotSetUp) => Redirect::to("/sign-in?again").into_response(),
        Err(error) => Failure::of(error).respond(app.frame_of(None)),
    }
}
