//! `GET /me/sharing/seen-by/{viewer}`: what somebody else would see of one's own record.

use actions::sharing::{OwnItem, Viewer, seen_by};
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::frame::Frame;

/// An item that somebody would see.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) sort: &'static str,
    pub(super) words: String,
    pub(super) when: String,
}

impl Line {
    pub(super) fn of(item: &OwnItem) -> Line {
        Line {
            sort: item.sort,
            words: item.words.clone(),
            when: item.when.clone(),
        }
    }

    pub(super) fn sample() -> Line {
        Line {
            sort: "Medicine",
            words: "<img src=x onerror=alert(1)>".to_owned(),
            when: "3 August 2026".to_owned(),
        }
    }
}

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/sharing/seen_by.html")]
pub(crate) struct SeenByView {
    frame: Frame,
    heading: &'static str,
    lines: Vec<Line>,
}

impl SeenByView {
    pub(crate) fn samples() -> Vec<(&'static str, SeenByView)> {
        let view = |heading, lines| SeenByView {
            frame: Frame::sample_citizen(),
            heading,
            lines,
        };
        vec![
            ("normal", view(heading(&Viewer::Practice), vec![Line::sample()])),
            ("nothing", view(heading(&Viewer::Charity), Vec::new())),
        ]
    }
}

fn heading(viewer: &Viewer) -> &'static str {
    match viewer {
        Viewer::Proxy(_) => "What this person would see",
        Viewer::Practice => "What your practice would see",
        Viewer::SocialCare => "What social care would see",
        Viewer::Charity => "What a charity would see",
        Viewer::Organisation(_) => "What they would see",
    }
}

/// `GET /me/sharing/seen-by/{viewer}`.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    viewer: Result<Path<String>, PathRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let viewer = match viewer.map(|Path(viewer)| viewer).unwrap_or_default() {
        known if known == "practice" => Viewer::Practice,
        known if known == "social-care" => Viewer::SocialCare,
        known if known == "charity" => Viewer::Charity,
        proxy => Viewer::Proxy(proxy),
    };
    match seen_by(&app.actions, session.actor(), &viewer).await {
        Ok(items) => {
            let view = SeenByView {
                frame,
                heading: heading(&viewer),
                lines: items.iter().map(Line::of).collect(),
            };
            page(StatusCode::OK, &view)
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}
