//! Medicines: what was taken, from when until when.

use care::partial_date::PartialDate;
use care::record::Fact;
use care::record::fact::Medicine;
use care::record::fact::medicine::{MedicineSource, MedicineStatus};

use super::code::{self, CodeName};
use super::dated;
use super::mark::Mark;
use super::person::{Lived, first};
use crate::day::Day;

/// A medicine from its first to its last day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Course<C> {
    /// Which medicine: dm+d or SNOMED CT before others. Two strengths of one substance are two codes.
    pub code: C,
    /// First day.
    pub start: Day,
    /// Last day that is known; unknown while it goes on.
    pub end: Day,
    /// It goes on, as far as is recorded.
    pub current: bool,
    /// What is odd about it.
    pub mark: Mark,
}

impl<C> Course<C> {
    pub(super) fn map<D>(self, turn: &mut impl FnMut(C) -> D) -> Course<D> {
        Course {
            code: turn(self.code),
            start: self.start,
            end: self.end,
            current: self.current,
            mark: self.mark,
        }
    }
}

/// Reads a medicine. One that has stopped without a last day, or does not say whether it goes on, ended on the day it was
/// written: less than it may have been, never more.
pub(super) fn read(fact: &Fact<Medicine>, lived: Lived) -> Course<CodeName> {
    let what = &fact.what;
    let (current, status) = match what.status {
        Some(MedicineStatus::Active | MedicineStatus::OnHold) => (true, Mark::Sound),
        Some(MedicineStatus::Completed | MedicineStatus::Stopped | MedicineStatus::Unknown) | None => {
            (false, Mark::Sound)
        }
        Some(
            MedicineStatus::Cancelled
            | MedicineStatus::Draft
            | MedicineStatus::Intended
            | MedicineStatus::NotTaken,
        ) => (false, Mark::NotDone),
    };
    let mark = if what.forbidden {
        Mark::NotToBeGiven
    } else if what.is_no_order() {
        Mark::NotAnOrder
    } else {
        status
    };
    let start = dated::of(fact, lived);
    let period_end = what.period.as_ref().and_then(|period| period.end.as_ref());
    let has_ended = matches!(
        what.status,
        Some(MedicineStatus::Completed | MedicineStatus::Stopped)
    );
    // Until when a prescription may be supplied is not until when the medicine is taken.
    let said_end = match what.source {
        MedicineSource::Statement => period_end,
        MedicineSource::Request => period_end.filter(|_| has_ended),
    };
    let turned = match (said_end, fact.provenance.sort_date()) {
        (Some(end), Some(begun)) => end.last_day() < begun.first_day(),
        _ => false,
    };
    let end = match said_end.and_then(last) {
        Some(end) => end,
        None if current => Day::UNKNOWN,
        None => start.day,
    };
    let out = said_end.is_some_and(|end| first(end).is_none());
    let (name, named) = code::of(what.medicine.as_ref())
        .into_iter()
        .next()
        .unwrap_or((CodeName::none(), Mark::NoCode));
    Course {
        code: name,
        start: start.day,
        end,
        current: current && said_end.is_none(),
        mark: mark
            .or(start.mark)
            .or(if turned { Mark::EndBeforeStart } else { Mark::Sound })
            .or(if out { Mark::DateOutOfRange } else { Mark::Sound })
            .or(named),
    }
}

fn last(date: &PartialDate) -> Option<Day> {
    Day::of(date.last_day())
}
