//! Opening an app from a person's record: the app gets that person and nobody else.

use actions::access::smart::{self, NotAuthorised};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::authorise::GoingOnView;
use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

/// The apps that can be opened.
#[derive(Debug, Clone, Template)]
#[template(path = "access/apps.html")]
pub(crate) struct AppsView {
    frame: Frame,
    csrf: String,
    person: String,
    /// Id and name of each.
    apps: Vec<(String, String)>,
}

impl AppsView {
    pub(crate) fn samples() -> Vec<(&'static str, AppsView)> {
        let view = |apps: &[(&str, &str)]| AppsView {
            frame: Frame::sample(true),
            csrf: "sample-token".to_owned(),
            person: "sample".to_owned(),
            apps: apps
                .iter()
                .map(|(id, name)| ((*id).to_owned(), (*name).to_owned()))
                .collect(),
        };
        vec![
            (
                "normal",
                view(&[("charts", "Growth charts"), ("dosing", "Insulin dosing")]),
            ),
            ("none", view(&[])),
            ("hostile", view(&[("x", "<script>alert(1)</script>")])),
        ]
    }
}

/// The app that is to be opened.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct OpenForm {
    csrf: String,
    app: String,
}

/// `GET /staff/person/{id}/apps`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn, Path(person): Path<String>) -> Response {
    let frame = app.frame_of(Some(&session.0));
    match smart::launchable(&app.actions, session.actor(), &person).await {
        Err(why) => failure(why).respond(frame),
        Ok(apps) => {
            let csrf = session.0.csrf.clone();
            let person = crate::path_segment::encode(&person);
            page(
                StatusCode::OK,
                &AppsView {
                    frame,
                    csrf,
                    person,
                    apps,
                },
            )
        }
    }
}

/// `POST /staff/person/{id}/apps`: to the app.
pub(crate) async fn open(
    State(app): State<App>,
    session: SignedIn,
    Path(person): Path<String>,
    headers: HeaderMap,
    Sent(form): Sent<OpenForm>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    let base = format!("{}/fhir", app.settings.public_url);
    match smart::launch(&app.actions, session.actor(), &base, &form.app, &person).await {
        Err(why) => failure(why).respond(frame),
        Ok(address) => page(
            StatusCode::OK,
            &GoingOnView::to(frame, "Opening the app".to_owned(), address),
        ),
    }
}

fn failure(why: NotAuthorised) -> Failure {
    match why {
        NotAuthorised::Record(error) => Failure::of(error),
        _ => Failure::NotFound,
    }
}
