//! `/staff/person/{id}/objection`: whether a person objects to risk stratification; those who treat them write down what they say.

use actions::sharing::{Decision, Objection, decide_objection, objection_of};
use actions::{ActionError, FieldProblem};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use crate::app::{App, SignedIn};
use crate::components::{ErrorSummary, Problem};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

/// What the person said.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Deciding {
    csrf: String,
    objects: String,
    #[serde(rename = "said-by-person")]
    said_by_person: Option<String>,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/objection/page.html")]
pub(crate) struct ObjectionView {
    frame: Frame,
    csrf: String,
    person: String,
    summary: Option<ErrorSummary>,
    error: Option<String>,
    /// They object; how it came about, in words.
    objects: Option<String>,
}

impl ObjectionView {
    fn new(
        frame: Frame,
        person: &str,
        objection: Option<&Objection>,
        problems: &[FieldProblem],
    ) -> ObjectionView {
        let told = problems
            .iter()
            .map(|problem| Problem::new(problem.field, &problem.words))
            .collect();
        ObjectionView {
            csrf: frame.csrf(),
            frame,
            person: crate::path_segment::encode(person),
            summary: ErrorSummary::of(told),
            error: problems.first().map(|problem| problem.words.clone()),
            objects: objection.map(words),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, ObjectionView)> {
        let objection = Objection {
            since: jiff::civil::Date::new(2026, 10, 3).ok(),
            for_them: true,
        };
        let problems = [FieldProblem {
            field: "said-by-person",
            words: "Confirm that the person said so themself: nobody who acts for them can".to_owned(),
        }];
        let view = |objection, problems: &[FieldProblem]| {
            ObjectionView::new(Frame::sample(true), "sample", objection, problems)
        };
        vec![
            ("does-not-object", view(None, &[])),
            ("objects", view(Some(&objection), &[])),
            ("error", view(None, &problems)),
        ]
    }
}

fn words(objection: &Objection) -> String {
    let since = objection.since.map_or_else(
        || "on a day that is not recorded".to_owned(),
        |day| format!("on {}", care::london::date_words(day)),
    );
    let by = if objection.for_them {
        "staff wrote it down for them"
    } else {
        "on their own page"
    };
    format!("They objected {since}, {by}.")
}

/// `GET /staff/person/{id}/objection`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn, Path(person): Path<String>) -> Response {
    answered(&app, &session, &person, &[]).await
}

async fn answered(app: &App, session: &SignedIn, person: &str, problems: &[FieldProblem]) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    match objection_of(&app.actions, session.actor(), person).await {
        Ok(objection) => {
            let view = ObjectionView::new(frame, person, objection.as_ref(), problems);
            page(status, &view)
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `POST /staff/person/{id}/objection`.
pub(crate) async fn submit(
    State(app): State<App>,
    session: SignedIn,
    Path(person): Path<String>,
    headers: HeaderMap,
    Sent(form): Sent<Deciding>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    let objects = match form.objects.as_str() {
        "yes" => true,
        "no" => false,
        // Whoever may not know of the person hears that first.
        _ => {
            let known = objection_of(&app.actions, session.actor(), &person).await;
            return known
                .map_or_else(Failure::of, |_| Failure::BadForm)
                .respond(frame);
        }
    };
    let decision = Decision {
        objects,
        said_by_person: form.said_by_person.is_some(),
    };
    match decide_objection(&app.actions, session.actor(), &person, decision).await {
        // Somebody else changed it meanwhile: the page says how it stands now.
        Ok(()) | Err(ActionError::Conflict { .. }) => {
            let person = crate::path_segment::encode(&person);
            Redirect::to(&format!("/staff/person/{person}/objection")).into_response()
        }
        Err(ActionError::Form(problems)) => answered(&app, &session, &person, &problems).await,
        Err(error) => Failure::of(error).respond(frame),
    }
}
