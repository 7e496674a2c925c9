//! Somebody's stays in hospital, and whether a day lies within one.

use crate::day::Day;
use crate::facts::{Class, Mark};
use crate::people::PersonSlice;

/// How long a stay without a written end is taken to go on, in days: whoever stays longer is written about again.
const GOES_ON: u16 = 365;

/// One stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stay {
    /// Its first day.
    pub first: Day,
    /// Its last day.
    pub last: Day,
    /// Whether the person was admitted as an emergency, by the national admission method.
    pub is_emergency: bool,
}

impl Stay {
    /// Whether a day lies within it, its first and last included.
    #[must_use]
    pub fn holds(&self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }
}

/// The sound stays of all the person's records that began on a day or before it, by first day. One that goes on lasts until that day; but
/// when another began since, or it would be a year old, its end was never written, and it has its first day alone: less than it may
/// have been, never more.
#[must_use]
pub fn stays(person: &PersonSlice<'_>, today: Day) -> Vec<Stay> {
    stays_by(person, today, Mark::is_sound)
}

/// The same of those stays whose mark counts.
pub(crate) fn stays_by(person: &PersonSlice<'_>, today: Day, counts: impl Fn(Mark) -> bool) -> Vec<Stay> {
    let contacts = person
        .contacts()
        .filter(|one| counts(one.mark) && one.class.is_stay());
    let mut found: Vec<Stay> = contacts
        .filter(|one| one.start.is_known() && one.start <= today)
        .map(|one| Stay {
            first: one.start,
            last: one.end,
            is_emergency: one.class == Class::EmergencyInpatient,
        })
        .collect();
    found.sort_unstable();
    let last_begun = found.last().map_or(Day::UNKNOWN, |stay| stay.first);
    for stay in &mut found {
        stay.last = match stay.last {
            end if end.is_known() => end.max(stay.first).min(today),
            _ if stay.first == last_begun && stay.first > today.before(GOES_ON) => today,
            _ => stay.first,
        };
    }
    found
}
