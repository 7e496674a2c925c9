//! `POST /staff/population/work`: a cohort becomes a Group and a worklist; then the funnel of those people is shown.

use actions::population::{SendToWork, send_to_work};
use actions::{ActionError, FieldProblem};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;

use super::asked::{Asked, Pairs, address};
use super::head::Section;
use super::people::{Typed, shown};
use crate::app::{App, SignedIn};
use crate::failure::Failure;
use crate::form::Sent;

/// The fields of the form itself; the others are scope and groups, as an address has them.
const OWN: [&str; 4] = ["csrf", "id", "what", "note"];

pub(crate) async fn submit(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Pairs>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let field = |form: &Pairs, wanted: &str| {
        let found = form.iter().find(|(name, _)| name == wanted);
        found.map_or_else(String::new, |(_, value)| value.clone())
    };
    let csrf = |form: &Pairs| -> String { field(form, "csrf") };
    let form = match session.accepted(form.map(|form| (csrf(&form), form)), &headers, |(csrf, _)| csrf) {
        Ok((_, form)) => form,
        Err(failure) => return failure.respond(frame),
    };
    let send = SendToWork {
        id: field(&form, "id"),
        what: field(&form, "what"),
        note: field(&form, "note"),
    };
    let pairs: Pairs = form
        .into_iter()
        .filter(|(name, _)| !OWN.contains(&name.as_str()))
        .collect();
    let asked = match Asked::new(&app, &session, &pairs) {
        Ok(asked) => asked,
        Err(failure) => return failure.respond(frame),
    };
    let done = send_to_work(
        &app.actions,
        session.actor(),
        &asked.scope,
        &asked.cohort,
        &asked.places,
        &send,
    );
    let said = |words: String| vec![FieldProblem { field: "what", words }];
    let problems = match done.await {
        Ok(_) => {
            let query = format!("work={}", send.id);
            return Redirect::to(&address(Section::Funnel.path(), &asked.scope.key(), &query)).into_response();
        }
        Err(ActionError::Form(problems)) => problems,
        Err(ActionError::IdempotencyMismatch) => said(
            "This form was sent before with another list or other words. Open the list again. Nothing was sent now"
                .to_owned(),
        ),
        Err(ActionError::Unavailable(words)) => said(words),
        Err(ActionError::Forbidden(words)) => said(format!("Nothing was sent: {words}")),
        Err(error) => return Failure::of(error).respond(frame),
    };
    let typed = Typed {
        id: &send.id,
        what: &send.what,
        note: &send.note,
        problems: &problems,
    };
    shown(&app, &session, &pairs, Some(&typed)).await
}
