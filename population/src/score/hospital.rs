//! The Hospital Frailty Risk Score of everybody, by `care::score::hfrs`.
//!
//! Its inputs here: the index stay is the latest emergency stay that began in the twelve months up to the day; the codes are those in
//! ICD-10 of sound problems and diagnoses whose day lies within it, or within a stay of any kind that began in the two years
//! before it. Whose stays hold no code in ICD-10 is told apart from whose codes weigh nothing.

use care::score::hfrs::Categories;
use jiff::Span;
use jiff::civil::Date;
use record::PersonKey;

use super::ages::Ages;
use super::diagnoses::DiagnosisTable;
use super::everybody::{LeftOut, Scores, counts, everybody};
use super::stays::{Stay, stays};
use crate::columns::Columns;
use crate::day::Day;
use crate::facts::{Coded, Kind, Mark};
use crate::people::PersonSlice;

/// What one person's stays say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stayed {
    /// Who.
    pub person: PersonKey,
    /// Age in years on the day.
    pub age: u8,
    /// The first day of the index stay; unknown of somebody without an emergency stay in the twelve months.
    pub index_stay: Day,
    /// The categories of the codes that count.
    pub categories: Categories,
    /// How many facts coded in ICD-10 count.
    pub diagnoses: u32,
    /// Facts coded in ICD-10, and stays, that were not counted since something is odd about them or their day is not known, and
    /// resources that could not be read.
    pub odd: u32,
}

/// Everybody's stays on a day, by so many threads. A day outside 1901 to June 2079 gives nobody's.
#[must_use]
pub fn hospital_frailty(
    columns: &Columns,
    table: &DiagnosisTable,
    today: Date,
    threads: usize,
) -> Scores<Stayed> {
    let Some(on) = On::new(table, today) else {
        return Scores::default();
    };
    everybody(columns, threads, |person| on.of(person))
}

/// The score on one day.
pub(super) struct On<'t> {
    table: &'t DiagnosisTable,
    ages: Ages,
    today: Day,
    /// A stay that began on this day or before lies outside the twelve months.
    year_ago: Day,
}

impl<'t> On<'t> {
    pub(super) fn new(table: &'t DiagnosisTable, today: Date) -> Option<On<'t>> {
        Some(On {
            table,
            ages: Ages::on(today),
            today: Day::of(today)?,
            year_ago: years_before(today, 1)?,
        })
    }

    fn of(&self, person: &PersonSlice<'_>) -> Result<Stayed, LeftOut> {
        let is_here = person.is_here_on(self.today);
        let age = counts(person, self.today, is_here, self.ages.of_person(person))?;
        let mut found = Stayed {
            person: person.person(),
            age,
            index_stay: Day::UNKNOWN,
            categories: Categories::default(),
            diagnoses: 0,
            odd: person.unread(),
        };
        let all = stays(person, self.today);
        if let Some(index) = self.index(&all) {
            found.index_stay = index.first;
            self.count(person, &looked_at(&all, index), &mut found);
        }
        Ok(found)
    }

    fn index<'s>(&self, all: &'s [Stay]) -> Option<&'s Stay> {
        all.iter()
            .rfind(|stay| stay.is_emergency && stay.first > self.year_ago)
    }

    /// The first day of the index stay, with the facts that count for it; `None` of somebody without one.
    pub(super) fn counted(&self, person: &PersonSlice<'_>) -> Option<(Day, Vec<Coded<u32>>)> {
        let all = stays(person, self.today);
        let index = self.index(&all)?;
        let stays = looked_at(&all, index);
        let facts = person
            .coded()
            .filter(|fact| self.is_diagnosis(fact) && is_dated(fact))
            .filter(|fact| stays.iter().any(|stay| stay.holds(fact.day)));
        Some((index.first, facts.collect()))
    }

    fn is_diagnosis(&self, fact: &Coded<u32>) -> bool {
        self.table.said(fact.code).is_diagnosis && matches!(fact.kind, Kind::Problem | Kind::Diagnosis)
    }

    fn count(&self, person: &PersonSlice<'_>, stays: &[Stay], found: &mut Stayed) {
        let odd_stays = person.contacts().filter(|one| {
            // What was planned or called off is no stay, and nothing is odd about it.
            one.class.is_stay() && !(one.mark.is_sound() || one.mark == Mark::NotDone)
        });
        found.odd = found
            .odd
            .saturating_add(u32::try_from(odd_stays.count()).unwrap_or(u32::MAX));
        for fact in person.coded() {
            if !self.is_diagnosis(&fact) {
                continue;
            }
            if !is_dated(&fact) {
                found.odd = found.odd.saturating_add(1);
            } else if stays.iter().any(|stay| stay.holds(fact.day)) {
                found.categories = found.categories.with(self.table.said(fact.code).frailty);
                found.diagnoses += 1;
            }
        }
    }
}

/// Whether it is sound and its whole day is known, so that one can tell of which stay it is.
fn is_dated(fact: &Coded<u32>) -> bool {
    fact.mark.is_sound() && fact.day.is_known() && !fact.partial
}

/// The index stay and those that began in the two years before it.
fn looked_at(all: &[Stay], index: &Stay) -> Vec<Stay> {
    let since = index.first.date().and_then(|first| years_before(first, 2));
    let since = since.unwrap_or(Day::UNKNOWN);
    let earlier = all
        .iter()
        .filter(|stay| stay.first >= since && stay.first < index.first);
    earlier.chain([index]).copied().collect()
}

fn years_before(date: Date, years: i16) -> Option<Day> {
    Day::of(date.checked_sub(Span::new().years(years)).ok()?)
}
