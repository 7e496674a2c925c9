//! The forms of one person's risk: offer, what became of it, pause, the clinician's view. Each comes back to the page.

use actions::risk::{
    Advance, MakeOffer, advance_offer, end_pause as end, make_offer, pause as put, person_risk, say_view,
};
use actions::{ActionError, FieldProblem};
use axum::extract::{FromRequest, FromRequestParts, Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use care::risk::memory::{Offer, View};
use jiff::civil::Date;

use super::one::{Refused, shown};
use crate::app::{App, SignedIn};
use crate::failure::Failure;
use crate::form::Sent;

/// Everything that the forms of the page send; each form sends its part.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Sending {
    pub(super) csrf: String,
    /// Which form it was.
    pub(super) form: String,
    pub(super) what: String,
    pub(super) note: String,
    pub(super) why: String,
    pub(super) view: String,
    pub(super) reason: String,
    #[serde(rename = "until-day")]
    pub(super) day: String,
    #[serde(rename = "until-month")]
    pub(super) month: String,
    #[serde(rename = "until-year")]
    pub(super) year: String,
    pub(super) task: String,
    pub(super) version: String,
    pub(super) to: String,
}

impl Sending {
    /// The day that was typed, when it is one.
    fn until(&self) -> Option<Date> {
        let year = self.year.trim().parse().ok()?;
        let month = self.month.trim().parse().ok()?;
        let day = self.day.trim().parse().ok()?;
        Date::new(year, month, day).ok()
    }
}

/// A form of one person's risk that this session sent itself.
pub(crate) struct Taken {
    session: SignedIn,
    id: String,
    form: Sending,
}

impl FromRequest<App> for Taken {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Taken, Response> {
        let (mut parts, body) = request.into_parts();
        let session = SignedIn::from_request_parts(&mut parts, app).await?;
        let refuse = |failure: Failure| failure.respond(app.frame_of(Some(&session.0)));
        let id = Path::<String>::from_request_parts(&mut parts, app).await;
        let headers = parts.headers.clone();
        let Ok(Sent(form)) = Sent::<Sending>::from_request(Request::from_parts(parts, body), app).await;
        let form = session
            .accepted(form, &headers, |form| &form.csrf)
            .map_err(refuse)?;
        let Path(id) = id.map_err(|_| refuse(Failure::NotFound))?;
        Ok(Taken { session, id, form })
    }
}

async fn back(
    app: &App,
    session: &SignedIn,
    id: &str,
    form: &Sending,
    done: Result<(), ActionError>,
) -> Response {
    let said = |field, words: String| vec![FieldProblem { field, words }];
    let problems = match done {
        Ok(()) => return Redirect::to(&format!("/staff/risk/person/{id}")).into_response(),
        Err(ActionError::Form(problems)) => problems,
        Err(ActionError::Conflict { .. }) => said(
            "",
            "Somebody changed this after you opened the page. What stands now is shown; nothing of yours was saved"
                .to_owned(),
        ),
        Err(ActionError::Rule { .. }) => {
            said("", "This offer has moved on since. What stands now is shown".to_owned())
        }
        Err(ActionError::Forbidden(_)) => said(
            "",
            "Your role may see this and not change it. Nothing was saved".to_owned(),
        ),
        Err(error) => return Failure::of(error).respond(app.frame_of(Some(&session.0))),
    };
    let refused = Refused {
        form,
        problems: &problems,
    };
    shown(app, session, id, Some(&refused)).await
}

/// `POST /staff/risk/person/{id}/offer`.
pub(crate) async fn offer(State(app): State<App>, Taken { session, id, form }: Taken) -> Response {
    let made = MakeOffer {
        what: form.what.clone(),
        note: form.note.clone(),
        work: None,
    };
    let done = make_offer(&app.actions, session.actor(), &id, &made)
        .await
        .map(|_| ());
    back(&app, &session, &id, &form, done).await
}

/// `POST /staff/risk/person/{id}/advance`.
pub(crate) async fn advance(State(app): State<App>, Taken { session, id, form }: Taken) -> Response {
    let (Some(to), Ok(version)) = (Offer::from_status(&form.to), form.version.parse()) else {
        // Whoever may not know of the person hears that first.
        let known = person_risk(&app.actions, session.actor(), &id).await;
        let failure = known.map_or_else(Failure::of, |_| Failure::BadForm);
        return failure.respond(app.frame_of(Some(&session.0)));
    };
    let step = Advance {
        id: form.task.clone(),
        version,
        why: form.why.clone(),
    };
    let done = advance_offer(&app.actions, session.actor(), &id, to, &step).await;
    back(&app, &session, &id, &form, done).await
}

/// `POST /staff/risk/person/{id}/pause`.
pub(crate) async fn pause(State(app): State<App>, Taken { session, id, form }: Taken) -> Response {
    let done = put(
        &app.actions,
        session.actor(),
        &id,
        &form.why,
        form.until(),
        &form.note,
    )
    .await;
    back(&app, &session, &id, &form, done).await
}

/// `POST /staff/risk/person/{id}/end-pause`.
pub(crate) async fn end_pause(State(app): State<App>, Taken { session, id, form }: Taken) -> Response {
    let done = end(&app.actions, session.actor(), &id).await;
    back(&app, &session, &id, &form, done).await
}

/// `POST /staff/risk/person/{id}/view`.
pub(crate) async fn view(State(app): State<App>, Taken { session, id, form }: Taken) -> Response {
    let view = View::from_code(&form.view);
    let done = say_view(&app.actions, session.actor(), &id, view, &form.reason).await;
    back(&app, &session, &id, &form, done).await
}
