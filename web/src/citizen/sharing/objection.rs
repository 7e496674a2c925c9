//! `POST /me/sharing/objection`: the person objects to being looked for by lists and scores, or takes it back. How it stands is on
//! `/me/sharing`, and on `/me/risk`.

use actions::ActionError;
use actions::sharing::{Objection, object, own, take_back_objection};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;

use crate::app::{App, SignedIn};
use crate::failure::Failure;
use crate::form::Sent;

/// What one button says.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Objecting {
    csrf: String,
    objects: String,
}

/// Since when the person objects, to them.
pub(crate) fn objected_words(objection: &Objection) -> String {
    let since = objection.since.map_or_else(String::new, |day| {
        format!(" on {}", care::london::date_words(day))
    });
    if objection.for_them {
        format!("You said no{since}: those who treat you wrote it down for you")
    } else {
        format!("You said no{since}")
    }
}

/// `POST /me/sharing/objection`.
pub(crate) async fn objecting(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Objecting>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    let (actions, actor) = (&app.actions, session.actor());
    let done = match form.objects.as_str() {
        "yes" => object(actions, actor).await,
        "no" => take_back_objection(actions, actor).await,
        // Whoever has no record here hears that first.
        _ => {
            let known = own(actions, actor).await;
            return known
                .map_or_else(Failure::of, |_| Failure::BadForm)
                .respond(frame);
        }
    };
    match done {
        // Somebody else changed it meanwhile: the page says how it stands now.
        Ok(()) | Err(ActionError::Conflict { .. }) => Redirect::to("/me/sharing#objection").into_response(),
        Err(error) => Failure::of(error).respond(frame),
    }
}
