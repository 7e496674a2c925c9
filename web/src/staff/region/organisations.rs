//! The organisations of the region, by kind, with the people each serves.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use synthetic::summary::{OrganisationFigures, Summary};

use super::data_block::DataBlock;
use super::growth::{Growth, Moment};
use super::head::{Head, Section};
use super::words::{TOO_FEW, count, tally};
use crate::app::{App, SignedIn};
use crate::failure::page;
use crate::frame::Frame;

#[derive(Debug, Clone)]
struct Line {
    href: String,
    name: String,
    code: String,
    place: String,
    people: String,
}

#[derive(Debug, Clone)]
struct Kind {
    id: String,
    name: String,
    number: String,
    lines: Vec<Line>,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/region/organisations.html")]
pub(crate) struct OrganisationsView {
    frame: Frame,
    head: Head,
    kinds: Vec<Kind>,
}

impl OrganisationsView {
    fn new(frame: Frame, head: Head, summary: &Summary) -> OrganisationsView {
        // Kinds in the order in which the summary brings them, each once.
        let mut kinds: Vec<(&str, Vec<&OrganisationFigures>)> = Vec::new();
        for one in &summary.organisations {
            match kinds.iter_mut().find(|(kind, _)| *kind == one.kind) {
                Some((_, held)) => held.push(one),
                None => kinds.push((&one.kind, vec![one])),
            }
        }
        let kind = |(index, (name, mut held)): (usize, (&str, Vec<&OrganisationFigures>))| {
            held.sort_by(|a, b| a.name.cmp(&b.name));
            Kind {
                id: format!("kind-{index}"),
                name: name.to_owned(),
                number: tally(held.len()),
                lines: held.into_iter().map(line).collect(),
            }
        };
        OrganisationsView {
            frame,
            head,
            kinds: kinds.into_iter().enumerate().map(kind).collect(),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, OrganisationsView)> {
        let sample = |summary: Summary| {
            let moment = Moment {
                summary: Some(summary.clone().into()),
                growth: Growth::Whole,
            };
            let head = Head::new(&moment, Section::Organisations);
            OrganisationsView::new(Frame::sample(true), head, &summary)
        };
        vec![
            ("normal", sample(super::samples::summary())),
            ("empty", sample(Summary::default())),
            ("hostile", sample(super::samples::hostile())),
        ]
    }
}

/// The organisations whose place is known, for the map: each with its name, its page and what it is.
pub(super) fn points(summary: &Summary) -> DataBlock {
    DataBlock::points(summary.organisations.iter().filter_map(|one| {
        let texts = vec![
            ("name", one.name.clone()),
            ("href", href(&one.code)),
            (
                "words",
                format!("{}, people served: {}", one.kind, served(one.people)),
            ),
        ];
        Some((one.position?, texts))
    }))
}

fn href(code: &str) -> String {
    format!("/staff/region/organisation/{}", crate::path_segment::encode(code))
}

fn line(one: &OrganisationFigures) -> Line {
    Line {
        href: href(&one.code),
        name: one.name.clone(),
        code: one.code.clone(),
        place: one.place.clone(),
        people: served(one.people),
    }
}

/// How many people an organisation serves; few are not counted out, and none is not taken to mean that nobody is served.
pub(super) fn served(people: u32) -> String {
    match people {
        0 => "none counted".to_owned(),
        1..10 => TOO_FEW.to_owned(),
        people => count(people),
    }
}

/// `GET /staff/region/organisations`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    super::with_figures(&app, &session, Section::Organisations, |frame, head, summary| {
        page(StatusCode::OK, &OrganisationsView::new(frame, head, summary))
    })
}
