//! The academy's forms: begin a story, tell its next step, take it back, turn the care clock.

use actions::ActionError;
use actions::academy::{self, Turn, When};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::page::{PURPOSE, respond};
use crate::app::{App, SignedIn};
use crate::failure::Failure;
use crate::form::Sent;

/// Begin a story.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Start {
    csrf: String,
    #[serde(default)]
    story: String,
}

/// Tell the next step: the one that the page showed as the next.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Next {
    csrf: String,
    #[serde(default)]
    story: String,
    #[serde(default)]
    run: u32,
    #[serde(default)]
    step: u16,
    #[serde(default)]
    when: String,
}

/// Take a story back, and begin it anew if so asked.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Reset {
    csrf: String,
    #[serde(default)]
    story: String,
    #[serde(default)]
    run: u32,
    #[serde(default)]
    then: String,
}

/// Turn the care clock.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Clock {
    csrf: String,
    #[serde(default)]
    turn: String,
}

/// Back to the story, or the page with what was not done and why.
async fn answer(app: &App, session: &SignedIn, done: Result<(), ActionError>, place: &str) -> Response {
    match done {
        Ok(()) => Redirect::to(&format!("/staff/academy#{place}")).into_response(),
        Err(ActionError::Conflict { words, .. }) => {
            respond(app, session, StatusCode::CONFLICT, Some(words)).await
        }
        Err(ActionError::Rule { words, .. }) => {
            respond(app, session, StatusCode::UNPROCESSABLE_ENTITY, Some(words)).await
        }
        Err(ActionError::Forbidden(_)) => respond(app, session, StatusCode::FORBIDDEN, None).await,
        Err(error) => Failure::of(error).respond(app.frame_of(Some(&session.0))),
    }
}

/// `POST /staff/academy/start`.
pub(crate) async fn start(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Start>,
) -> Response {
    let asked = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(asked) => asked,
        Err(refused) => return refused.respond(app.frame_of(Some(&session.0))),
    };
    let done = academy::start(&app.actions, session.actor(), PURPOSE, &asked.story).await;
    answer(&app, &session, done, &asked.story).await
}

/// `POST /staff/academy/step`.
pub(crate) async fn step(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Next>,
) -> Response {
    let asked = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(asked) => asked,
        Err(refused) => return refused.respond(app.frame_of(Some(&session.0))),
    };
    let (actor, story) = (session.actor(), &asked.story);
    let when = if asked.when == "due" { When::Due } else { When::Now };
    let done = academy::step(&app.actions, actor, PURPOSE, story, asked.run, asked.step, when).await;
    answer(&app, &session, done, story).await
}

/// `POST /staff/academy/reset`.
pub(crate) async fn reset(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Reset>,
) -> Response {
    let asked = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(asked) => asked,
        Err(refused) => return refused.respond(app.frame_of(Some(&session.0))),
    };
    let (actor, story) = (session.actor(), &asked.story);
    let mut done = academy::reset(&app.actions, actor, PURPOSE, story, asked.run).await;
    if done.is_ok() && asked.then == "start" {
        done = academy::start(&app.actions, actor, PURPOSE, story).await;
    }
    answer(&app, &session, done, story).await
}

/// `POST /staff/academy/clock`.
pub(crate) async fn clock(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Clock>,
) -> Response {
    let asked = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(asked) => asked,
        Err(refused) => return refused.respond(app.frame_of(Some(&session.0))),
    };
    let Some(turn) = Turn::from_code(&asked.turn) else {
        return Failure::BadForm.respond(app.frame_of(Some(&session.0)));
    };
    let done = academy::turn(&app.actions, session.actor(), turn).await;
    answer(&app, &session, done, "clock").await
}
