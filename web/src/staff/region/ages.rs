//! The ages of the region's people, as a pyramid and as a table.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use synthetic::summary::{Band, Summary};

use super::growth::{Growth, Moment};
use super::head::{Head, Section};
use super::words::{count, number_words};
use crate::app::{App, SignedIn};
use crate::charts::pyramid::{Bar, Pyramid, draw};
use crate::failure::page;
use crate::frame::Frame;

#[derive(Debug, Clone)]
struct Line {
    label: String,
    female: String,
    male: String,
    share: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/region/ages.html")]
pub(crate) struct AgesView {
    frame: Frame,
    head: Head,
    pyramid: Option<Pyramid>,
    words: String,
    lines: Vec<Line>,
}

impl AgesView {
    fn new(frame: Frame, head: Head, summary: &Summary) -> AgesView {
        let sum = |of: fn(&Band) -> u32| {
            summary
                .pyramid
                .iter()
                .map(|band| u64::from(of(band)))
                .sum::<u64>()
        };
        let (female, male) = (sum(|band| band.female), sum(|band| band.male));
        let old = summary
            .pyramid
            .iter()
            .filter(|band| begins(band).is_some_and(|age| age >= 65));
        let old: u64 = old
            .map(|band| u64::from(band.female) + u64::from(band.male))
            .sum();
        let words = format!(
            "{} females and {} males. {} in 100 are 65 or older.",
            whole(female),
            whole(male),
            percent(old, female + male).trim_end_matches('%'),
        );
        let line = |band: &Band| {
            let both = u64::from(band.female) + u64::from(band.male);
            Line {
                label: band.label.clone(),
                female: people(band.female),
                male: people(band.male),
                share: percent(both, female + male),
            }
        };
        let bar = |band: &Band| Bar {
            label: band.label.clone(),
            male: band.male,
            female: band.female,
            words: format!(
                "{}: {} males, {} females",
                band.label,
                people(band.male),
                people(band.female)
            ),
        };
        let bars: Vec<Bar> = summary.pyramid.iter().map(bar).collect();
        AgesView {
            frame,
            head,
            pyramid: draw(&bars, "People by age and sex", &words, count),
            lines: summary.pyramid.iter().map(line).collect(),
            words,
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, AgesView)> {
        let sample = |summary: Summary| {
            let moment = Moment {
                summary: Some(summary.clone().into()),
                growth: Growth::Whole,
            };
            AgesView::new(Frame::sample(true), Head::new(&moment, Section::Ages), &summary)
        };
        vec![
            ("normal", sample(super::samples::summary())),
            ("empty", sample(Summary::default())),
            ("hostile", sample(super::samples::hostile())),
        ]
    }
}

/// The age at which a band begins, from its label.
fn begins(band: &Band) -> Option<u32> {
    let digits: String = band.label.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn people(number: u32) -> String {
    match number {
        0 => "0".to_owned(),
        1..10 => "under 10".to_owned(),
        number => count(number),
    }
}

fn whole(number: u64) -> String {
    u32::try_from(number).map_or_else(|_| number.to_string(), people)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "people of a region are far fewer than 2^52"
)]
fn percent(part: u64, of: u64) -> String {
    if of == 0 {
        return "–".to_owned();
    }
    format!("{}%", number_words(100.0 * part as f64 / of as f64, 1))
}

/// `GET /staff/region/ages`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    super::with_figures(&app, &session, Section::Ages, |frame, head, summary| {
        page(StatusCode::OK, &AgesView::new(frame, head, summary))
    })
}
