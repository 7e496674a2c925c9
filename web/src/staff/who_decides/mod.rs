//! `/staff/person/{id}/who-decides`: who decides about a person's record. A clinician writes down that somebody under 16 is competent,
//! that somebody lacks capacity for the decision, who their attorneys are, and who has parental responsibility.
//!
//! - `form` what the forms send
//! - `parents` the part about parental responsibility
//! - `view` the page

mod form;
mod parents;
mod view;

use actions::ActionError;
use actions::sharing::{decide_capacity, who_decides};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::form::Sent;
use form::Deciding;
pub(crate) use view::WhoDecidesView;

/// `GET /staff/person/{id}/who-decides`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn, Path(person): Path<String>) -> Response {
    answered(&app, &session, &person, &Deciding::default(), &[]).await
}

async fn answered(
    app: &App,
    session: &SignedIn,
    person: &str,
    form: &Deciding,
    problems: &[actions::FieldProblem],
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    match who_decides(&app.actions, session.actor(), person).await {
        Ok(stands) => page(
            status,
            &WhoDecidesView::new(frame, person, &stands, form, problems),
        ),
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `POST /staff/person/{id}/who-decides`: one finding, or one attorney.
pub(crate) async fn submit(
    State(app): State<App>,
    session: SignedIn,
    Path(person): Path<String>,
    headers: HeaderMap,
    Sent(form): Sent<Deciding>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, Deciding::csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    let Some(said) = form.said() else {
        // Whoever may not know of the person hears that first.
        let known = who_decides(&app.actions, session.actor(), &person).await;
        return known
            .map_or_else(Failure::of, |_| Failure::BadForm)
            .respond(frame);
    };
    match decide_capacity(&app.actions, session.actor(), &person, &said).await {
        // Somebody else changed it meanwhile: the page says how it stands now.
        Ok(()) | Err(ActionError::Conflict { .. }) => {
            let person = crate::path_segment::encode(&person);
            Redirect::to(&format!("/staff/person/{person}/who-decides")).into_response()
        }
        Err(ActionError::Form(problems)) => answered(&app, &session, &person, &form, &problems).await,
        Err(error) => Failure::of(error).respond(frame),
    }
}
