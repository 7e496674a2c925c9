//! Who came in, was turned away and left in the last week, for the privacy office.

use actions::audit::{AtTheDoor, EntranceLine, entrances};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;

use super::inbox::moment;
use crate::app::{App, SignedIn, role_words_of};
use crate::components::{Tag, TagColour};
use crate::failure::{Failure, page};
use crate::frame::Frame;

/// What stands in the address: internal ids tell nothing of anybody.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Of {
    account: String,
}

#[derive(Debug, Clone)]
struct Row {
    at: String,
    actor: String,
    role: String,
    organisation: String,
    what: Tag,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/privacy/entrances.html")]
pub(crate) struct EntrancesView {
    frame: Frame,
    /// Of whom alone, when one account was asked for.
    of: Option<String>,
    rows: Vec<Row>,
    more: bool,
}

impl EntrancesView {
    fn new(frame: Frame, of: Option<&str>, lines: &[EntranceLine], more: bool) -> EntrancesView {
        EntrancesView {
            frame,
            of: of.map(str::to_owned),
            rows: lines.iter().map(row).collect(),
            more,
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, EntrancesView)> {
        let line = |actor: &str, role, what| EntranceLine {
            at: "2026-11-29T01:10:00Z"
                .parse()
                .unwrap_or(jiff::Timestamp::UNIX_EPOCH),
            actor: actor.to_owned(),
            role,
            organisation: role.map(|_| "RVJ".to_owned()),
            what,
        };
        let nurse = Some(actions::Role::Clinician);
        let lines = [
            line("nurse-7", nurse, AtTheDoor::Left),
            line("nurse-7", nurse, AtTheDoor::CameIn),
            line("nurse-7", None, AtTheDoor::TurnedAway),
        ];
        let of = |of, lines: &[_], more| EntrancesView::new(Frame::sample(true), of, lines, more);
        vec![
            ("all", of(None, &lines, true)),
            ("one", of(Some("nurse-7"), &lines, false)),
            ("empty", of(Some("nurse-8"), &[], false)),
        ]
    }
}

fn row(line: &EntranceLine) -> Row {
    Row {
        at: moment(Some(line.at)),
        actor: line.actor.clone(),
        role: line
            .role
            .map_or_else(|| "no role taken".to_owned(), role_words_of),
        organisation: line.organisation.clone().unwrap_or_else(|| "–".to_owned()),
        what: match line.what {
            AtTheDoor::CameIn => Tag::new("Signed in", TagColour::Green),
            AtTheDoor::TurnedAway => Tag::new("Turned away", TagColour::Red),
            AtTheDoor::Left => Tag::new("Signed out", TagColour::Grey),
        },
    }
}

/// `GET /staff/privacy/sign-ins`, of everybody or of one account.
pub(crate) async fn sign_ins(
    State(app): State<App>,
    session: SignedIn,
    of: Result<Query<Of>, QueryRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let of = of.map(|Query(of)| of.account).unwrap_or_default();
    let of = Some(of.trim()).filter(|of| !of.is_empty());
    match entrances(&app.actions, session.actor(), of).await {
        Ok((lines, more)) => page(StatusCode::OK, &EntrancesView::new(frame, of, &lines, more)),
        Err(error) => Failure::of(error).respond(frame),
    }
}
