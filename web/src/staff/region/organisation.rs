//! One organisation of the region.

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use synthetic::summary::Summary;

use super::growth::{Growth, Moment};
use super::head::{Head, Section};
use super::organisations::served;
use super::words::number_words;
use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::frame::Frame;

#[derive(Debug, Clone, Template)]
#[template(path = "staff/region/organisation.html")]
pub(crate) struct OrganisationView {
    frame: Frame,
    head: Head,
    name: String,
    code: String,
    kind: String,
    place: String,
    position: String,
    people: String,
    /// "12.3% of the region’s people"; empty where few are served.
    share: String,
}

impl OrganisationView {
    /// None when no organisation has this code.
    fn new(frame: Frame, head: Head, summary: &Summary, code: &str) -> Option<OrganisationView> {
        let one = summary.organisations.iter().find(|one| one.code == code)?;
        let share = 100.0 * f64::from(one.people) / f64::from(summary.people.max(1));
        Some(OrganisationView {
            frame,
            head,
            name: one.name.clone(),
            code: one.code.clone(),
            kind: one.kind.clone(),
            place: if one.place.is_empty() {
                "Not known".to_owned()
            } else {
                one.place.clone()
            },
            position: one
                .position
                .map_or_else(|| "Not known".to_owned(), position_words),
            people: served(one.people),
            share: if one.people < 10 || one.people > summary.people {
                String::new()
            } else {
                format!("{}% of the region’s people", number_words(share, 1))
            },
        })
    }

    pub(crate) fn samples() -> Vec<(&'static str, OrganisationView)> {
        let sample = |summary: Summary, place: usize| {
            let code = summary.organisations.get(place)?.code.clone();
            let moment = Moment {
                summary: Some(summary.clone().into()),
                growth: Growth::Whole,
            };
            let head = Head::new(&moment, Section::Organisations);
            OrganisationView::new(Frame::sample(true), head, &summary, &code)
        };
        let samples = [
            ("normal", sample(super::samples::summary(), 0)),
            ("under-ten", sample(super::samples::summary(), 2)),
            ("hostile", sample(super::samples::hostile(), 0)),
        ];
        samples
            .into_iter()
            .filter_map(|(name, view)| Some((name, view?)))
            .collect()
    }
}

/// Degrees east and north, as one reads a map: north first.
fn position_words((east, north): (f64, f64)) -> String {
    let side = |degrees: f64, plus, minus| {
        let side = if degrees < 0.0 { minus } else { plus };
        format!("{}° {side}", number_words(degrees.abs(), 4))
    };
    format!(
        "{}, {}",
        side(north, "north", "south"),
        side(east, "east", "west")
    )
}

/// `GET /staff/region/organisation/{code}`: one organisation, by its ODS code.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    code: Result<Path<String>, PathRejection>,
) -> Response {
    super::with_figures(&app, &session, Section::Organisations, |frame, head, summary| {
        let code = code.map(|Path(code)| code).unwrap_or_default();
        match OrganisationView::new(frame.clone(), head, summary, &code) {
            Some(view) => page(StatusCode::OK, &view),
            None => Failure::NotFound.respond(frame),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::position_words;

    #[test]
    fn a_position_reads_north_first() {
        assert_eq!(
            position_words((-2.39229, 51.39149)),
            "51.3915° north, 2.3923° west"
        );
    }
}
