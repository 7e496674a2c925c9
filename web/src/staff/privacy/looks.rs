//! Who looked at one person's record in the last days, and what one reader looked at, for the privacy office.

use actions::ActionError;
use actions::audit::{OfficerLook, Sought, looks_at, looks_by};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use codes::nhs_number::NhsNumber;
use http::{HeaderMap, StatusCode};

use super::inbox::moment;
use crate::app::{App, SignedIn, role_words_of};
use crate::components::{ErrorSummary, FieldKind, FieldWidth, Problem, TextField};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

/// The form.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Asking {
    csrf: String,
    #[serde(rename = "nhs-number")]
    nhs_number: String,
}

/// What stands in the address: internal ids tell nothing of anybody.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Of {
    person: String,
    reader: String,
}

/// What was found.
#[derive(Debug, Clone, Default)]
struct Found {
    looks: Vec<OfficerLook>,
    more: bool,
    /// Of which reader alone.
    reader: Option<String>,
    /// Of everybody whom the reader looked at.
    of_everybody: bool,
}

#[derive(Debug, Clone)]
struct Row {
    at: String,
    actor: String,
    role: String,
    organisation: String,
    what: String,
    people: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/privacy/looks.html")]
pub(crate) struct LooksView {
    frame: Frame,
    csrf: String,
    summary: Option<ErrorSummary>,
    number: TextField,
    /// Nothing before a search.
    rows: Option<Vec<Row>>,
    more: bool,
    reader: Option<String>,
    of_everybody: bool,
}

impl LooksView {
    fn new(frame: Frame, typed: &str, error: Option<&str>, found: Option<Found>) -> LooksView {
        LooksView {
            csrf: frame.csrf(),
            frame,
            summary: ErrorSummary::of(
                error
                    .map(|words| Problem::new("nhs-number", words))
                    .into_iter()
                    .collect(),
            ),
            number: TextField {
                id: "nhs-number",
                label: "NHS number",
                hint: "A 10 digit number, such as 485 777 3456",
                kind: FieldKind::Digits,
                width: FieldWidth::Ten,
                value: typed.to_owned(),
                error: error.map(str::to_owned),
            },
            more: found.as_ref().is_some_and(|found| found.more),
            of_everybody: found.as_ref().is_some_and(|found| found.of_everybody),
            reader: found.as_ref().and_then(|found| found.reader.clone()),
            rows: found.map(|found| found.looks.iter().map(row).collect()),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, LooksView)> {
        let look = OfficerLook {
            at: "2026-11-29T01:10:00Z"
                .parse()
                .unwrap_or(jiff::Timestamp::UNIX_EPOCH),
            actor: "nurse-7".to_owned(),
            role: Some(actions::Role::Clinician),
            organisation: Some("RVJ".to_owned()),
            changed: false,
            refused: false,
            source: String::new(),
            people: Vec::new(),
            rest: 0,
        };
        let of_reader = OfficerLook {
            people: vec!["0190c0de-0000-7000-8000-000000000001".to_owned()],
            rest: 2,
            ..look.clone()
        };
        let found = |looks, more, reader: Option<&str>, of_everybody| Found {
            looks,
            more,
            reader: reader.map(str::to_owned),
            of_everybody,
        };
        let view = |found| LooksView::new(Frame::sample(true), "", None, Some(found));
        let refused = OfficerLook {
            refused: true,
            ..look.clone()
        };
        vec![
            ("begin", LooksView::new(Frame::sample(true), "", None, None)),
            (
                "of-one-reader",
                view(found(vec![look.clone()], false, Some("nurse-7"), false)),
            ),
            (
                "by-reader",
                view(found(vec![of_reader], false, Some("nurse-7"), true)),
            ),
            ("found", view(found(vec![look, refused], true, None, false))),
            ("nobody", view(found(Vec::new(), false, None, false))),
            (
                "error",
                LooksView::new(
                    Frame::sample(true),
                    "123",
                    Some("NHS number must have 10 digits"),
                    None,
                ),
            ),
        ]
    }
}

fn row(look: &OfficerLook) -> Row {
    Row {
        at: moment(Some(look.at)),
        actor: look.actor.clone(),
        role: look.role.map(role_words_of).unwrap_or_default(),
        organisation: look.organisation.clone().unwrap_or_else(|| "–".to_owned()),
        what: match (look.refused, look.changed, look.source.as_str()) {
            (_, _, codes::access::BREAK_GLASS) => "Opened in an emergency".to_owned(),
            (_, _, codes::access::CLAIMED) => "Opened with a reason".to_owned(),
            (_, _, codes::access::HAND_OVER) => "Asked a colleague to take over".to_owned(),
            (true, ..) => "Asked, and was shown nothing".to_owned(),
            (_, true, _) => "Changed or added something".to_owned(),
            _ => "Read".to_owned(),
        },
        people: match look.rest {
            0 => look.people.join(", "),
            rest => format!("{} and {rest} more", look.people.join(", ")),
        },
    }
}

/// `GET /staff/privacy/looks`: the form; with ids in the address, the looks behind a pattern.
pub(crate) async fn ask(
    State(app): State<App>,
    session: SignedIn,
    of: Result<Query<Of>, QueryRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    if !actions::access::may_review(session.actor()) {
        return Failure::NotFound.respond(frame);
    }
    let of = of.map(|Query(of)| of).unwrap_or_default();
    let reader = Some(of.reader.trim()).filter(|reader| !reader.is_empty());
    let person = Some(of.person.trim()).filter(|person| !person.is_empty());
    let found = match (person, reader) {
        (Some(id), _) => looks_at(&app.actions, session.actor(), &Sought::Page { id, reader }).await,
        (None, Some(reader)) => looks_by(&app.actions, session.actor(), reader).await,
        (None, None) => return page(StatusCode::OK, &LooksView::new(frame, "", None, None)),
    };
    match found {
        Ok((looks, more)) => {
            let found = Found {
                looks,
                more,
                reader: reader.map(str::to_owned),
                of_everybody: person.is_none(),
            };
            page(StatusCode::OK, &LooksView::new(frame, "", None, Some(found)))
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `POST /staff/privacy/looks`: the number stands in no address.
pub(crate) async fn looks(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Asking>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    if !actions::access::may_review(session.actor()) {
        return Failure::NotFound.respond(frame);
    }
    let Ok(number) = NhsNumber::parse(form.nhs_number.trim()) else {
        let words = "Enter an NHS number: 10 digits, the last of which checks the others";
        return page(
            StatusCode::UNPROCESSABLE_ENTITY,
            &LooksView::new(frame, &form.nhs_number, Some(words), None),
        );
    };
    match looks_at(&app.actions, session.actor(), &Sought::Number(&number)).await {
        Ok((looks, more)) => {
            let found = Found {
                looks,
                more,
                ..Found::default()
            };
            page(
                StatusCode::OK,
                &LooksView::new(frame, &form.nhs_number, None, Some(found)),
            )
        }
        Err(ActionError::Form(problems)) => {
            let words = problems
                .first()
                .map(|problem| problem.words.clone())
                .unwrap_or_default();
            page(
                StatusCode::UNPROCESSABLE_ENTITY,
                &LooksView::new(frame, &form.nhs_number, Some(&words), None),
            )
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}
