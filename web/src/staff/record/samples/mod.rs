//! Samples of the record's pages. The invented records pass through the same views of `care` as real ones, so a sample
//! shows what a page does, not only how it looks.

mod invented;

use care::record::PersonRecord;
use jiff::Timestamp;

use invented::{empty, long, nobody, ordinary};

use super::first_two_minutes::FirstTwoMinutesView;
use super::list::FactListView;
use super::series::SeriesView;
use super::timeline::TimelineView;
use super::{results, timeline};
use crate::frame::Frame;

/// The instant of every sample: 3 August 2026, 10:00 in London.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_785_747_600).unwrap_or(Timestamp::UNIX_EPOCH)
}

const BASE: &str = "/staff/person/sample";

pub(crate) fn records() -> [(&'static str, PersonRecord); 4] {
    [
        ("normal", ordinary()),
        ("empty", empty()),
        ("nobody", nobody()),
        ("long", long()),
    ]
}

fn frame() -> Frame {
    Frame::sample(true)
}

pub(crate) fn first_two_minutes() -> Vec<(&'static str, FirstTwoMinutesView)> {
    records()
        .into_iter()
        .map(|(name, record)| {
            (
                name,
                super::first_two_minutes::view(frame(), &record, BASE, now()),
            )
        })
        .collect()
}

pub(crate) fn timelines() -> Vec<(&'static str, TimelineView)> {
    let view = |record: &PersonRecord, kind: &str, year: &str, page: &str| {
        timeline::view(
            frame(),
            record,
            BASE,
            &timeline::Chosen::of(kind, year, page),
            now(),
        )
    };
    vec![
        ("normal", view(&ordinary(), "", "", "")),
        ("filtered", view(&ordinary(), "result", "2026", "")),
        ("filtered-empty", view(&ordinary(), "goal", "1999", "")),
        ("empty", view(&empty(), "", "", "")),
        ("long", view(&long(), "", "", "2")),
    ]
}

type View = fn(Frame, &PersonRecord, &str, Timestamp) -> FactListView;

pub(crate) fn lists() -> Vec<(&'static str, Vec<(&'static str, FactListView)>)> {
    let sections: [(&'static str, View); 8] = [
        ("problems", super::problems::view),
        ("medicines", super::medicines::view),
        ("allergies", super::allergies::view),
        ("results", results::view),
        ("encounters", super::encounters::view),
        ("documents", super::documents::view),
        ("plans", super::plans::view),
        ("other", super::other::view),
    ];
    let of = |view: View| {
        let records = records().into_iter().filter(|(name, _)| *name != "nobody");
        records
            .map(|(name, record)| (name, view(frame(), &record, BASE, now())))
            .collect()
    };
    sections
        .into_iter()
        .map(|(template, view)| (template, of(view)))
        .collect()
}

pub(crate) fn series() -> Vec<(&'static str, SeriesView)> {
    let view = |record: &PersonRecord, id: &str| {
        let of = record.results.iter().find(|fact| fact.id == id)?;
        let name = results::series_name(&of.what.code.key());
        super::series::view(
            frame(),
            record,
            BASE,
            &name,
            &super::series::Chosen::default(),
            now(),
        )
    };
    let (ordinary, long) = (ordinary(), long());
    let all = [
        ("range", view(&ordinary, "potassium-0")),
        ("falling", view(&ordinary, "egfr-0")),
        ("two-lines", view(&ordinary, "bp-0")),
        ("two-units", view(&ordinary, "glucose-0")),
        ("one-value", view(&ordinary, "crp")),
        ("long", view(&long, "w0")),
        ("hostile", view(&long, "r0")),
    ];
    all.into_iter()
        .filter_map(|(name, view)| Some((name, view?)))
        .collect()
}
