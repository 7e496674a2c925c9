//! `GET /me/sharing`: the viewers, those who act for the person, and whether they object; `POST /me/sharing/withdraw` takes back what was given.

use actions::ActionError;
use actions::sharing::{
    ActsByLaw, Law, Objection, Proxy, ProxyState, SCOPES, TakingPart, acts_by_law, objection, proxies,
    taking_part, withdraw as take_back,
};
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

/// Somebody who acts by law.
#[derive(Debug, Clone)]
struct LawRow {
    name: String,
    state: Tag,
    law: &'static str,
    may: Vec<&'static str>,
    until: String,
    recorded: String,
}

/// An organisation that takes part in the person's care.
#[derive(Debug, Clone)]
struct Organisation {
    id: String,
    name: String,
    ways: Vec<&'static str>,
    shut_out: bool,
}

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/sharing/overview.html")]
pub(crate) struct SharingView {
    frame: Frame,
    csrf: String,
    rows: Vec<Row>,
    by_law: Vec<LawRow>,
    organisations: Vec<Organisation>,
    /// Since when they object to being looked for.
    objected: Option<String>,
}

impl SharingView {
    fn new(
        frame: Frame,
        proxies: &[Proxy],
        by_law: &[ActsByLaw],
        organisations: &[TakingPart],
        objection: Option<&Objection>,
    ) -> SharingView {
        SharingView {
            csrf: frame.csrf(),
            frame,
            rows: proxies.iter().map(row).collect(),
            by_law: by_law.iter().map(law_row).collect(),
            organisations: organisations.iter().map(organisation).collect(),
            objected: objection.map(objected_words),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, SharingView)> {
        let row = |name: &str, state| Row {
            id: "sample".to_owned(),
            name: name.to_owned(),
            state: tag(state),
            may: vec!["See my whole record".to_owned()],
            until: "Until 3 August 2027".to_owned(),
        };
        let attorney = ActsByLaw {
            name: "<b>Marian Blakeley</b>".to_owned(),
            law: Law::Attorney,
            scopes: vec![codes::access::SEE_RECORD.to_owned()],
            until: jiff::civil::Date::new(2027, 4, 3).ok(),
            acts: false,
            recorded: jiff::civil::Date::new(2026, 4, 3).ok(),
            recorded_by: Some("Example Surgery".to_owned()),
        };
        let parent = ActsByLaw {
            name: "Ben Example".to_owned(),
            law: Law::Parent,
            scopes: Vec::new(),
            until: None,
            acts: true,
            recorded: None,
            recorded_by: None,
        };
        let view = |rows: Vec<Row>, objected: Option<&Objection>| SharingView {
            csrf: "sample-token".to_owned(),
            frame: Frame::sample_citizen(),
            by_law: match rows.is_empty() {
                true => Vec::new(),
                false => [&attorney, &parent].map(law_row).into(),
            },
            rows,
            organisations: vec![
                Organisation {
                    id: "sample".to_owned(),
                    name: "Example Surgery".to_owned(),
                    ways: vec!["You are registered there"],
                    shut_out: false,
                },
                Organisation {
                    id: "other".to_owned(),
                    name: "<img src=x onerror=alert(1)>".to_owned(),
                    ways: Vec::new(),
                    shut_out: true,
                },
            ],
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

fn organisation(one: &TakingPart) -> Organisation {
    Organisation {
        id: one.page.clone(),
        name: one.name.clone(),
        ways: one.ways.clone(),
        shut_out: one.shut_out,
    }
}

/// The words of what somebody may do, for the person.
fn may(scopes: &[String]) -> Vec<&'static str> {
    let known = |code: &String| SCOPES.iter().find(|(known, _)| known == code);
    scopes.iter().filter_map(known).map(|(_, words)| *words).collect()
}

fn law_row(one: &ActsByLaw) -> LawRow {
    let state = match one.acts {
        true => Tag::new("Acts for you", TagColour::Green),
        false => Tag::new("Does not act now", TagColour::Grey),
    };
    let (law, may) = match one.law {
        Law::Attorney => (
            "Attorney for health and welfare: acts only while you are found to lack capacity for this",
            may(&one.scopes),
        ),
        Law::Parent => (
            "Has parental responsibility: acts until you are 16, or until a clinician finds that you decide for yourself",
            vec!["See your medicines, allergies, health conditions, plans and appointments"],
        ),
    };
    let by = one.recorded_by.as_deref();
    let by = by.unwrap_or("somebody whose organisation was not recorded");
    LawRow {
        name: one.name.clone(),
        state,
        law,
        may,
        until: one.until.map_or_else(
            || "No last day is recorded".to_owned(),
            |until| format!("Until {}", care::london::date_words(until)),
        ),
        recorded: match one.recorded {
            Some(day) => format!("Written down on {} by {by}", care::london::date_words(day)),
            None => format!("Written down by {by}"),
        },
    }
}

fn row(proxy: &Proxy) -> Row {
    Row {
        id: proxy.page.clone(),
        name: proxy.name.clone(),
        state: tag(proxy.state),
        may: may(&proxy.scopes).into_iter().map(str::to_owned).collect(),
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
    let told = async {
        let proxies = proxies(actions, actor).await?;
        let by_law = acts_by_law(actions, actor).await?;
        let organisations = taking_part(actions, actor).await?;
        let objection = objection(actions, actor).await?;
        Ok(SharingView::new(
            frame.clone(),
            &proxies,
            &by_law,
            &organisations,
            objection.as_ref(),
        ))
    };
    match told.await {
        Ok(view) => page(StatusCode::OK, &view),
        Err(error) => {
            let error: ActionError = error;
            Failure::of(error).respond(frame)
        }
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
