//! A colleague is asked to take over from whoever is close to a person, and finds there whom to take over. Nothing of the person stands
//! on the list: who it is shows their own page, to whoever may know.

use actions::ActionError;
use actions::access::{HandedOver, hand_over, handed_over, take_over};
use askama::Template;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;
use crate::staff::record::base;

const LIST: &str = "/staff/handed-over";

/// The button on the page of a closed record.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Asking {
    csrf: String,
}

/// The button beside one of the list.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Taking {
    csrf: String,
    id: String,
}

/// What the list says above itself.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Notice {
    asked: Option<String>,
    gone: Option<String>,
}

#[derive(Debug, Clone)]
struct Row {
    id: String,
    href: String,
    at: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/open_up/handed_over.html")]
pub(crate) struct HandedOverView {
    frame: Frame,
    csrf: String,
    /// The reader has just asked.
    asked: bool,
    /// Somebody else was first.
    gone: bool,
    rows: Vec<Row>,
}

impl HandedOverView {
    fn new(frame: Frame, notice: &Notice, all: &[HandedOver]) -> HandedOverView {
        HandedOverView {
            csrf: frame.csrf(),
            frame,
            asked: notice.asked.is_some(),
            gone: notice.gone.is_some(),
            rows: all
                .iter()
                .map(|one| Row {
                    id: one.id.clone(),
                    href: base(&one.page),
                    at: one
                        .at
                        .map_or_else(|| "time not recorded".to_owned(), care::london::moment_words),
                })
                .collect(),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, HandedOverView)> {
        let one = |id: &str, at: &str| HandedOver {
            id: id.to_owned(),
            page: "0190c0de-0000-7000-8000-000000000001".to_owned(),
            at: at.parse().ok(),
        };
        let all = [
            one("one", "2026-11-29T01:10:00Z"),
            one("two", "2026-11-29T08:42:00Z"),
        ];
        let yes = || Some("1".to_owned());
        let view =
            |notice: &Notice, all: &[HandedOver]| HandedOverView::new(Frame::sample(true), notice, all);
        let none = Notice::default();
        let asked = Notice {
            asked: yes(),
            gone: None,
        };
        let gone = Notice {
            asked: None,
            gone: yes(),
        };
        vec![
            ("some", view(&none, &all)),
            ("empty", view(&none, &[])),
            ("asked", view(&asked, &[])),
            ("gone", view(&gone, &all[..1])),
        ]
    }
}

/// `POST /staff/person/{id}/hand-over`.
pub(crate) async fn ask(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
    Sent(form): Sent<Asking>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let Ok(Path(id)) = id else {
        return Failure::NotFound.respond(frame);
    };
    if let Err(failure) = session.accepted(form, &headers, |form| &form.csrf) {
        return failure.respond(frame);
    }
    match hand_over(&app.actions, session.actor(), &id).await {
        Ok(()) => Redirect::to(&format!("{LIST}?asked=1")).into_response(),
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `GET /staff/handed-over`.
pub(crate) async fn list(
    State(app): State<App>,
    session: SignedIn,
    notice: Result<Query<Notice>, QueryRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let notice = notice.map(|Query(notice)| notice).unwrap_or_default();
    match handed_over(&app.actions, session.actor()).await {
        Ok(all) => page(StatusCode::OK, &HandedOverView::new(frame, &notice, &all)),
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `POST /staff/handed-over`: whoever takes over goes to the person's page.
pub(crate) async fn take(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Taking>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    match take_over(&app.actions, session.actor(), &form.id).await {
        Ok(person) => Redirect::to(&base(&person)).into_response(),
        Err(ActionError::Conflict { .. }) => Redirect::to(&format!("{LIST}?gone=1")).into_response(),
        Err(error) => Failure::of(error).respond(frame),
    }
}
