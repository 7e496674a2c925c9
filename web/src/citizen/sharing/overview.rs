//! `GET /me/sharing`: the viewers, those who act for the person, and whether they object; `POST /me/sharing/withdraw` takes back what was given.

use actions::ActionError;
use actions::sharing::{Objection, Proxy, ProxyState, SCOPES, objection, proxies, withdraw as take_back};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use super::objected_words;
use crate::app::{App, SignedIn};
use crate::components::{Tag, TagColour};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Withdrawing {
    csrf: String,
    id: String,
}

#[derive(Debug, Clone)]
struct Row {
    id: String,
    name: String,
    state: Tag,
    may: Vec<String>,
    until: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/sharing/overview.html")]
pub(crate) struct SharingView {
    frame: Frame,
    csrf: String,
    rows: Vec<Row>,
    /// Since when they object to being looked for.
    objected: Option<String>,
}

impl SharingView {
    fn new(frame: Frame, proxies: &[Proxy], objection: Option<&Objection>) -> SharingView {
        SharingView {
            csrf: frame.csrf(),
            frame,
            rows: proxies.iter().map(row).collect(),
            objected: objection.map(objected_words),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, SharingView)> {
        let row = |name: &str, state| Row {
            id: "sample".to_owned(),
            name: name.to_owned(),
            state: tag(state),
            may: vec!["See my whole record".to_owned()],
            until: "3 August 2027".to_owned(),
        };
        let view = |rows, objected: Option<&Objection>| SharingView {
            csrf: "sample-token".to_owned(),
            frame: Frame::sample_citizen(),
            rows,
            objected: objected.map(objected_words),
        };
        let objected = Objection {
            since: jiff::civil::Date::new(2026, 10, 3).ok(),
            for_them: false,
        };
        let rows = vec![
            row("Ada Example", ProxyState::Acts),
            row("<script>alert(1)</script>", ProxyState::WaitsForPractice),
        ];
        vec![
            ("normal", view(rows, None)),
            ("nobody", view(Vec::new(), None)),
            ("objects", view(Vec::new(), Some(&objected))),
        ]
    }
}

fn tag(state: ProxyState) -> Tag {
    match state {
        ProxyState::Acts => Tag::new("Acts for you", TagColour::Green),
        ProxyState::WaitsForPractice => Tag::new("Waits for your practice", TagColour::Yellow),
        ProxyState::NotNow => Tag::new("Not in force", TagColour::Grey),
    }
}

fn row(proxy: &Proxy) -> Row {
    let words = |code: &String| {
        SCOPES
            .iter()
            .find(|(known, _)| known == code)
            .map(|(_, words)| *words)
    };
    Row {
        id: proxy.page.clone(),
        name: proxy.name.clone(),
        state: tag(proxy.state),
        may: proxy.scopes.iter().filter_map(words).map(str::to_owned).collect(),
        until: proxy.until.map_or_else(
            || "No last day is recorded".to_owned(),
            |until| format!("Until {}", care::london::date_words(until)),
        ),
    }
}

/// `GET /me/sharing`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let (actions, actor) = (&app.actions, session.actor());
    let told = match proxies(actions, actor).await {
        Ok(proxies) => objection(actions, actor).await.map(|one| (proxies, one)),
        Err(error) => Err(error),
    };
    match told {
        Ok((proxies, objection)) => {
            let view = SharingView::new(frame, &proxies, objection.as_ref());
            page(StatusCode::OK, &view)
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `POST /me/sharing/withdraw`.
pub(crate) async fn withdraw(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Withdrawing>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    match take_back(&app.actions, session.actor(), &form.id).await {
        // Somebody else changed it meanwhile: the page says how it stands now.
        Ok(()) | Err(ActionError::Conflict { .. }) => Redirect::to("/me/sharing").into_response(),
        Err(error) => Failure::of(error).respond(frame),
    }
}
