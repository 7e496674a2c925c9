//! `/` for staff: what is theirs to do, by role. Only what stands is listed.

use actions::access::{may_open_up, may_review, reviews};
use actions::audit::sightings;
use actions::followers::{may_operate, see};
use actions::population::choices;
use actions::{ActionError, Purpose, Role};
use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::frame::Frame;

/// One thing that is theirs to do.
#[derive(Debug, Clone)]
struct Card {
    heading: &'static str,
    href: &'static str,
    words: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/home/begin.html")]
pub(crate) struct HomeView {
    frame: Frame,
    cards: Vec<Card>,
    /// What will be listed here once it is there, in words.
    later: &'static str,
}

impl HomeView {
    pub(crate) fn samples() -> Vec<(&'static str, HomeView)> {
        let view = |cards, role| HomeView {
            frame: Frame::sample(true),
            cards,
            later: later(role),
        };
        vec![
            (
                "privacy-officer",
                view(vec![waiting(3, 1), find()], Role::PrivacyOfficer),
            ),
            (
                "operator",
                view(vec![find(), handed_over(), faults(1, 4)], Role::Operator),
            ),
            (
                "clinician",
                view(vec![find(), risk(), population()], Role::Clinician),
            ),
        ]
    }
}

/// The page of whoever works here.
pub(crate) async fn show(app: &App, session: &SignedIn) -> Response {
    let frame = app.frame_of(Some(&session.0));
    match cards(app, session).await {
        Ok(cards) => {
            let later = later(session.actor().role);
            page(StatusCode::OK, &HomeView { frame, cards, later })
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}

async fn cards(app: &App, session: &SignedIn) -> Result<Vec<Card>, ActionError> {
    let actor = session.actor();
    let mut cards = Vec::new();
    if may_review(actor) {
        let opened = reviews(&app.actions, actor).await?.len();
        cards.push(waiting(opened, sightings(&app.actions, actor).await?.len()));
    }
    cards.push(find());
    if actor.organisation.is_some() && may_open_up(actor) {
        cards.push(handed_over());
    }
    let named = choices(&app.actions, actor, Purpose::RiskStratification).unwrap_or_default();
    if named.iter().any(|choice| choice.names) {
        cards.push(risk());
    }
    if named.iter().any(|choice| choice.figures) {
        cards.push(population());
    }
    if may_operate(actor) {
        let standing = see(&app.actions, actor).await?;
        let failing = standing.followers.iter();
        let failing = failing
            .filter(|one| one.failing > 0 || one.error.is_some())
            .count();
        cards.push(faults(failing, standing.dead.len()));
    }
    Ok(cards)
}

fn waiting(opened: usize, unusual: usize) -> Card {
    let opened = match opened {
        0 => "No opened record waits to be looked at.".to_owned(),
        1 => "1 opened record waits to be looked at.".to_owned(),
        many => format!("{many} opened records wait to be looked at."),
    };
    let unusual = match unusual {
        0 => String::new(),
        1 => " 1 unusual look waits too.".to_owned(),
        many => format!(" {many} unusual looks wait too."),
    };
    Card {
        heading: "Privacy office",
        href: "/staff/privacy",
        words: opened + &unusual,
    }
}

fn handed_over() -> Card {
    Card {
        heading: "Handed over to your organisation",
        href: "/staff/handed-over",
        words: "People to whom a colleague is close, and who need somebody else.".to_owned(),
    }
}

fn find() -> Card {
    Card {
        heading: "Find a person",
        href: "/staff/person",
        words: "By name, NHS number, date of birth, postcode or telephone.".to_owned(),
    }
}

fn risk() -> Card {
    Card {
        heading: "Who to offer help to",
        href: "/staff/risk",
        words: "People of 65 to 95 who are frail or becoming frail, as many as your team can see.".to_owned(),
    }
}

fn population() -> Card {
    Card {
        heading: "The population",
        href: "/staff/population",
        words: "Ages, long-term conditions, segments, frailty, and who was offered help.".to_owned(),
    }
}

fn faults(failing: usize, given_up: usize) -> Card {
    let words = match (failing, given_up) {
        (0, 0) => "Everything follows the record without faults.".to_owned(),
        _ => format!("With faults now: {failing}. Given up and waiting for a decision: {given_up}."),
    };
    Card {
        heading: "Followers",
        href: "/staff/followers",
        words,
    }
}

fn later(role: Role) -> &'static str {
    match role {
        Role::Clinician | Role::Coordinator => {
            "Your caseload, tasks and referrals will be listed here once Sarsen holds them. Until then, use the lists that you use now."
        }
        Role::Operator => {
            "Calls and cases will be listed here once Sarsen holds them. Until then, use the lists that you use now."
        }
        Role::Administrator | Role::PrivacyOfficer | Role::Development | Role::System | Role::Citizen => {
            "Nothing else is listed here yet."
        }
    }
}
