//! The region by area: a map coloured by the measure that one chooses, its classes in words, and the list of areas.
//!
//! The server sends classes, the script only paints them: the list says the same without it.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use synthetic::summary::Summary;

use super::area_map::{AreaMap, areas_words};
use super::chosen::{Asked, Order};
use super::classes::classes;
use super::growth::{Growth, Moment};
use super::head::{Head, Section};
use super::list::{Council, councils, sorts};
use super::words::tally;
use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::frame::Frame;
use crate::security_headers::Needs;

#[derive(Debug, Clone)]
struct Choice {
    key: String,
    words: String,
    chosen: bool,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/region/map.html")]
pub(crate) struct RegionView {
    frame: Frame,
    head: Head,
    measures: Vec<Choice>,
    orders: Vec<Choice>,
    label: String,
    definition: String,
    completeness: String,
    map: AreaMap,
    councils: Vec<Council>,
    sort_of_name: Option<&'static str>,
    sort_of_value: Option<&'static str>,
}

/// Where the boundaries are served.
pub(in crate::staff) const BOUNDARIES: &str = "/staff/region/areas.geojson";

impl RegionView {
    /// # Errors
    /// The field of the address that names nothing.
    pub(super) fn new(
        frame: Frame,
        head: Head,
        summary: &Summary,
        asked: &Asked,
        boundaries: &'static str,
    ) -> Result<RegionView, Failure> {
        let chosen = asked.of(summary)?;
        let classes = classes(summary, chosen.index, chosen.measure);
        let measures = summary.measures.iter().enumerate().map(|(index, one)| Choice {
            key: one.key.clone(),
            words: one.label.clone(),
            chosen: index == chosen.index,
        });
        let orders = Order::ALL.into_iter().map(|order| Choice {
            key: order.key().to_owned(),
            words: order.words().to_owned(),
            chosen: order == chosen.order,
        });
        let all = summary.areas.len();
        let (sort_of_name, sort_of_value) = sorts(chosen.order);
        Ok(RegionView {
            frame,
            head,
            measures: measures.collect(),
            orders: orders.collect(),
            label: chosen.measure.label.clone(),
            definition: chosen.measure.definition.clone(),
            completeness: format!(
                "{} of {} have a value to show.",
                tally(all - classes.hidden),
                areas_words(all)
            ),
            councils: councils(summary, &chosen, &classes),
            map: AreaMap::new(summary, chosen.measure, &classes, boundaries),
            sort_of_name,
            sort_of_value,
        })
    }

    pub(crate) fn samples() -> Vec<(&'static str, RegionView)> {
        let sample = |summary: Summary, growth: Growth, asked: Asked| {
            let moment = Moment {
                summary: Some(summary.into()),
                growth,
            };
            let head = Head::new(&moment, Section::Areas);
            let summary = moment.summary.clone().unwrap_or_default();
            let boundaries = super::samples::BOUNDARIES;
            RegionView::new(Frame::sample(true), head, &summary, &asked, boundaries)
        };
        let growing = Growth::Pouring {
            poured: 18_204,
            of: 60_000,
        };
        let stopped = Growth::Stopped {
            poured: 18_204,
            of: 60_000,
            why: "the disk that holds the record is full".to_owned(),
        };
        let samples = [
            (
                "grown",
                sample(super::samples::summary(), Growth::Whole, Asked::default()),
            ),
            (
                "by-value",
                sample(
                    super::samples::summary(),
                    Growth::Whole,
                    Asked::sample("over-65", "highest"),
                ),
            ),
            (
                "growing",
                sample(super::samples::summary(), growing, Asked::default()),
            ),
            (
                "stopped",
                sample(super::samples::summary(), stopped, Asked::default()),
            ),
            (
                "hostile",
                sample(super::samples::hostile(), Growth::Whole, Asked::default()),
            ),
        ];
        let shown = |(name, view): (&'static str, Result<RegionView, Failure>)| Some((name, view.ok()?));
        samples.into_iter().filter_map(shown).collect()
    }
}

/// `GET /staff/region`: the areas, coloured and listed by the measure that the address names.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    super::with_figures(&app, &session, Section::Areas, |frame, head, summary| {
        let Ok(Query(asked)) = asked else {
            return Failure::BadForm.respond(frame);
        };
        match RegionView::new(frame.clone(), head, summary, &asked, BOUNDARIES) {
            Ok(view) => Needs::Map.mark(page(StatusCode::OK, &view)),
            Err(failure) => failure.respond(frame),
        }
    })
}
