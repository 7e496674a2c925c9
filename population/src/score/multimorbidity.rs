//! The conditions of the Cambridge Multimorbidity Score of everybody, by `care::score::cambridge` and our own sets of codes.
//!
//! A condition counts from its first sound problem or finding on or before the day, undated ones too, unless a later one says that it is over.
//! Cancer counts for five years from its first day, and not without one. What the columns do not tell stands in [`NOT_LOOKED_AT`].

use care::score::cambridge::{Conditions, place};
use codes::clinical::cambridge::{NAMES, condition};
use jiff::Span;
use jiff::civil::Date;
use record::PersonKey;

use super::ages::Ages;
use super::everybody::{LeftOut, Scores, counts, everybody};
use crate::columns::{Columns, Dictionary};
use crate::day::Day;
use crate::facts::Kind;
use crate::people::PersonSlice;

/// What is left out for want of prescriptions and measurements, in words.
pub const NOT_LOOKED_AT: &str = "a painful condition and constipation are known by prescriptions alone and not looked at; asthma and epilepsy count without \
    one, kidney disease by its code and not by eGFR";

const CANCER: &str = "cancer_last_5y";
const CANCER_YEARS: i16 = 5;
const NONE: u8 = u8::MAX;

/// For each number of a dictionary the place of its condition.
#[derive(Debug, Clone, Default)]
pub struct ConditionTable(Vec<u8>);

impl ConditionTable {
    /// The table of a dictionary as it is now; codes that come later stand for nothing in it.
    #[must_use]
    pub fn of(dictionary: &Dictionary) -> ConditionTable {
        let place = |system: &str, code: &str| u8::try_from(condition(system, code)?.0).ok();
        let names = dictionary.names().iter();
        ConditionTable(
            names
                .map(|name| place(&name.system, &name.code).unwrap_or(NONE))
                .collect(),
        )
    }

    pub(super) fn place(&self, code: u32) -> Option<usize> {
        let place = usize::from(*self.0.get(code as usize)?);
        (place < NAMES.len()).then_some(place)
    }
}

/// One person's conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Multimorbid {
    /// Who.
    pub person: PersonKey,
    /// Age in years on the day.
    pub age: u8,
    /// The conditions of all versions.
    pub conditions: Conditions,
    /// Problems and findings that were not counted since something is odd about them or they are dated later, and resources
    /// that could not be read.
    pub odd: u32,
}

/// Everybody's conditions on a day, by so many threads. A day outside 1905 to June 2079 gives nobody's.
#[must_use]
pub fn multimorbidity(
    columns: &Columns,
    table: &ConditionTable,
    today: Date,
    threads: usize,
) -> Scores<Multimorbid> {
    let Some(on) = On::new(table, today) else {
        return Scores::default();
    };
    everybody(columns, threads, |person| on.of(person))
}

/// The score on one day.
pub(super) struct On<'t> {
    table: &'t ConditionTable,
    ages: Ages,
    today: Day,
    /// Cancer that was first recorded on this day or before counts no more.
    cancer_after: Day,
    cancer: Option<usize>,
}

/// When a condition was recorded: days by number plus one, so that an unknown day counts; nought when never.
#[derive(Clone, Copy, Default)]
pub(super) struct Recorded {
    /// Last as being so.
    so: u32,
    /// Last as being over.
    over: u32,
    /// First, of those with a day.
    pub(super) first: Day,
}

impl Recorded {
    /// The last day on which anything was said of it; unknown when no such fact has one.
    pub(super) fn last(&self) -> Day {
        let last = self.so.max(self.over).saturating_sub(1);
        u16::try_from(last)
            .ok()
            .and_then(Day::from_number)
            .unwrap_or(Day::UNKNOWN)
    }
}

impl<'t> On<'t> {
    pub(super) fn new(table: &'t ConditionTable, today: Date) -> Option<On<'t>> {
        let years = Span::new().years(CANCER_YEARS);
        Some(On {
            table,
            ages: Ages::on(today),
            today: Day::of(today)?,
            cancer_after: Day::of(today.checked_sub(years).ok()?)?,
            cancer: place(CANCER),
        })
    }

    fn of(&self, person: &PersonSlice<'_>) -> Result<Multimorbid, LeftOut> {
        let is_here = person.is_here_on(self.today);
        let age = counts(person, self.today, is_here, self.ages.of_person(person))?;
        let (recorded, odd) = self.recorded(person);
        let mut bits = 0;
        for (place, one) in recorded.iter().enumerate() {
            bits |= u32::from(self.holds(place, one)) << place;
        }
        Ok(Multimorbid {
            person: person.person(),
            age,
            conditions: Conditions(bits),
            odd,
        })
    }

    /// Whether the condition of that place counts.
    pub(super) fn holds(&self, place: usize, one: &Recorded) -> bool {
        let is_recent = self.cancer != Some(place) || one.first > self.cancer_after;
        one.so > one.over && is_recent
    }

    /// What is recorded of each condition, by place, and how much was not counted.
    pub(super) fn recorded(&self, person: &PersonSlice<'_>) -> ([Recorded; NAMES.len()], u32) {
        let mut recorded = [Recorded::default(); NAMES.len()];
        let mut odd = person.unread();
        let facts = person
            .coded()
            .filter(|fact| matches!(fact.kind, Kind::Problem | Kind::Finding));
        for fact in facts {
            // An unknown day is before every day.
            if !fact.mark.is_sound() || fact.day > self.today {
                odd = odd.saturating_add(1);
                continue;
            }
            let Some(one) = self
                .table
                .place(fact.code)
                .and_then(|place| recorded.get_mut(place))
            else {
                continue;
            };
            let day = u32::from(fact.day.number()) + 1;
            let last = if fact.over { &mut one.over } else { &mut one.so };
            *last = day.max(*last);
            if fact.day.is_known() && (!one.first.is_known() || fact.day < one.first) {
                one.first = fact.day;
            }
        }
        (recorded, odd)
    }
}
