//! `/me/record` and `/me/for/{person}`: a record in plain words, one's own or that of somebody for whom one acts. Both are the same
//! page, made of what the lens of the reader lets through.

use actions::record::{Part, open};
use actions::sharing::{ActingFor, acts_for, own as own_record};
use actions::{ActionError, Purpose};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::acting::{Acting, base, name_of};
use super::plain::{Link, RecordView, groups};
use super::section::Section;
use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::frame::Frame;

/// `GET /me/record`.
pub(crate) async fn own(State(app): State<App>, session: SignedIn) -> Response {
    let found = own_record(&app.actions, session.actor()).await;
    show(&app, &session, found, None).await
}

/// `GET /me/record/{section}`.
pub(crate) async fn own_section(
    State(app): State<App>,
    session: SignedIn,
    section: Result<Path<String>, PathRejection>,
) -> Response {
    let found = own_record(&app.actions, session.actor()).await;
    show(
        &app,
        &session,
        found,
        Some(section.map(|Path(section)| section).unwrap_or_default()),
    )
    .await
}

/// `GET /me/for/{person}`.
pub(crate) async fn of_another(
    State(app): State<App>,
    session: SignedIn,
    person: Result<Path<String>, PathRejection>,
) -> Response {
    let person = person.map(|Path(person)| person).unwrap_or_default();
    let found = acts_for(&app.actions, session.actor(), &person).await;
    show(&app, &session, found, None).await
}

/// `GET /me/for/{person}/{section}`.
pub(crate) async fn of_another_section(
    State(app): State<App>,
    session: SignedIn,
    address: Result<Path<(String, String)>, PathRejection>,
) -> Response {
    let (person, section) = address.map(|Path(address)| address).unwrap_or_default();
    let found = acts_for(&app.actions, session.actor(), &person).await;
    show(&app, &session, found, Some(section)).await
}

async fn show(
    app: &App,
    session: &SignedIn,
    found: Result<ActingFor, ActionError>,
    section: Option<String>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    match view(app, session, frame.clone(), found, section).await {
        Ok(view) => page(StatusCode::OK, &view),
        Err(error) => Failure::of(error).respond(frame),
    }
}

async fn view(
    app: &App,
    session: &SignedIn,
    frame: Frame,
    found: Result<ActingFor, ActionError>,
    section: Option<String>,
) -> Result<RecordView, ActionError> {
    let whose = found?;
    let given: Vec<Section> = Section::ALL
        .into_iter()
        .filter(|section| whose.parts.contains(&section.part()))
        .collect();
    let shown = match &section {
        None => given
            .iter()
            .copied()
            .filter(|section| section.is_in_summary())
            .collect(),
        Some(path) => {
            let one = Section::of(path).filter(|section| given.contains(section));
            vec![one.ok_or(ActionError::NotFound)?]
        }
    };
    let (actor, purpose) = (session.actor(), Purpose::DirectCare);
    let record = open(&app.actions, actor, purpose, &whose.page, Part::FullStory).await?;
    let now = app.actions.care_now().timestamp();
    let base = base(&whose);
    let acting = (!whose.own).then(|| Acting {
        name: name_of(&record),
        base: base.clone(),
    });
    let heading = match (&shown[..], &section, whose.own) {
        ([only], Some(_), _) => only.words().to_owned(),
        (_, _, true) => "My record".to_owned(),
        (_, _, false) => "Their record".to_owned(),
    };
    let back = match (&section, whose.own) {
        (Some(_), true) => ("My record", base.as_str()),
        (Some(_), false) => ("Their record", base.as_str()),
        (None, true) => ("Home", "/me"),
        (None, false) => ("People I act for", "/me/for"),
    };
    Ok(RecordView {
        frame,
        acting,
        back: Link {
            words: back.0,
            href: back.1.to_owned(),
        },
        heading,
        links: match section {
            Some(_) => Vec::new(),
            None => given
                .iter()
                .map(|section| Link {
                    words: section.words(),
                    href: format!("{base}/{}", section.path()),
                })
                .collect(),
        },
        groups: shown
            .into_iter()
            .flat_map(|section| groups(section, &record, now))
            .collect(),
    })
}
