//! Deciding about one thing that was given up: what it is, the two ways, the reason; then it is done.

use actions::ActionError;
use actions::followers::{Bucket, Dead, DeadKind, Reason, decide, find};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::words::{error_words, kind_words, moment_words};
use crate::app::{App, SignedIn};
use crate::components::{ErrorSummary, Problem};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

/// Which one is asked about.
#[derive(Debug, Clone, Deserialize, Default)]
pub(crate) struct Which {
    kind: String,
    follower: String,
    bucket: u16,
    key: String,
}

/// The form.
#[derive(Debug, Clone, Deserialize, Default)]
pub(crate) struct Decision {
    csrf: String,
    kind: String,
    follower: String,
    bucket: u16,
    key: String,
    #[serde(default)]
    what: String,
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Clone)]
struct Choice {
    code: &'static str,
    words: &'static str,
    chosen: bool,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/followers/decide.html")]
pub(crate) struct DecideView {
    frame: Frame,
    csrf: String,
    summary: Option<ErrorSummary>,
    kind: &'static str,
    kind_code: &'static str,
    follower: String,
    bucket: u16,
    key: String,
    address: String,
    error: String,
    attempts: u32,
    at: String,
    what_error: Option<&'static str>,
    ways: Vec<Choice>,
    reason_error: Option<&'static str>,
    reasons: Vec<Choice>,
}

/// What can become of it.
const WAYS: [(&str, &str); 2] = [("replay", "Try it again"), ("drop", "Drop it for good")];
const NO_WHAT: &str = "Select whether to try it again or to drop it";
const NO_REASON: &str = "Select why";

impl DecideView {
    fn new(frame: Frame, dead: &Dead, asked: Option<&Decision>) -> DecideView {
        let what_error = asked
            .filter(|asked| parse_what(&asked.what).is_none())
            .map(|_| NO_WHAT);
        let reason_error = asked
            .filter(|asked| parse_reason(&asked.reason).is_none())
            .map(|_| NO_REASON);
        let problems = [("what", what_error), ("reason", reason_error)]
            .into_iter()
            .filter_map(|(field, error)| error.map(|words| Problem::new(field, words)))
            .collect();
        DecideView {
            csrf: frame
                .account
                .as_ref()
                .map(|account| account.csrf.clone())
                .unwrap_or_default(),
            frame,
            summary: ErrorSummary::of(problems),
            kind: kind_words(dead.kind),
            kind_code: dead.kind.code(),
            follower: dead.follower.clone(),
            bucket: dead.bucket.number(),
            key: dead.key.clone(),
            address: dead.address.clone().unwrap_or_default(),
            error: error_words(&dead.error).to_owned(),
            attempts: dead.attempts,
            at: moment_words(dead.at),
            what_error,
            reason_error,
            ways: WAYS
                .into_iter()
                .map(|(code, words)| Choice {
                    code,
                    words,
                    chosen: asked.is_some_and(|asked| asked.what == code),
                })
                .collect(),
            reasons: Reason::ALL
                .into_iter()
                .map(|reason| Choice {
                    code: reason.code(),
                    words: reason.words(),
                    chosen: asked.is_some_and(|asked| asked.reason == reason.code()),
                })
                .collect(),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, DecideView)> {
        let dead = Dead {
            kind: DeadKind::Letter,
            follower: "webhook".to_owned(),
            bucket: Bucket::of_hash(b"sample"),
            key: "subscription/569/9/0".to_owned(),
            address: Some("pas".to_owned()),
            at: "2026-08-03T10:00:00Z"
                .parse()
                .unwrap_or(jiff::Timestamp::UNIX_EPOCH),
            attempts: 24,
            error: "timed-out".to_owned(),
            replaying: false,
        };
        let empty = Decision::default();
        let half = Decision {
            what: "drop".to_owned(),
            ..Decision::default()
        };
        vec![
            ("normal", DecideView::new(Frame::sample(true), &dead, None)),
            ("error", DecideView::new(Frame::sample(true), &dead, Some(&empty))),
            ("half", DecideView::new(Frame::sample(true), &dead, Some(&half))),
        ]
    }
}

fn parse_what(what: &str) -> Option<bool> {
    match what {
        "replay" => Some(true),
        "drop" => Some(false),
        _ => None,
    }
}

fn parse_reason(reason: &str) -> Option<Reason> {
    Reason::ALL.into_iter().find(|one| one.code() == reason)
}

async fn found(app: &App, session: &SignedIn, which: &Which) -> Result<Dead, Failure> {
    let kind = DeadKind::ALL.into_iter().find(|kind| kind.code() == which.kind);
    let kind = kind.ok_or(Failure::NotFound)?;
    find(
        &app.actions,
        session.actor(),
        kind,
        &which.follower,
        which.bucket,
        &which.key,
    )
    .await
    .map_err(Failure::of)
}

/// `GET /staff/followers/decide`.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    which: Result<Query<Which>, QueryRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let Ok(Query(which)) = which else {
        return Failure::NotFound.respond(frame);
    };
    match found(&app, &session, &which).await {
        Ok(dead) => page(StatusCode::OK, &DecideView::new(frame, &dead, None)),
        Err(failure) => failure.respond(frame),
    }
}

/// `POST /staff/followers/decide`.
pub(crate) async fn submit(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Decision>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let asked = match session.accepted(form, &headers, |asked| &asked.csrf) {
        Ok(asked) => asked,
        Err(failure) => return failure.respond(frame),
    };
    let which = Which {
        kind: asked.kind.clone(),
        follower: asked.follower.clone(),
        bucket: asked.bucket,
        key: asked.key.clone(),
    };
    let dead = match found(&app, &session, &which).await {
        Ok(dead) => dead,
        Err(failure) => return failure.respond(frame),
    };
    let (Some(replay), Some(reason)) = (parse_what(&asked.what), parse_reason(&asked.reason)) else {
        return page(
            StatusCode::UNPROCESSABLE_ENTITY,
            &DecideView::new(frame, &dead, Some(&asked)),
        );
    };
    match decide(&app.actions, session.actor(), &dead, replay, reason).await {
        // Somebody else decided meanwhile: the list shows what came of it.
        Ok(()) | Err(ActionError::Conflict { .. }) => Redirect::to("/staff/followers").into_response(),
        Err(error) => Failure::of(error).respond(frame),
    }
}
