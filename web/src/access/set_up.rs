//! Setting an account up: the set-up code, a password, the first code of the telephone, then the recovery codes, shown once.

use actions::ActionError;
use actions::access::accounts::{confirm_set_up, set_password, show_set_up};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use crate::access::step::StepView;
use crate::access::tied;
use crate::app::App;
use crate::components::FieldKind;
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::session::form_token;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct SetUpForm {
    csrf: String,
    setup: String,
    password: Option<String>,
    code: Option<String>,
}

fn step(app: &App, secret: &str, heading: &'static str) -> StepView {
    StepView::new(app.frame_of(None), form_token(secret), "/set-up", heading)
}

fn answer(app: &App, secret: &str, view: &StepView) -> Response {
    let status = if view.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    tied::with_cookie(app, secret, page(status, view))
}

fn first(app: &App, secret: &str, error: Option<&str>) -> Response {
    let view = step(app, secret, "Set up your account")
        .saying("Enter the set-up code that you were given. It is good once, for three days.")
        .asking("setup", "Set-up code", "", FieldKind::Text, error);
    answer(app, secret, &view)
}

/// `GET /set-up`.
pub(crate) async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    match tied::secret_of(&app, &headers) {
        Ok(secret) => first(&app, &secret, None),
        Err(failure) => failure.respond(app.frame_of(None)),
    }
}

/// `POST /set-up`: the next step, or the same one again.
pub(crate) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    Sent(form): Sent<SetUpForm>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(None)),
    };
    let Some(secret) = tied::accepted(&app, &headers, &form.csrf) else {
        return Redirect::to("/set-up").into_response();
    };
    match next(&app, &secret, &form).await {
        Ok(response) => response,
        Err(ActionError::NotFound) => first(
            &app,
            &secret,
            Some("The set-up code is not right, was used, or is too old"),
        ),
        Err(error) => Failure::of(error).respond(app.frame_of(None)),
    }
}

async fn next(app: &App, secret: &str, form: &SetUpForm) -> Result<Response, ActionError> {
    let mut error = None;
    if let Some(password) = &form.password {
        error = refusal(set_password(&app.actions, &form.setup, password).await)?;
    } else if let Some(code) = &form.code {
        match confirm_set_up(&app.actions, &form.setup, code).await {
            Ok(codes) => return Ok(recovery(app, secret, codes)),
            refused => error = refusal(refused.map(|_| ()))?,
        }
    }
    let stands = show_set_up(&app.actions, &form.setup)
        .await?
        .ok_or(ActionError::NotFound)?;
    let mut view = match stands.secret {
        None => step(app, secret, "Choose a password")
            .saying(format!("Your sign-in name is {}.", stands.name))
            .asking(
                "password",
                "Password",
                "At least 12 characters. Three or four words are easy to remember. You can paste it",
                FieldKind::NewSecret,
                error.as_deref(),
            ),
        Some(key) => {
            let groups: Vec<String> = key
                .as_bytes()
                .chunks(4)
                .map(|group| String::from_utf8_lossy(group).into_owned())
                .collect();
            let mut view = step(app, secret, "Set up your second factor")
                .saying("Open an authenticator app on your telephone, choose to enter a key by hand, and enter this one:")
                .asking("code", "Code", "The 6 digits that the app shows now", FieldKind::OneTimeCode, error.as_deref());
            view.lines = vec![groups.join(" ")];
            view
        }
    };
    view.hidden.push(("setup", form.setup.clone()));
    Ok(answer(app, secret, &view))
}

/// The words of a refusal of the form; other errors go on.
fn refusal(result: Result<(), ActionError>) -> Result<Option<String>, ActionError> {
    match result {
        Ok(()) => Ok(None),
        Err(ActionError::Form(problems)) => Ok(problems.into_iter().next().map(|problem| problem.words)),
        Err(error) => Err(error),
    }
}

fn recovery(app: &App, secret: &str, codes: Vec<String>) -> Response {
    let mut view = step(app, secret, "Write down your recovery codes")
        .saying("Your account is set up. If you lose your telephone, one of these codes signs you in, once. They are not shown again.");
    view.lines = codes;
    view.button = None;
    view.links.push(("/sign-in".to_owned(), "Sign in"));
    answer(app, secret, &view)
}
