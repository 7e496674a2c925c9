//! `GET /staff/person/{id}` and its sections: one read of one person, then the section's page.

use actions::access::standing_to;
use actions::record::{Part, open};
use actions::sharing::{OpenPages, open_pages};
use actions::{ActionError, Actions, Purpose};
use askama::Template;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use care::record::PersonRecord;
use http::StatusCode;
use jiff::Timestamp;

use super::list::FactListView;
use super::{base, series, timeline};
use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::frame::Frame;
use crate::staff::open_up::closed;

type PersonId = Result<Path<String>, PathRejection>;

/// The longest id of a resource (FHIR R4).
const LONGEST_ID: usize = 64;

/// Reads the person, audited before anything is shown, and prints the page that `view` makes.
async fn story<V: Template>(
    app: &App,
    session: &SignedIn,
    id: Result<String, PathRejection>,
    part: Part,
    view: impl FnOnce(Frame, &PersonRecord, &str, Timestamp) -> Option<V>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let may_be_id = |id: &String| {
        (1..=LONGEST_ID).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
    };
    let Some(id) = id.ok().filter(may_be_id) else {
        return Failure::NotFound.respond(frame);
    };
    let (actor, purpose) = (session.actor(), Purpose::DirectCare);
    let Ok(standing) = standing_to(&app.actions, actor, purpose, &id).await else {
        // The record is asked all the same: that somebody asked, and was told nothing, is audited.
        let refused = open(&app.actions, actor, purpose, &id, Part::FirstTwoMinutes).await;
        return Failure::of(refused.err().unwrap_or(ActionError::NotFound)).respond(frame);
    };
    let frame = frame.opened(&standing);
    if !standing.sees_health {
        let known = open(&app.actions, actor, purpose, &id, Part::FirstTwoMinutes)
            .await
            .ok();
        let view = closed(frame, actor, &standing, known.as_ref(), &base(&id));
        return page(StatusCode::OK, &view);
    }
    match open(&app.actions, actor, purpose, &id, part).await {
        Ok(record) => match view(frame.clone(), &record, &base(&id), now(&app.actions)) {
            Some(view) => page(StatusCode::OK, &view),
            None => Failure::NotFound.respond(frame),
        },
        Err(error) => Failure::of(error).respond(frame),
    }
}

fn now(actions: &Actions) -> Timestamp {
    actions.care_now().timestamp()
}

/// `GET /staff/person/{id}`: the first two minutes.
pub(crate) async fn first_two_minutes(State(app): State<App>, session: SignedIn, id: PersonId) -> Response {
    let id = id.map(|Path(id)| id);
    story(
        &app,
        &session,
        id,
        Part::FirstTwoMinutes,
        |frame, record, base, now| Some(super::first_two_minutes::view(frame, record, base, now)),
    )
    .await
}

/// `GET /staff/person/{id}/timeline`.
pub(crate) async fn timeline(
    State(app): State<App>,
    session: SignedIn,
    id: PersonId,
    chosen: Result<Query<timeline::Chosen>, QueryRejection>,
) -> Response {
    let id = id.map(|Path(id)| id);
    let chosen = chosen.map(|Query(chosen)| chosen).unwrap_or_default();
    story(&app, &session, id, Part::FullStory, |frame, record, base, now| {
        Some(timeline::view(frame, record, base, &chosen, now))
    })
    .await
}

/// `GET /staff/person/{id}/results/{name}`: one result over time.
pub(crate) async fn series(
    State(app): State<App>,
    session: SignedIn,
    address: Result<Path<(String, String)>, PathRejection>,
    chosen: Result<Query<series::Chosen>, QueryRejection>,
) -> Response {
    let (id, name) = match address {
        Ok(Path((id, name))) => (Ok(id), name),
        Err(rejection) => (Err(rejection), String::new()),
    };
    let chosen = chosen.map(|Query(chosen)| chosen).unwrap_or_default();
    story(&app, &session, id, Part::FullStory, |frame, record, base, now| {
        series::view(frame, record, base, &name, &chosen, now)
    })
    .await
}

type SectionView = fn(Frame, &PersonRecord, &str, Timestamp) -> FactListView;

async fn section(app: &App, session: &SignedIn, id: PersonId, view: SectionView) -> Response {
    let id = id.map(|Path(id)| id);
    story(app, session, id, Part::FullStory, |frame, record, base, now| {
        Some(view(frame, record, base, now))
    })
    .await
}

/// `GET /staff/person/{id}/problems`.
pub(crate) async fn problems(State(app): State<App>, session: SignedIn, id: PersonId) -> Response {
    section(&app, &session, id, super::problems::view).await
}

/// `GET /staff/person/{id}/medicines`.
pub(crate) async fn medicines(State(app): State<App>, session: SignedIn, id: PersonId) -> Response {
    section(&app, &session, id, super::medicines::view).await
}

/// `GET /staff/person/{id}/allergies`.
pub(crate) async fn allergies(State(app): State<App>, session: SignedIn, id: PersonId) -> Response {
    section(&app, &session, id, super::allergies::view).await
}

/// `GET /staff/person/{id}/results`.
pub(crate) async fn results(State(app): State<App>, session: SignedIn, id: PersonId) -> Response {
    section(&app, &session, id, super::results::view).await
}

/// `GET /staff/person/{id}/encounters`.
pub(crate) async fn encounters(State(app): State<App>, session: SignedIn, id: PersonId) -> Response {
    section(&app, &session, id, super::encounters::view).await
}

/// `GET /staff/person/{id}/documents`.
pub(crate) async fn documents(State(app): State<App>, session: SignedIn, id: PersonId) -> Response {
    section(&app, &session, id, super::documents::view).await
}

/// `GET /staff/person/{id}/plans`.
pub(crate) async fn plans(State(app): State<App>, session: SignedIn, id: PersonId) -> Response {
    section(&app, &session, id, super::plans::view).await
}

/// `GET /staff/person/{id}/other`.
pub(crate) async fn other(State(app): State<App>, session: SignedIn, id: PersonId) -> Response {
    let id = id.map(|Path(id)| id);
    // What is no id, and a record that fails, is said by the page itself.
    let open = match &id {
        Ok(id) => open_pages(&app.actions, session.actor(), id)
            .await
            .unwrap_or_default(),
        Err(_) => OpenPages::default(),
    };
    story(&app, &session, id, Part::FullStory, |frame, record, base, now| {
        let mut view = super::other::view(frame, record, base, now);
        view.story.keep_links(open);
        Some(view)
    })
    .await
}
