//! `/me/sharing/give`: proposing that somebody may act for one; the practice sees to it.

use actions::sharing::{Proposal, propose};
use actions::{ActionError, FieldProblem};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use crate::app::{App, SignedIn};
use crate::components::{
    DateField, DateParts, ErrorSummary, FieldKind, FieldWidth, Problem, ProxyScopes, TextField, TickedScopes,
    WrongParts,
};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

/// The form: a box that is not ticked is not sent.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Giving {
    csrf: String,
    name: String,
    relationship: String,
    #[serde(flatten)]
    scopes: TickedScopes,
    #[serde(rename = "until-day")]
    day: String,
    #[serde(rename = "until-month")]
    month: String,
    #[serde(rename = "until-year")]
    year: String,
}

impl Giving {
    fn until(&self) -> DateParts {
        DateParts {
            day: self.day.clone(),
            month: self.month.clone(),
            year: self.year.clone(),
        }
    }

    fn proposal(&self) -> Proposal {
        Proposal {
            name: self.name.clone(),
            relationship: self.relationship.clone(),
            scopes: self.scopes.codes(),
            until: self.until().date(),
        }
    }
}

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/sharing/give.html")]
pub(crate) struct GiveView {
    frame: Frame,
    csrf: String,
    summary: Option<ErrorSummary>,
    name: TextField,
    relationship: TextField,
    scopes: ProxyScopes,
    until: DateField,
}

impl GiveView {
    fn new(frame: Frame, form: &Giving, problems: &[FieldProblem]) -> GiveView {
        let wrong = |field: &str| {
            let found = problems.iter().find(|problem| problem.field == field);
            found.map(|problem| problem.words.clone())
        };
        let field = |id, label, hint, value: &str| TextField {
            id,
            label,
            hint,
            kind: FieldKind::Text,
            width: FieldWidth::Twenty,
            value: value.to_owned(),
            error: wrong(id),
        };
        GiveView {
            csrf: frame.csrf(),
            frame,
            summary: ErrorSummary::of(
                problems
                    .iter()
                    .map(|problem| {
                        let to = match problem.field {
                            "scopes" => ProxyScopes::FIRST,
                            "day" => "until-day",
                            field => field,
                        };
                        Problem::new(to, problem.words.clone())
                    })
                    .collect(),
            ),
            name: field("name", "Who is to act for you", "Their full name", &form.name),
            relationship: field(
                "relationship",
                "Who they are to you",
                "For example daughter, friend or neighbour",
                &form.relationship,
            ),
            scopes: ProxyScopes::new("What they may do", None, &form.scopes, wrong("scopes")),
            until: DateField::new(
                "until",
                "The last day on which they may act for you",
                "Within a year from today",
                &form.until(),
                wrong("day").map(|words| (words, WrongParts::ALL)),
            ),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, GiveView)> {
        let wrong = |field, words: &str| FieldProblem {
            field,
            words: words.to_owned(),
        };
        let typed = Giving {
            name: "<script>alert(1)</script>".to_owned(),
            scopes: TickedScopes::sample(),
            year: "1999".to_owned(),
            ..Giving::default()
        };
        let problems = [
            wrong(
                "relationship",
                "Enter who they are to you, such as daughter or friend",
            ),
            wrong("scopes", "Choose what they may do"),
            wrong("day", "Enter the last day on which they may act for you"),
        ];
        let frame = Frame::sample_citizen;
        vec![
            ("begin", GiveView::new(frame(), &Giving::default(), &[])),
            ("errors", GiveView::new(frame(), &typed, &problems)),
        ]
    }
}

/// `GET /me/sharing/give`.
pub(crate) async fn ask(State(app): State<App>, session: SignedIn) -> Response {
    let frame = app.frame_of(Some(&session.0));
    match actions::sharing::own(&app.actions, session.actor()).await {
        Ok(_) => page(StatusCode::OK, &GiveView::new(frame, &Giving::default(), &[])),
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `POST /me/sharing/give`.
pub(crate) async fn submit(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Giving>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    match propose(&app.actions, session.actor(), &form.proposal()).await {
        Ok(()) => Redirect::to("/me/sharing").into_response(),
        Err(ActionError::Form(problems)) => {
            let view = GiveView::new(frame, &form, &problems);
            page(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}
