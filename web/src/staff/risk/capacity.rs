//! `/staff/risk/capacity`: how many people a team can see in a week, changed by whoever runs it.

use actions::population::{Scope, scope};
use actions::risk::{Capacity, capacity, set_capacity};
use actions::{ActionError, FieldProblem};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use crate::app::{App, SignedIn};
use crate::components::{ErrorSummary, FieldKind, FieldWidth, Problem, TextField};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

/// Whose.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    scope: String,
}

/// The form.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Setting {
    csrf: String,
    scope: String,
    version: String,
    people: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/risk/capacity.html")]
pub(crate) struct CapacityView {
    frame: Frame,
    csrf: String,
    summary: Option<ErrorSummary>,
    team: String,
    key: String,
    version: u64,
    now: String,
    /// None for whoever may not change it.
    field: Option<TextField>,
}

impl CapacityView {
    fn new(
        frame: Frame,
        (key, team): (&str, &str),
        kept: &Capacity,
        typed: Option<(&str, &[FieldProblem])>,
    ) -> CapacityView {
        let problems = typed.map_or(&[][..], |(_, problems)| problems);
        let error = problems.first().map(|problem| problem.words.clone());
        let now = if kept.said {
            format!("It can see {} people a week.", kept.people)
        } else {
            format!("Nobody has said. {} people a week is taken.", kept.people)
        };
        let value = typed.map_or_else(|| kept.people.to_string(), |(typed, _)| typed.to_owned());
        let summary = problems.iter();
        CapacityView {
            csrf: frame.csrf(),
            frame,
            summary: ErrorSummary::of(
                summary
                    .map(|problem| Problem::new("people", &problem.words))
                    .collect(),
            ),
            team: team.to_owned(),
            key: key.to_owned(),
            version: kept.version,
            now,
            field: kept.may_change.then_some(TextField {
                id: "people",
                label: "How many people can the team see in a week?",
                hint: "People who are offered help from the list, 0 to 200. The list stops there.",
                kind: FieldKind::Digits,
                width: FieldWidth::Ten,
                value,
                error,
            }),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, CapacityView)> {
        let kept = |said, may_change| Capacity {
            people: 12,
            said,
            version: 1,
            may_change,
        };
        let team = ("practice:J83001", "Invented Surgery");
        let wrong = [FieldProblem {
            field: "people",
            words: "Enter how many people the team can see in a week, 0 to 200".to_owned(),
        }];
        let frame = || Frame::sample(true);
        vec![
            (
                "normal",
                CapacityView::new(frame(), team, &kept(true, true), None),
            ),
            (
                "read-only",
                CapacityView::new(frame(), team, &kept(false, false), None),
            ),
            (
                "error",
                CapacityView::new(frame(), team, &kept(true, true), Some(("many", &wrong))),
            ),
        ]
    }
}

fn team(app: &App, session: &SignedIn, key: &str) -> Result<Scope, ActionError> {
    let scope = scope(&app.actions, session.actor(), key)?;
    // Another team's number is nobody else's business.
    scope.is_own().then_some(scope).ok_or(ActionError::NotFound)
}

/// `GET /staff/risk/capacity`.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let key = asked.map(|Query(asked)| asked.scope).unwrap_or_default();
    shown(&app, &session, &key, None).await
}

async fn shown(app: &App, session: &SignedIn, key: &str, typed: Option<(&str, &[FieldProblem])>) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let found = async {
        let scope = team(app, session, key)?;
        let kept = capacity(&app.actions, session.actor(), &scope).await?;
        Ok::<_, ActionError>((scope, kept))
    };
    match found.await {
        Ok((scope, kept)) => {
            let status = if typed.is_some() {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                StatusCode::OK
            };
            let view = CapacityView::new(frame, (&scope.key(), scope.name()), &kept, typed);
            page(status, &view)
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `POST /staff/risk/capacity`.
pub(crate) async fn submit(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Setting>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    let done = async {
        let scope = team(&app, &session, &form.scope)?;
        let version = form.version.parse().unwrap_or(0);
        set_capacity(&app.actions, session.actor(), &scope, &form.people, version).await
    };
    let wrong = |words: &str| {
        vec![FieldProblem {
            field: "people",
            words: words.to_owned(),
        }]
    };
    let problems = match done.await {
        Ok(()) => {
            let to = format!("/staff/risk/capacity?scope={}", form.scope);
            return Redirect::to(&to).into_response();
        }
        Err(ActionError::Form(problems)) => problems,
        Err(ActionError::Conflict { .. }) => {
            wrong("Somebody changed it after you opened the page. Look at what stands now, and say again")
        }
        // To whoever may not change it the form is not shown.
        Err(ActionError::Forbidden(_)) => return Failure::NotFound.respond(frame),
        Err(error) => return Failure::of(error).respond(frame),
    };
    shown(&app, &session, &form.scope, Some((&form.people, &problems))).await
}
