//! `/me/sharing/organisation/{organisation}`: what an organisation that takes part in one's care would see; it is shut out, or let in
//! again.

use actions::sharing::{OwnItem, TakingPart, Viewer, let_in_again, one_taking_part, seen_by, shut_out};
use actions::{ActionError, Actor};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use super::seen_by::Line;
use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

/// What one button says.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Deciding {
    csrf: String,
    decision: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/sharing/organisation.html")]
pub(crate) struct OrganisationView {
    frame: Frame,
    csrf: String,
    id: String,
    name: String,
    ways: Vec<&'static str>,
    shut_out: bool,
    lines: Vec<Line>,
}

impl OrganisationView {
    fn new(frame: Frame, one: &TakingPart, items: &[OwnItem]) -> OrganisationView {
        OrganisationView {
            csrf: frame.csrf(),
            frame,
            id: one.page.clone(),
            name: one.name.clone(),
            ways: one.ways.clone(),
            shut_out: one.shut_out,
            lines: items.iter().map(Line::of).collect(),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, OrganisationView)> {
        let view = |shut_out, lines| OrganisationView {
            frame: Frame::sample_citizen(),
            csrf: "sample-token".to_owned(),
            id: "sample".to_owned(),
            name: "Example <b>Surgery</b>".to_owned(),
            ways: vec!["You are registered there", "They have something to do for you"],
            shut_out,
            lines,
        };
        vec![
            ("normal", view(false, vec![Line::sample()])),
            ("nothing", view(false, Vec::new())),
            ("shut-out", view(true, Vec::new())),
        ]
    }
}

async fn view(app: &App, frame: Frame, actor: &Actor, id: &str) -> Result<Response, ActionError> {
    let one = one_taking_part(&app.actions, actor, id).await?;
    let items = seen_by(&app.actions, actor, &Viewer::Organisation(one.clone())).await?;
    Ok(page(StatusCode::OK, &OrganisationView::new(frame, &one, &items)))
}

/// `GET /me/sharing/organisation/{organisation}`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn, Path(id): Path<String>) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let answer = view(&app, frame.clone(), session.actor(), &id).await;
    answer.unwrap_or_else(|error| Failure::of(error).respond(frame))
}

/// `POST /me/sharing/organisation/{organisation}`.
pub(crate) async fn submit(
    State(app): State<App>,
    session: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    Sent(form): Sent<Deciding>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    let (actions, actor) = (&app.actions, session.actor());
    let done = match form.decision.as_str() {
        "shut-out" => shut_out(actions, actor, &id).await,
        "let-in" => let_in_again(actions, actor, &id).await,
        // Whoever has nothing to do with it hears that first.
        _ => {
            let known = one_taking_part(actions, actor, &id).await;
            return known
                .map_or_else(Failure::of, |_| Failure::BadForm)
                .respond(frame);
        }
    };
    match done {
        // Somebody else changed it meanwhile: the page says how it stands now.
        Ok(()) | Err(ActionError::Conflict { .. }) => {
            let id = crate::path_segment::encode(&id);
            Redirect::to(&format!("/me/sharing/organisation/{id}")).into_response()
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}
