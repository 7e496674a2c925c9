//! Each generated figure beside the published one: how far they lie apart, and how far they may.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use synthetic::summary::{Figure, Summary};

use super::growth::{Growth, Moment};
use super::head::{Head, Section};
use super::words::{figure_words, tally, with_unit};
use crate::app::{App, SignedIn};
use crate::components::{Tag, TagColour};
use crate::failure::page;
use crate::frame::Frame;

#[derive(Debug, Clone)]
struct Line {
    id: String,
    label: String,
    source: String,
    /// What kind of comparison it is: held out, joint.
    marks: Vec<Tag>,
    published: String,
    generated: String,
    tolerance: String,
    result: Tag,
}

#[derive(Debug, Clone)]
struct Group {
    id: String,
    name: String,
    lines: Vec<Line>,
}

#[derive(Debug, Clone)]
struct Outside {
    href: String,
    words: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/region/figures.html")]
pub(crate) struct FiguresView {
    frame: Frame,
    head: Head,
    /// "50 of 52 figures lie within their tolerance", then the held out and the joint ones.
    counts: Vec<String>,
    outside: Vec<Outside>,
    groups: Vec<Group>,
}

impl FiguresView {
    fn new(frame: Frame, head: Head, summary: &Summary) -> FiguresView {
        let lines = summary
            .figures
            .iter()
            .enumerate()
            .map(|(index, figure)| (figure, Line::of(index, figure)));
        let mut groups: Vec<Group> = Vec::new();
        let mut outside = Vec::new();
        for (figure, line) in lines {
            if !figure.within {
                outside.push(Outside {
                    href: format!("#{}", line.id),
                    words: figure.label.clone(),
                });
            }
            match groups.iter_mut().find(|group| group.name == figure.group) {
                Some(group) => group.lines.push(line),
                None => groups.push(Group {
                    id: format!("group-{}", groups.len()),
                    name: figure.group.clone(),
                    lines: vec![line],
                }),
            }
        }
        let within = |what: &str, of: fn(&Figure) -> bool| {
            let all = summary.figures.iter().filter(|figure| of(figure)).count();
            let within = summary
                .figures
                .iter()
                .filter(|figure| of(figure) && figure.within)
                .count();
            (all > 0).then(|| format!("{} of {} {what}", tally(within), tally(all)))
        };
        let counts = [
            within("figures lie within their tolerance", |_| true),
            within(
                "of those that were held out: the generator never had them as an input",
                |one| one.held_out,
            ),
            within("of those that are joint: they join two or more things", |one| {
                one.joint
            }),
        ];
        FiguresView {
            frame,
            head,
            counts: counts.into_iter().flatten().collect(),
            outside,
            groups,
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, FiguresView)> {
        let sample = |summary: Summary, growth| {
            let moment = Moment {
                summary: Some(summary.clone().into()),
                growth,
            };
            FiguresView::new(
                Frame::sample(true),
                Head::new(&moment, Section::Figures),
                &summary,
            )
        };
        let within = {
            let mut summary = super::samples::summary();
            summary.figures.retain(|figure| figure.within);
            summary
        };
        let growing = Growth::Pouring {
            poured: 18_204,
            of: 60_000,
        };
        vec![
            ("within", sample(within, Growth::Whole)),
            ("outside", sample(super::samples::summary(), Growth::Whole)),
            ("growing", sample(super::samples::summary(), growing)),
            ("empty", sample(Summary::default(), Growth::Whole)),
            ("hostile", sample(super::samples::hostile(), Growth::Whole)),
        ]
    }
}

impl Line {
    fn of(index: usize, figure: &Figure) -> Line {
        let marks = [
            figure.held_out.then(|| Tag::new("Held out", TagColour::Blue)),
            figure.joint.then(|| Tag::new("Joint", TagColour::Grey)),
        ];
        let words = |value| with_unit(&figure_words(value), &figure.unit);
        Line {
            id: format!("figure-{index}"),
            label: figure.label.clone(),
            source: figure.source.clone(),
            marks: marks.into_iter().flatten().collect(),
            published: words(figure.published),
            generated: words(figure.generated),
            tolerance: figure.tolerance.clone(),
            result: if figure.within {
                Tag::new("Within", TagColour::Green)
            } else {
                Tag::new("Outside", TagColour::Orange)
            },
        }
    }
}

/// `GET /staff/region/figures`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    super::with_figures(&app, &session, Section::Figures, |frame, head, summary| {
        page(StatusCode::OK, &FiguresView::new(frame, head, summary))
    })
}
