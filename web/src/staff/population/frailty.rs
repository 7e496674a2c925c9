//! Frailty by network, and by small area on the region's map with its list.

use std::collections::BTreeMap;

use actions::population::{By, Cohort, Crossed, Told};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use jiff::civil::Date;
use synthetic::summary::{AreaFigures, Measure, Summary};

use super::asked::{Asked, Pairs, address};
use super::figure::FigureView;
use super::head::{Head, Section};
use super::map_file::{self, LegendLine};
use super::page::{intro, told};
use super::words::{count_words, share, whole};
use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::frame::Frame;
use crate::security_headers::Needs;
use crate::staff::region::area_map::{AreaMap, areas_words};
use crate::staff::region::classes::{Classes, classes};
use crate::staff::region::words::{number_words, value_words};
use crate::staff::region::{BOUNDARIES, ShownRegion};

#[derive(Debug, Clone)]
struct Cell {
    words: String,
    href: Option<String>,
}

#[derive(Debug, Clone)]
struct Row {
    code: String,
    name: String,
    ward: String,
    href: String,
    value: String,
    class: String,
    moderate: Cell,
    severe: Cell,
}

#[derive(Debug, Clone)]
struct Council {
    name: String,
    areas: String,
    rows: Vec<Row>,
}

/// The areas on the map and in the list.
#[derive(Debug, Clone)]
struct Areas {
    code: &'static str,
    caption: &'static str,
    definition: String,
    map: AreaMap,
    councils: Vec<Council>,
    csv: String,
    picture: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/population/frailty.html")]
pub(crate) struct FrailtyView {
    frame: Frame,
    head: Head,
    intro: &'static str,
    networks: Option<FigureView>,
    /// None where this server knows no areas.
    areas: Option<Areas>,
}

impl FrailtyView {
    pub(super) fn new(
        frame: Frame,
        asked: &Asked,
        told: &Told<Vec<Crossed>>,
        (summary, boundaries): (Option<&Summary>, &'static str),
        today: Date,
    ) -> FrailtyView {
        let key = asked.scope.key();
        let by = |by: By| told.answer.iter().find(|one| one.figure.rows == by);
        FrailtyView {
            frame,
            head: Head::new(
                Some(Section::Frailty),
                (&asked.scope, &asked.choices),
                &asked.cohort.query(),
                asked.names,
                (&told.stamp, today),
            ),
            intro: intro(Section::Frailty),
            networks: by(By::Network)
                .map(|one| FigureView::new(one, &key, &asked.places, &asked.cohort, asked.names)),
            areas: summary
                .zip(by(By::Area))
                .map(|(summary, crossed)| areas(asked, crossed, summary, boundaries)),
        }
    }
}

/// What is shown of one area.
#[derive(Clone, Copy, Default)]
struct Counts {
    moderate: Option<u64>,
    severe: Option<u64>,
    /// Moderate and severe together, rounded once.
    frail: Option<u64>,
    all: Option<u64>,
}

/// What the map shows: the one measure in the place of the region's own, its classes, and the counts behind it by area.
pub(super) struct Mapped<'c> {
    pub(super) shown: Summary,
    pub(super) measure: Measure,
    pub(super) classes: Classes,
    counts: BTreeMap<&'c str, Counts>,
}

pub(super) fn mapped<'c>(crossed: &'c Crossed, summary: &Summary) -> Mapped<'c> {
    let column = |key: &str| crossed.columns.iter().position(|group| group.key == key);
    let (moderate, severe) = (column("moderate"), column("severe"));
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let frail: Option<Vec<usize>> = [moderate, severe].into_iter().collect();
    for (((at, group), row), all) in crossed
        .rows
        .iter()
        .enumerate()
        .zip(&crossed.table.cells)
        .zip(&crossed.table.rows)
    {
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at).copied().flatten());
        let of_area = Counts {
            moderate: cell(moderate),
            severe: cell(severe),
            frail: frail.as_ref().and_then(|both| crossed.sum_of_row(at, both)),
            all: *all,
        };
        counts.insert(&group.key, of_area);
    }
    let of = |code: &str| counts.get(code).copied().unwrap_or_default();
    let measure = Measure {
        key: "frailty".to_owned(),
        label: "Moderate or severe frailty at 65 to 95".to_owned(),
        unit: "%".to_owned(),
        definition: crossed.figure.definition(),
        decimals: 1,
    };
    // The region's map and its classes, with this one measure in the place of its own.
    let shown = Summary {
        measures: vec![measure.clone()],
        areas: summary
            .areas
            .iter()
            .map(|area| AreaFigures {
                values: vec![share(of(&area.code).frail, of(&area.code).all)],
                ..area.clone()
            })
            .collect(),
        organisations: summary.organisations.clone(),
        ..Summary::default()
    };
    Mapped {
        classes: classes(&shown, 0, &measure),
        shown,
        measure,
        counts,
    }
}

/// The map as a picture; none where the boundaries cannot be drawn.
pub(super) fn picture(
    crossed: &Crossed,
    summary: &Summary,
    boundaries: &[u8],
    words: &str,
    style: &str,
) -> Option<String> {
    let mapped = mapped(crossed, summary);
    let of_areas: BTreeMap<&str, usize> = mapped
        .shown
        .areas
        .iter()
        .zip(&mapped.classes.of_areas)
        .map(|(area, class)| (area.code.as_str(), class.unwrap_or(0)))
        .collect();
    let limits = mapped.classes.limits.iter().enumerate();
    let mut legend: Vec<LegendLine> = limits
        .map(|(at, limits)| LegendLine {
            class: at + 1,
            words: limits.words(&mapped.measure),
            areas: limits.areas,
        })
        .collect();
    if mapped.classes.hidden > 0 {
        legend.push(LegendLine {
            class: 0,
            words: "hidden, or nobody of that age".to_owned(),
            areas: mapped.classes.hidden,
        });
    }
    let class = |code: &str| of_areas.get(code).copied().unwrap_or(0);
    map_file::drawn(boundaries, class, &legend, (&mapped.measure.label, words), style)
}

fn areas(asked: &Asked, crossed: &Crossed, summary: &Summary, boundaries: &'static str) -> Areas {
    let Mapped {
        shown,
        measure,
        classes,
        counts,
    } = mapped(crossed, summary);
    let of = |code: &str| counts.get(code).copied().unwrap_or_default();
    let key = asked.scope.key();
    let mut councils: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    for (area, class) in shown.areas.iter().zip(&classes.of_areas) {
        let counts = of(&area.code);
        councils
            .entry(area.council.as_str())
            .or_default()
            .push(row(asked, &key, area, *class, counts, &measure));
    }
    let file = |ending: &str| {
        let path = format!("/export/{}.{ending}", crossed.figure.code);
        address(&path, &key, &asked.cohort.query())
    };
    Areas {
        code: crossed.figure.code,
        caption: crossed.figure.caption,
        definition: crossed.figure.definition(),
        map: AreaMap::new(&shown, &measure, &classes, boundaries),
        councils: councils
            .into_iter()
            .map(|(name, mut rows)| {
                rows.sort_by(|one, other| one.name.cmp(&other.name));
                Council {
                    name: name.to_owned(),
                    areas: areas_words(rows.len()),
                    rows,
                }
            })
            .collect(),
        csv: file("csv"),
        picture: file("svg"),
    }
}

fn row(
    asked: &Asked,
    key: &str,
    area: &AreaFigures,
    class: Option<usize>,
    counts: Counts,
    measure: &Measure,
) -> Row {
    let list = |band: Option<&str>| {
        let here = asked
            .cohort
            .clone()
            .with(By::Area, &area.code, &asked.places)
            .ok()?;
        let cohort = match band {
            Some(band) => here.with(By::Frailty, band, &asked.places).ok()?,
            None => here,
        };
        asked
            .names
            .then(|| address("/people", key, &Cohort::query(&cohort)))
    };
    let cell = |count: Option<u64>, band: &str| Cell {
        words: count_words(count),
        href: list(Some(band)).filter(|_| count != Some(0)),
    };
    let value = area.values.first().copied().flatten();
    Row {
        code: area.code.clone(),
        name: area.name.clone(),
        ward: area.ward.clone(),
        href: list(None)
            .unwrap_or_else(|| format!("/staff/region/area/{}", crate::path_segment::encode(&area.code))),
        value: match (value, counts.all) {
            (Some(value), Some(all)) => {
                format!("{} of {}", value_words(measure, Some(value)), whole(all))
            }
            (None, Some(0)) => "nobody".to_owned(),
            (None, _) | (_, None) => "hidden".to_owned(),
        },
        class: class.map_or_else(
            || "–".to_owned(),
            |class| number_words(f64::from(u8::try_from(class).unwrap_or(0)), 0),
        ),
        moderate: cell(counts.moderate, "moderate"),
        severe: cell(counts.severe, "severe"),
    }
}

/// `GET /staff/population/frailty`.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    asked: Result<Query<Pairs>, QueryRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let Ok(Query(pairs)) = asked else {
        return Failure::BadForm.respond(frame);
    };
    let view = async {
        let asked = Asked::figures(&app, &session, &pairs, false)?;
        let told = told(&app, &session, Section::Frailty, &asked).await?;
        let moment = app.settings.region.as_ref().map(ShownRegion::now);
        let summary = moment.and_then(|moment| moment.summary);
        let map = (summary.as_deref(), BOUNDARIES);
        Ok::<_, Failure>(FrailtyView::new(
            frame.clone(),
            &asked,
            &told,
            map,
            app.actions.today(),
        ))
    };
    match view.await {
        Ok(view) => Needs::Map.mark(page(StatusCode::OK, &view)),
        Err(failure) => failure.respond(frame),
    }
}
