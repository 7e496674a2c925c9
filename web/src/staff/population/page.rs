//! The pages that are figures alone: ages, conditions, segments, movement between them, and the funnel.

use actions::ActionError;
use actions::population::{By, Cohort, Crossed, Figure, Told, crossed};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use care::segment::Month;
use codes::clinical::segmentation::{element_label, not_looked_at};
use http::StatusCode;

use super::asked::{Asked, Pairs, address};
use super::figure::FigureView;
use super::funnel::{Funnel, funnel_of};
use super::head::{Head, Section};
use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::frame::Frame;

#[derive(Debug, Clone, Template)]
#[template(path = "staff/population/figures.html")]
pub(crate) struct FiguresView {
    pub(super) frame: Frame,
    pub(super) head: Head,
    pub(super) heading: String,
    pub(super) intro: &'static str,
    /// What the funnel comes to as a whole; on its page alone.
    pub(super) funnel: Option<Funnel>,
    pub(super) figures: Vec<FigureView>,
    /// The months of which movement can be told; on its page alone.
    pub(super) months: Vec<MonthWay>,
    /// What nothing here can show.
    pub(super) not_looked_at: Vec<&'static str>,
}

/// One month to choose.
#[derive(Debug, Clone)]
pub(super) struct MonthWay {
    words: String,
    href: String,
    current: bool,
}

/// The months, the newest first, with the one that movement is told of.
fn months(key: &str, asked: &Asked, told: &[Crossed], today: jiff::civil::Date) -> Vec<MonthWay> {
    let Some(chosen) = told.iter().find_map(|crossed| crossed.month) else {
        return Vec::new();
    };
    let work = asked.cohort.group(By::Work);
    let within = work.map_or_else(String::new, |group| format!("&work={}", group.key));
    let way = |month: Month| MonthWay {
        words: month.words(),
        href: address(
            Section::Movement.path(),
            key,
            &format!("month={}{within}", month.key()),
        ),
        current: month == chosen,
    };
    Month::last_twelve(today).into_iter().map(way).collect()
}

/// What a figure's links are narrowed to: movement is of a month, which a row of the figure by month names by itself.
fn within(crossed: &Crossed, asked: &Asked) -> Cohort {
    let work = asked
        .cohort
        .group(By::Work)
        .map(|group| (By::Work, group.key.clone()));
    let month = crossed.month.map(|month| (By::Month, month.key()));
    work.into_iter()
        .chain(month)
        .fold(Cohort::default(), |cohort, (by, key)| {
            cohort.clone().with(by, &key, &asked.places).unwrap_or(cohort)
        })
}

/// The figures of a page.
pub(super) fn figures_of(section: Section) -> Vec<&'static Figure> {
    let codes: &[&str] = match section {
        Section::Ages => &["ages"],
        Section::Conditions => &[
            "multimorbidity-by-age",
            "multimorbidity-by-deprivation",
            "condition-by-age",
            "condition-by-deprivation",
        ],
        Section::Segments => &["segments"],
        Section::Movement => &["movement", "segments-by-month"],
        Section::Frailty => &["frailty-by-network", "frailty-by-area"],
        Section::Funnel => &["funnel-by-sex", "funnel-by-age", "funnel-by-deprivation"],
    };
    codes.iter().filter_map(|code| Figure::from_code(code)).collect()
}

pub(super) fn intro(section: Section) -> &'static str {
    match section {
        Section::Ages => "How many live here, by age and sex.",
        Section::Conditions => {
            "How many long-term conditions people have, and which, by age and by deprivation."
        }
        Section::Segments => "Who needs what, in the segments of the region’s model.",
        Section::Movement => {
            "Who moved between the segments of the region’s model in a month, and how many were in each at each month’s end."
        }
        Section::Frailty => "Not for clinical use. How frail people of 65 to 95 are, by network and by area.",
        Section::Funnel => "Who was found, who was offered help, who said yes, and what came of it.",
    }
}

impl FiguresView {
    pub(super) fn new(
        frame: Frame,
        section: Section,
        asked: &Asked,
        told: &Told<Vec<Crossed>>,
        today: jiff::civil::Date,
    ) -> FiguresView {
        let key = asked.scope.key();
        let query = asked.cohort.query();
        let figures = told.answer.iter();
        FiguresView {
            frame,
            head: Head::new(
                Some(section),
                (&asked.scope, &asked.choices),
                &query,
                asked.names,
                (&told.stamp, today),
            ),
            heading: section.words().to_owned(),
            intro: intro(section),
            funnel: told
                .answer
                .first()
                .filter(|_| section == Section::Funnel)
                .and_then(|crossed| funnel_of(crossed, &key, &asked.places, &asked.cohort, asked.names)),
            months: months(&key, asked, &told.answer, today),
            figures: figures
                .map(|one| FigureView::new(one, &key, &asked.places, &within(one, asked), asked.names))
                .collect(),
            not_looked_at: if matches!(section, Section::Segments | Section::Movement) {
                not_looked_at().into_iter().map(element_label).collect()
            } else {
                Vec::new()
            },
        }
    }
}

/// Asks for the figures of a page. Of whom one may not ask, there is none.
pub(super) async fn told(
    app: &App,
    session: &SignedIn,
    section: Section,
    asked: &Asked,
) -> Result<Told<Vec<Crossed>>, Failure> {
    let found = crossed(
        &app.actions,
        session.actor(),
        &asked.scope,
        section.question(),
        figures_of(section),
        asked.places.clone(),
        asked.cohort.clone(),
    );
    found.await.map_err(|error| match error {
        ActionError::Forbidden(_) => Failure::NotFound,
        other => Failure::of(other),
    })
}

async fn shown(
    app: &App,
    session: &SignedIn,
    section: Section,
    asked: Result<Query<Pairs>, QueryRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let Ok(Query(pairs)) = asked else {
        return Failure::BadForm.respond(frame);
    };
    let view = async {
        let asked = Asked::figures(app, session, &pairs, section == Section::Movement)?;
        let told = told(app, session, section, &asked).await?;
        Ok::<_, Failure>(FiguresView::new(
            frame.clone(),
            section,
            &asked,
            &told,
            app.actions.today(),
        ))
    };
    match view.await {
        Ok(view) => page(StatusCode::OK, &view),
        Err(failure) => failure.respond(frame),
    }
}

/// `GET /staff/population`.
pub(crate) async fn ages(
    State(app): State<App>,
    session: SignedIn,
    asked: Result<Query<Pairs>, QueryRejection>,
) -> Response {
    shown(&app, &session, Section::Ages, asked).await
}

/// `GET /staff/population/conditions`.
pub(crate) async fn conditions(
    State(app): State<App>,
    session: SignedIn,
    asked: Result<Query<Pairs>, QueryRejection>,
) -> Response {
    shown(&app, &session, Section::Conditions, asked).await
}

/// `GET /staff/population/segments`.
pub(crate) async fn segments(
    State(app): State<App>,
    session: SignedIn,
    asked: Result<Query<Pairs>, QueryRejection>,
) -> Response {
    shown(&app, &session, Section::Segments, asked).await
}

/// `GET /staff/population/movement`.
pub(crate) async fn movement(
    State(app): State<App>,
    session: SignedIn,
    asked: Result<Query<Pairs>, QueryRejection>,
) -> Response {
    shown(&app, &session, Section::Movement, asked).await
}

/// `GET /staff/population/funnel`.
pub(crate) async fn funnel(
    State(app): State<App>,
    session: SignedIn,
    asked: Result<Query<Pairs>, QueryRejection>,
) -> Response {
    shown(&app, &session, Section::Funnel, asked).await
}
