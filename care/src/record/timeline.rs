//! The timeline: every dated fact, newest first, grouped by day.

use std::collections::BTreeSet;

use super::PersonRecord;
use super::fact::{FactRef, Kind};
use crate::partial_date::{PartialDate, newest_first};

/// Which facts to show. Empty kinds mean all of [`TimelineFilter::SHOWN`]; no year means all years.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TimelineFilter {
    /// Kinds to show.
    pub kinds: BTreeSet<Kind>,
    /// The year to show, in London.
    pub year: Option<i16>,
}

impl TimelineFilter {
    /// The kinds a timeline can show. Contacts are not events, and other records have a list of their own.
    pub const SHOWN: &'static [Kind] = &[
        Kind::Problem,
        Kind::Medicine,
        Kind::Allergy,
        Kind::Result,
        Kind::Report,
        Kind::Encounter,
        Kind::Procedure,
        Kind::Immunisation,
        Kind::Document,
        Kind::Plan,
        Kind::Goal,
        Kind::Flag,
        Kind::Consent,
        Kind::Unmapped,
    ];

    fn admits_kind(&self, kind: Kind) -> bool {
        TimelineFilter::SHOWN.contains(&kind) && (self.kinds.is_empty() || self.kinds.contains(&kind))
    }
}

/// The facts of one day, or of one month or year where no day is known.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineDay<'r> {
    /// The date in words: "3 August 2026", "August 2026" or "2026".
    pub heading: String,
    /// The year.
    pub year: i16,
    /// The facts, newest first.
    pub entries: Vec<FactRef<'r>>,
}

/// A person's facts in time.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Timeline<'r> {
    /// Dated facts, newest first.
    pub days: Vec<TimelineDay<'r>>,
    /// Facts without a date; empty when a year is chosen.
    pub undated: Vec<FactRef<'r>>,
    /// Years that hold facts of the chosen kinds, newest first, with how many.
    pub years: Vec<(i16, usize)>,
    /// Kinds that hold facts in the chosen year, with how many.
    pub kinds: Vec<(Kind, usize)>,
    /// How many facts of the chosen kinds were withdrawn as entered in error.
    pub entered_in_error: usize,
}

/// Lays out the facts by the date they were so, else by the date they were written down. Equal dates keep a fixed order:
/// by kind, then by id.
pub fn timeline<'r>(record: &'r PersonRecord, filter: &TimelineFilter) -> Timeline<'r> {
    let mut timeline = Timeline::default();
    let mut years = std::collections::BTreeMap::<i16, usize>::new();
    let mut kinds = std::collections::BTreeMap::<Kind, usize>::new();
    let mut chosen: Vec<FactRef<'r>> = Vec::new();
    for fact in record
        .facts()
        .filter(|fact| TimelineFilter::SHOWN.contains(&fact.kind()))
    {
        let of_kind = filter.admits_kind(fact.kind());
        let year = fact.sort_date().map(PartialDate::year);
        let of_year = filter.year.is_none() || year == filter.year;
        if fact.is_entered_in_error() {
            timeline.entered_in_error += usize::from(of_kind && of_year);
            continue;
        }
        if of_kind && let Some(year) = year {
            *years.entry(year).or_default() += 1;
        }
        if of_year {
            *kinds.entry(fact.kind()).or_default() += 1;
        }
        if of_kind && of_year {
            chosen.push(fact);
        }
    }
    sort_newest_first(&mut chosen);
    for fact in chosen {
        let Some(date) = fact.sort_date() else {
            timeline.undated.push(fact);
            continue;
        };
        let heading = date.date_words();
        match timeline.days.last_mut().filter(|day| day.heading == heading) {
            Some(day) => day.entries.push(fact),
            None => timeline.days.push(TimelineDay {
                heading,
                year: date.year(),
                entries: vec![fact],
            }),
        }
    }
    timeline.years = years.into_iter().rev().collect();
    timeline.kinds = kinds.into_iter().collect();
    timeline
}

/// Newest day first; within one date, days before months before years are kept apart so that a heading comes once;
/// then the newest moment, kind and id.
pub(super) fn sort_newest_first(facts: &mut [FactRef<'_>]) {
    facts.sort_by(|a, b| {
        let group = |fact: &FactRef<'_>| {
            fact.sort_date().map(|date| {
                (
                    date.first_day(),
                    date.precision().min(crate::partial_date::Precision::Day),
                )
            })
        };
        let (a_group, b_group) = (group(a), group(b));
        let by_group = match (a_group, b_group) {
            (Some(a), Some(b)) => b.cmp(&a),
            (a, b) => a.is_none().cmp(&b.is_none()),
        };
        by_group
            .then_with(|| newest_first(a.sort_date(), b.sort_date()))
            .then_with(|| (a.kind(), a.id()).cmp(&(b.kind(), b.id())))
    });
}
