//! One area: each of its measures beside the region's, and what kind of place it is.

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use synthetic::summary::{AreaFigures, Measure, Summary};

use super::classes::classes;
use super::growth::{Growth, Moment};
use super::head::{Head, Section};
use super::words::{count, value_words};
use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::frame::Frame;

#[derive(Debug, Clone)]
struct Line {
    label: String,
    definition: String,
    here: String,
    region: String,
    class: String,
    href: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/region/area.html")]
pub(crate) struct AreaView {
    frame: Frame,
    head: Head,
    code: String,
    name: String,
    ward: String,
    council: String,
    decile: String,
    rural_urban: String,
    people: String,
    on_the_map: String,
    lines: Vec<Line>,
}

impl AreaView {
    /// None when no area has this code.
    fn new(frame: Frame, head: Head, summary: &Summary, code: &str) -> Option<AreaView> {
        let place = summary.areas.iter().position(|area| area.code == code)?;
        let area = summary.areas.get(place)?;
        let lines = summary.measures.iter().enumerate().map(|(index, measure)| {
            let classes = classes(summary, index, measure);
            let class = classes.of_areas.get(place).copied().flatten();
            Line {
                label: measure.label.clone(),
                definition: measure.definition.clone(),
                here: value_words(measure, area.values.get(index).copied().flatten()),
                region: region_words(summary, index, measure),
                class: class.map_or_else(
                    || "–".to_owned(),
                    |class| format!("{class} of {}", classes.limits.len()),
                ),
                href: format!(
                    "/staff/region?measure={}#{}",
                    crate::path_segment::encode(&measure.key),
                    crate::path_segment::encode(&area.code)
                ),
            }
        });
        Some(AreaView {
            frame,
            head,
            code: area.code.clone(),
            name: area.name.clone(),
            ward: or_not_known(&area.ward),
            council: or_not_known(&area.council),
            decile: match area.decile {
                1 => "1 (most deprived tenth)".to_owned(),
                10 => "10 (least deprived tenth)".to_owned(),
                decile @ 2..=9 => decile.to_string(),
                _ => "Not known".to_owned(),
            },
            rural_urban: or_not_known(&area.rural_urban),
            people: if area.people < 10 {
                super::words::TOO_FEW.to_owned()
            } else {
                count(area.people)
            },
            on_the_map: format!("/staff/region#{}", crate::path_segment::encode(&area.code)),
            lines: lines.collect(),
        })
    }

    pub(crate) fn samples() -> Vec<(&'static str, AreaView)> {
        let sample = |summary: Summary, place: usize| {
            let code = summary.areas.get(place)?.code.clone();
            let moment = Moment {
                summary: Some(summary.clone().into()),
                growth: Growth::Whole,
            };
            AreaView::new(
                Frame::sample(true),
                Head::new(&moment, Section::Areas),
                &summary,
                &code,
            )
        };
        let few = super::samples::FEW;
        let samples = [
            ("normal", sample(super::samples::summary(), 0)),
            ("under-ten", sample(super::samples::summary(), few)),
            ("hostile", sample(super::samples::hostile(), 0)),
        ];
        samples
            .into_iter()
            .filter_map(|(name, view)| Some((name, view?)))
            .collect()
    }
}

fn or_not_known(words: &str) -> String {
    if words.is_empty() {
        "Not known".to_owned()
    } else {
        words.to_owned()
    }
}

/// The region's value of a measure, from its areas: counts of people are added up; others are averaged, weighted by the
/// people of each area. Areas whose value is not shown are left out, so that nothing can be worked out by subtraction.
fn region_words(summary: &Summary, index: usize, measure: &Measure) -> String {
    let shown = |area: &AreaFigures| {
        let value = area.values.get(index).copied().flatten()?;
        value.is_finite().then_some((value, f64::from(area.people)))
    };
    let shown: Vec<(f64, f64)> = summary.areas.iter().filter_map(shown).collect();
    if measure.unit == "people" {
        let sum = shown.iter().map(|(value, _)| value).sum();
        return format!("{} in all", value_words(measure, Some(sum)));
    }
    let weight: f64 = shown.iter().map(|(_, people)| people).sum();
    if weight <= 0.0 {
        return "not known".to_owned();
    }
    let sum: f64 = shown.iter().map(|(value, people)| value * people).sum();
    let decimals = if measure.unit == "decile" {
        1
    } else {
        measure.decimals
    };
    let average = super::words::number_words(sum / weight, decimals);
    format!("{} on average", super::words::with_unit(&average, &measure.unit))
}

/// `GET /staff/region/area/{code}`: one area, by its LSOA code (2021).
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    code: Result<Path<String>, PathRejection>,
) -> Response {
    super::with_figures(&app, &session, Section::Areas, |frame, head, summary| {
        let code = code.map(|Path(code)| code).unwrap_or_default();
        match AreaView::new(frame.clone(), head, summary, &code) {
            Some(view) => page(StatusCode::OK, &view),
            None => Failure::NotFound.respond(frame),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::region_words;
    use synthetic::summary::{AreaFigures, Measure, Summary};

    fn area(people: u32, value: Option<f64>) -> AreaFigures {
        AreaFigures {
            people,
            values: vec![value],
            ..AreaFigures::default()
        }
    }

    #[test]
    fn counts_are_added_up_and_rates_are_weighted_by_people_without_what_is_hidden() {
        let summary = Summary {
            areas: vec![area(1_000, Some(10.0)), area(3_000, Some(20.0)), area(500, None)],
            ..Summary::default()
        };
        let of = |unit: &str| Measure {
            unit: unit.to_owned(),
            ..Measure::default()
        };
        assert_eq!(region_words(&summary, 0, &of("people")), "30 people in all");
        assert_eq!(region_words(&summary, 0, &of("%")), "18% on average");
        assert_eq!(region_words(&summary, 1, &of("%")), "not known");
    }
}
