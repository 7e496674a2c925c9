//! The sign-in page: this release knows the development token.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode, header};

use super::onward;
use crate::app::{App, is_same_site};
use crate::components::{ErrorSummary, FieldKind, FieldWidth, Problem, TextField};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;
use crate::session::{Cookie, fresh_secret, same_token};

#[derive(Debug, Clone, Template)]
#[template(path = "access/sign_in.html")]
pub(crate) struct SignInView {
    frame: Frame,
    csrf: String,
    notice: Option<&'static str>,
    summary: Option<ErrorSummary>,
    token: TextField,
    /// Providers to sign in with: address and label.
    providers: Vec<(String, String)>,
}

impl SignInView {
    pub(crate) fn new(
        frame: Frame,
        csrf: String,
        notice: Option<&'static str>,
        error: Option<&str>,
    ) -> SignInView {
        SignInView {
            frame,
            csrf,
            notice,
            summary: ErrorSummary::of(
                error
                    .map(|words| Problem::new("token", words))
                    .into_iter()
                    .collect(),
            ),
            token: TextField {
                id: "token",
                label: "Development token",
                hint: "",
                kind: FieldKind::Secret,
                width: FieldWidth::Twenty,
                value: String::new(),
                error: error.map(str::to_owned),
            },
            providers: Vec::new(),
        }
    }

    /// The same with providers to sign in with, by name and label.
    fn with_providers(self, providers: Vec<(String, String)>) -> SignInView {
        let address = |(name, label)| (format!("/sign-in/with/{name}"), label);
        SignInView {
            providers: providers.into_iter().map(address).collect(),
            ..self
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, SignInView)> {
        let view =
            |notice, error| SignInView::new(Frame::sample(false), "sample-token".to_owned(), notice, error);
        vec![
            ("normal", view(None, None)),
            (
                "error",
                view(
                    None,
                    Some("The token is not right. Copy it again from where the server was started"),
                ),
            ),
            (
                "ended",
                view(Some("Your session has ended. Sign in again to go on."), None),
            ),
            ("signed-out", view(Some("You have signed out."), None)),
            (
                "providers",
                view(None, None).with_providers(vec![
                    ("nhs-cis2".to_owned(), "NHS CIS2".to_owned()),
                    ("nhs-login".to_owned(), "NHS login".to_owned()),
                ]),
            ),
        ]
    }
}

/// The sign-in form as sent.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct SignInForm {
    csrf: String,
    token: String,
}

/// Why the page is shown, as it stands in the address: nothing that is secret or anyone's.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct Why {
    ended: Option<String>,
    out: Option<String>,
}

/// `GET /sign-in`: the form, tied to a cookie of its own.
pub(crate) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    why: Result<Query<Why>, QueryRejection>,
) -> Response {
    let why = why.map(|Query(why)| why).unwrap_or_default();
    let notice = if why.out.is_some() {
        Some("You have signed out.")
    } else if why.ended.is_some() {
        Some("Your session has ended. Sign in again to go on.")
    } else {
        None
    };
    form_page(&app, &headers, notice, None)
}

fn form_page(app: &App, headers: &HeaderMap, notice: Option<&'static str>, error: Option<&str>) -> Response {
    let secure = app.settings.secure_cookies;
    let known = Cookie::SignIn.read(headers, secure);
    let secret = match known.map_or_else(fresh_secret, Ok) {
        Ok(secret) => secret,
        Err(error) => {
            tracing::error!(error = %error, "no randomness for a session");
            return Failure::Unavailable("the server has no randomness to give".to_owned())
                .respond(app.frame_of(None));
        }
    };
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let view = SignInView::new(
        app.frame_of(None),
        app.sessions.form_token(&secret),
        notice,
        error,
    )
    .with_providers(actions::access::providers(&app.actions));
    let mut response = page(status, &view);
    if let Some(cookie) = Cookie::SignIn.give(&secret, secure) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// `POST /sign-in`: a session, or the form again.
pub(crate) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    Sent(form): Sent<SignInForm>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(None)),
    };
    let secure = app.settings.secure_cookies;
    let tied = Cookie::SignIn
        .read(&headers, secure)
        .is_some_and(|secret| same_token(&app.sessions.form_token(&secret), &form.csrf));
    if !tied || !is_same_site(&headers) {
        let words = "This form had been open too long, or cookies are switched off. Enter the token again";
        return form_page(&app, &headers, None, Some(words));
    }
    if form.token.trim().is_empty() {
        return form_page(&app, &headers, None, Some("Enter the development token"));
    }
    let Some(actor) = actions::access::sign_in(&app.actions, &form.token) else {
        tracing::info!("a sign-in was refused");
        let words = "The token is not right. Copy it again from where the server was started";
        return form_page(&app, &headers, None, Some(words));
    };
    // A new secret for the session: whoever knew the form's cookie knows nothing of it.
    let Ok(secret) = fresh_secret() else {
        return Failure::Unavailable("the server has no randomness to give".to_owned())
            .respond(app.frame_of(None));
    };
    app.sessions.begin(&secret, actor, app.actions.system_now());
    let landing = onward::landing(&headers, secure, "/staff/person");
    let mut response = Redirect::to(&landing).into_response();
    let cookies = [
        Cookie::Session.give(&secret, secure),
        Cookie::SignIn.forget(secure),
    ];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
