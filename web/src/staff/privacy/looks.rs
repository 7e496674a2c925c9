//! Who looked at one person's record in the last days, for the privacy office.

use actions::ActionError;
use actions::audit::{OfficerLook, looks_at};
use askama::Template;
use axum::extract::State;
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

#[derive(Debug, Clone)]
struct Row {
    at: String,
    actor: String,
    role: String,
    organisation: String,
    what: String,
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
}

impl LooksView {
    fn new(
        frame: Frame,
        typed: &str,
        error: Option<&str>,
        found: Option<(Vec<OfficerLook>, bool)>,
    ) -> LooksView {
        let more = found.as_ref().is_some_and(|(_, more)| *more);
        LooksView {
            csrf: frame
                .account
                .as_ref()
                .map(|account| account.csrf.clone())
                .unwrap_or_default(),
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
            rows: found.map(|(looks, _)| looks.iter().map(row).collect()),
            more,
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
        };
        let refused = OfficerLook {
            refused: true,
            ..look.clone()
        };
        vec![
            ("begin", LooksView::new(Frame::sample(true), "", None, None)),
            (
                "found",
                LooksView::new(Frame::sample(true), "", None, Some((vec![look, refused], true))),
            ),
            (
                "nobody",
                LooksView::new(Frame::sample(true), "", None, Some((Vec::new(), false))),
            ),
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
            (true, ..) => "Asked, and was shown nothing".to_owned(),
            (_, true, _) => "Changed or added something".to_owned(),
            _ => "Read".to_owned(),
        },
    }
}

/// `GET /staff/privacy/looks`.
pub(crate) async fn ask(State(app): State<App>, session: SignedIn) -> Response {
    let frame = app.frame_of(Some(&session.0));
    if !actions::access::may_review(session.actor()) {
        return Failure::NotFound.respond(frame);
    }
    page(StatusCode::OK, &LooksView::new(frame, "", None, None))
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
    let Ok(number) = NhsNumber::parse(form.nhs_number.trim()) else {
        let words = "Enter an NHS number: 10 digits, the last of which checks the others";
        return page(
            StatusCode::UNPROCESSABLE_ENTITY,
            &LooksView::new(frame, &form.nhs_number, Some(words), None),
        );
    };
    match looks_at(&app.actions, session.actor(), &number).await {
        Ok(found) => page(
            StatusCode::OK,
            &LooksView::new(frame, &form.nhs_number, None, Some(found)),
        ),
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
