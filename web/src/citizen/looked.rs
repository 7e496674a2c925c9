//! `/me/looked`: who looked at one's own record, when and why, in plain words: the organisation, the role, the reason; no names.

use std::collections::{BTreeMap, BTreeSet};

use actions::audit::{Look, who_looked};
use actions::sharing::organisation_names;
use actions::{ActionError, Purpose, Role};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::frame::Frame;

/// How far back the page goes.
const DAYS: i64 = 365;

/// One line of the page.
#[derive(Debug, Clone)]
struct Line {
    day: String,
    who: String,
    why: String,
    what: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/looked.html")]
pub(crate) struct LookedView {
    frame: Frame,
    lines: Vec<Line>,
    more: bool,
}

impl LookedView {
    pub(crate) fn samples() -> Vec<(&'static str, LookedView)> {
        let look = Look {
            day: jiff::civil::date(2026, 8, 3),
            at: Timestamp::UNIX_EPOCH,
            organisation: Some("RVJ".to_owned()),
            role: Role::Clinician,
            purpose: Some(Purpose::DirectCare),
            changed: false,
            opened: false,
            reasons: BTreeSet::new(),
            times: 2,
        };
        let opened = Look {
            organisation: None,
            opened: true,
            reasons: BTreeSet::from(["They cannot speak for themselves".to_owned()]),
            changed: true,
            role: Role::Operator,
            ..look.clone()
        };
        let names = BTreeMap::from([("RVJ".to_owned(), "Example Hospital".to_owned())]);
        let view = |looks: &[Look], more| LookedView {
            frame: Frame::sample_citizen(),
            lines: looks.iter().map(|look| line(look, &names)).collect(),
            more,
        };
        vec![
            ("normal", view(&[look, opened], true)),
            ("nobody", view(&[], false)),
        ]
    }
}

/// `GET /me/looked`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    let frame = app.frame_of(Some(&session.0));
    match lines(&app, &session).await {
        Ok((lines, more)) => page(StatusCode::OK, &LookedView { frame, lines, more }),
        Err(error) => Failure::of(error).respond(frame),
    }
}

async fn lines(app: &App, session: &SignedIn) -> Result<(Vec<Line>, bool), ActionError> {
    let from = app.actions.system_now() - SignedDuration::from_hours(24 * DAYS);
    let (looks, more) = who_looked(&app.actions, session.actor(), from).await?;
    let codes: BTreeSet<String> = looks
        .iter()
        .filter_map(|look| look.organisation.clone())
        .collect();
    let names = organisation_names(&app.actions, session.actor(), &codes).await?;
    Ok((looks.iter().map(|look| line(look, &names)).collect(), more))
}

fn line(look: &Look, names: &BTreeMap<String, String>) -> Line {
    let who = role_words(look.role);
    let at = look.organisation.as_ref().map(|code| match names.get(code) {
        Some(name) => format!("{who} at {name}"),
        None => format!("{who} at an organisation with the code {code}"),
    });
    Line {
        day: care::london::date_words(look.day),
        who: at.unwrap_or_else(|| match look.role {
            Role::Clinician | Role::Coordinator | Role::Operator | Role::Administrator => {
                format!("{who}, at an organisation that was not recorded")
            }
            _ => who.to_owned(),
        }),
        why: why(look),
        what: if look.changed {
            "Looked, and changed or added something".to_owned()
        } else {
            "Looked".to_owned()
        },
    }
}

/// Why they looked: for what, and of a record that was opened the reason that they chose.
fn why(look: &Look) -> String {
    let purpose = purpose_words(look.purpose);
    if !look.opened {
        return purpose.to_owned();
    }
    let reasons: Vec<String> = look.reasons.iter().map(|reason| format!("“{reason}”")).collect();
    if reasons.is_empty() {
        return format!("{purpose}. They opened it with a reason, which a privacy officer looks at");
    }
    format!(
        "{purpose}. They opened it with the reason {}, which a privacy officer looks at",
        reasons.join(" and ")
    )
}

fn role_words(role: Role) -> &'static str {
    match role {
        Role::Clinician => "Somebody who gives care",
        Role::Coordinator => "Somebody who arranges care",
        Role::Operator => "Somebody who answers calls",
        Role::Administrator => "Somebody in an office",
        Role::PrivacyOfficer => "Somebody who looks after privacy",
        Role::Citizen => "Somebody who acts for you",
        Role::System => "A computer system",
        Role::Development => "Somebody who tests this service",
    }
}

fn purpose_words(purpose: Option<Purpose>) -> &'static str {
    match purpose {
        Some(Purpose::DirectCare) => "For your care",
        Some(Purpose::ServiceManagement) => "To run the service",
        Some(Purpose::PopulationHealth) => "To plan for everybody’s health",
        Some(Purpose::RiskStratification) => "To find who may need help",
        Some(Purpose::Research) => "For research",
        Some(Purpose::Commissioning) => "To plan and pay for services",
        None => "No reason was recorded",
    }
}
