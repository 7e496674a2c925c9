//! Acting for somebody: for whom, and the banner that every page of theirs carries.

use actions::sharing::{ActingFor, acting_for};
use actions::{ActionError, Actions, Actor, Purpose};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::frame::Frame;

/// For whom the reader acts on this page.
#[derive(Debug, Clone)]
pub(crate) struct Acting {
    pub(crate) name: String,
    pub(crate) base: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/people.html")]
pub(crate) struct PeopleView {
    frame: Frame,
    people: Vec<Acting>,
}

impl PeopleView {
    pub(crate) fn samples() -> Vec<(&'static str, PeopleView)> {
        let view = |people| PeopleView {
            frame: Frame::sample_citizen(),
            people,
        };
        let clara = Acting {
            name: "Mrs Clara Example".to_owned(),
            base: "/me/for/sample".to_owned(),
        };
        vec![("normal", view(vec![clara])), ("nobody", view(Vec::new()))]
    }
}

/// `GET /me/for`: for whom one acts.
pub(crate) async fn list(State(app): State<App>, session: SignedIn) -> Response {
    let frame = app.frame_of(Some(&session.0));
    match people(&app.actions, session.actor()).await {
        Ok(people) => page(StatusCode::OK, &PeopleView { frame, people }),
        Err(error) => Failure::of(error).respond(frame),
    }
}

async fn people(actions: &Actions, actor: &Actor) -> Result<Vec<Acting>, ActionError> {
    let mut people = Vec::new();
    for one in acting_for(actions, actor).await? {
        people.push(named(actions, actor, &one).await?);
    }
    Ok(people)
}

/// The banner of somebody for whom the reader acts.
pub(super) async fn named(actions: &Actions, actor: &Actor, one: &ActingFor) -> Result<Acting, ActionError> {
    let part = actions::record::Part::FirstTwoMinutes;
    let record = actions::record::open(actions, actor, Purpose::DirectCare, &one.page, part).await?;
    Ok(Acting {
        name: name_of(&record),
        base: base(one),
    })
}

pub(super) fn name_of(record: &care::record::PersonRecord) -> String {
    record.person.as_ref().map_or_else(
        || "somebody without a name".to_owned(),
        care::person::Person::formal_name,
    )
}

/// The address of the first page of the record.
pub(super) fn base(one: &ActingFor) -> String {
    if one.own {
        "/me/record".to_owned()
    } else {
        format!("/me/for/{}", one.page)
    }
}
