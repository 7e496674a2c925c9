//! The electronic Frailty Index of everybody, by `care::score::efi`.
//!
//! Its inputs here: a deficit counts from its first sound code on or before the day (undated ones count, since it never
//! lapses) among problems, procedures and findings; medicines are different codes of sound courses that were taken on any
//! of the twelve months' days up to the day.

use std::collections::BTreeMap;

use care::score::efi::{Deficit, DeficitSet, Efi, Frailty};
use jiff::Span;
use jiff::civil::Date;
use record::PersonKey;

use super::ages::Ages;
use super::deficits::DeficitTable;
use super::everybody::{LeftOut, Scores, counts, everybody};
use crate::columns::{Columns, Shard};
use crate::day::{Day, UpTo};
use crate::facts::{Kind, Mark, flag};
use crate::people::{People, PersonSlice};

/// What is left out for want of measurements, in words.
pub const MEASUREMENTS_NOT_COUNTED: &str = "measurements that show a deficit by themselves, such as eGFR or haemoglobin, are not counted: only codes and medicines are";

/// The kinds of coded facts that show a deficit, as bits by number.
const SHOW: u8 = 1 << Kind::Problem as u8 | 1 << Kind::Procedure as u8 | 1 << Kind::Finding as u8;
const KIND: u8 = 0b0111;

/// One person's index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scored {
    /// Who.
    pub person: PersonKey,
    /// Age in years on the day.
    pub age: u8,
    /// The index.
    pub efi: Efi,
    /// Different medicines in twelve months.
    pub medicines: u32,
    /// Facts that were not counted since something is odd about them, and resources that could not be read.
    pub odd: u32,
}

/// Everybody's index on one day.
pub type Frailties = Scores<Scored>;

impl Frailties {
    /// How many of an age in this range are in each band, from fit to severe.
    #[must_use]
    pub fn bands(&self, ages: &std::ops::RangeInclusive<u8>) -> [u64; 4] {
        let mut bands = [0; 4];
        for person in self.people.iter().filter(|person| ages.contains(&person.age)) {
            let band = match person.efi.frailty() {
                Frailty::Fit => 0,
                Frailty::Mild => 1,
                Frailty::Moderate => 2,
                Frailty::Severe => 3,
            };
            bands[band] += 1;
        }
        bands
    }
}

/// The index on one day: the day and what follows from it.
#[derive(Debug, Clone)]
pub struct FrailtyOn<'t> {
    table: &'t DeficitTable,
    ages: Ages,
    today: Day,
    past: UpTo,
    /// The day is past, and is looked at as it was.
    looks_back: bool,
    /// A course that ended on this day or before lies outside the twelve months.
    year_ago: Day,
    /// What bears a label counts.
    labelled: bool,
}

/// Since when somebody has a deficit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Since {
    /// The first day on which it was recorded; unknown when no record of it is dated.
    pub first: Day,
    /// Which.
    pub deficit: Deficit,
}

impl<'t> FrailtyOn<'t> {
    /// On a day; `None` outside 1900 to June 2079.
    #[must_use]
    pub fn new(table: &'t DeficitTable, today: Date) -> Option<FrailtyOn<'t>> {
        Some(FrailtyOn {
            table,
            ages: Ages::on(today),
            today: Day::of(today)?,
            past: UpTo::or_undated(Day::of(today)?),
            looks_back: false,
            year_ago: Day::of(today.checked_sub(Span::new().years(1)).ok()?)?,
            labelled: true,
        })
    }

    /// The same of a day that is past, by facts with a day alone: nobody can tell whether one without was known by then. Whoever died
    /// since is among the people.
    #[must_use]
    pub fn looking_back(self) -> FrailtyOn<'t> {
        FrailtyOn {
            past: UpTo::dated(self.today),
            looks_back: true,
            ..self
        }
    }

    /// The same as if nothing that bears a label were there: for lists by name, which one reader shares with others.
    #[must_use]
    pub fn without_labelled(self) -> FrailtyOn<'t> {
        FrailtyOn {
            labelled: false,
            ..self
        }
    }

    /// The same with whoever died since the day among its people, and with facts that have no day.
    #[must_use]
    pub fn with_those_who_died_since(self) -> FrailtyOn<'t> {
        FrailtyOn {
            looks_back: true,
            ..self
        }
    }

    /// Whether a fact with this mark is there.
    fn has(&self, mark: Mark) -> bool {
        self.labelled || !mark.is_labelled()
    }

    /// Whether a fact with this mark counts.
    pub(crate) fn counts(&self, mark: Mark) -> bool {
        counts_as(mark, self.labelled)
    }

    /// The day.
    #[must_use]
    pub fn day(&self) -> Day {
        self.today
    }

    /// Whether somebody was here on the day: is here, or died since where those are among its people.
    #[must_use]
    pub fn is_here(&self, person: &PersonSlice<'_>) -> bool {
        if self.looks_back {
            person.was_here_on(self.today)
        } else {
            person.is_here_on(self.today)
        }
    }

    /// Age in years on the day; `None` when the birth is not known, comes after it or after the death.
    #[must_use]
    pub fn age(&self, person: &PersonSlice<'_>) -> Option<u8> {
        self.ages.of_person(person)
    }

    /// One person's index.
    ///
    /// # Errors
    /// Why there is none.
    pub fn of(&self, person: &PersonSlice<'_>) -> Result<Scored, LeftOut> {
        let age = counts(person, self.today, self.is_here(person), self.age(person))?;
        let mut found = Found::default();
        found.take(self, person.shard, person.row);
        let medicines = if person.is_alone() {
            distinct(self, person.shard, person.row)
        } else {
            let mut codes: Vec<u32> = taken(self, person.shard, person.row).collect();
            for (shard, row) in person.records().skip(1) {
                found.take(self, shard, row);
                codes.extend(taken(self, shard, row));
            }
            codes.sort_unstable();
            codes.dedup();
            u32::try_from(codes.len()).unwrap_or(u32::MAX)
        };
        Ok(Scored {
            person: person.person(),
            age,
            efi: Efi::of(DeficitSet::from_bits(found.bits), medicines),
            medicines,
            odd: found.odd,
        })
    }

    /// The deficits that [`FrailtyOn::of`] counts of somebody by codes, with the first day of each, oldest first; those
    /// without a day come last. Polypharmacy has no code, and is not among them: [`Scored`] tells it, with how many medicines.
    #[must_use]
    pub fn deficits(&self, person: &PersonSlice<'_>) -> Vec<Since> {
        let mut first: BTreeMap<Deficit, Day> = BTreeMap::new();
        for fact in person.coded() {
            let counts = self.counts(fact.mark) && self.past.holds(fact.day) && FrailtyOn::shows(fact.kind);
            let Some(deficit) = counts.then(|| self.table.deficit(fact.code)).flatten() else {
                continue;
            };
            let known = first.entry(deficit).or_insert(fact.day);
            if fact.day.is_known() && (!known.is_known() || fact.day < *known) {
                *known = fact.day;
            }
        }
        let mut since: Vec<Since> = first
            .into_iter()
            .map(|(deficit, first)| Since { first, deficit })
            .collect();
        since.sort_by_key(|one| (!one.first.is_known(), *one));
        since
    }

    /// The last day on which one of the medicines that [`FrailtyOn::of`] counts was begun; unknown when none has a day.
    pub(super) fn last_begun(&self, person: &PersonSlice<'_>) -> Day {
        let begun = person
            .records()
            .flat_map(|(shard, row)| taken_at(self, shard, row).map(|at| shard.courses.start[at]));
        begun.filter(|day| day.is_known()).max().unwrap_or(Day::UNKNOWN)
    }

    /// Whether a fact of that kind shows a deficit.
    pub(super) fn shows(kind: Kind) -> bool {
        (SHOW >> (kind as u8)) & 1 == 1
    }
}

/// Everybody's index on a day, by so many threads. A day outside 1900 to June 2079 gives nobody's.
#[must_use]
pub fn frailty(columns: &Columns, table: &DeficitTable, today: Date, threads: usize) -> Frailties {
    let Some(on) = FrailtyOn::new(table, today) else {
        return Frailties::default();
    };
    everybody(columns, threads, |person| on.of(person))
}

/// One person's index on a day; `None` for whoever has none.
#[must_use]
pub fn frailty_of(columns: &Columns, table: &DeficitTable, today: Date, person: PersonKey) -> Option<Scored> {
    let on = FrailtyOn::new(table, today)?;
    let people = People::of(columns);
    on.of(&people.slice(person)?).ok()
}

#[derive(Default)]
struct Found {
    bits: u64,
    odd: u32,
}

impl Found {
    /// The hot loop: four columns read once, no branch.
    fn take(&mut self, on: &FrailtyOn<'_>, shard: &Shard, row: usize) {
        let range = shard.coded_of(row);
        let table = &shard.coded;
        let (codes, days) = (&table.code[range.clone()], &table.day[range.clone()]);
        let (sorts, marks) = (&table.sort[range.clone()], &table.mark[range]);
        let mut odd = 0;
        for (((code, day), sort), mark) in codes.iter().zip(days).zip(sorts).zip(marks) {
            let past = on.past.holds(*day);
            let sound = on.counts(*mark);
            let counts = sound & past & ((SHOW >> (sort & KIND)) & 1 == 1);
            self.bits |= u64::from(counts) << on.table.bit(*code);
            odd += u32::from(on.has(*mark) & !(sound & past));
        }
        let medicines = shard.courses_of(row);
        let unsound = shard.courses.mark[medicines]
            .iter()
            .filter(|mark| on.has(**mark) && !mark.is_sound());
        odd += u32::try_from(unsound.count()).unwrap_or(u32::MAX);
        // What cannot be read may be what bears the label.
        let unread = on.labelled || shard.flags[row] & flag::LABELLED == 0;
        self.odd =
            self.odd
                .saturating_add(odd)
                .saturating_add(if unread { shard.unread[row].into() } else { 0 });
    }
}

/// Whether a fact with this mark counts, where one that bears a label may or not.
fn counts_as(mark: Mark, labelled: bool) -> bool {
    mark == Mark::Sound || (labelled && mark == Mark::Labelled)
}

/// The codes of medicines taken in the twelve months, those of one medicine beside each other.
fn taken<'s>(on: &FrailtyOn<'_>, shard: &'s Shard, row: usize) -> impl Iterator<Item = u32> + use<'s> {
    taken_at(on, shard, row).map(|at| shard.courses.code[at])
}

/// Where their courses stand.
fn taken_at<'s>(on: &FrailtyOn<'_>, shard: &'s Shard, row: usize) -> impl Iterator<Item = usize> + use<'s> {
    let (past, year_ago, labelled) = (on.past, on.year_ago, on.labelled);
    let courses = &shard.courses;
    shard.courses_of(row).filter(move |at| {
        let begun = past.holds(courses.start[*at]);
        // What goes on without a known start is taken now; what ended without a known day may have been years ago.
        let lasts = courses.current[*at] || courses.end[*at] > year_ago;
        counts_as(courses.mark[*at], labelled) && begun && lasts
    })
}

fn distinct(on: &FrailtyOn<'_>, shard: &Shard, row: usize) -> u32 {
    let mut count = 0;
    let mut before = None;
    for code in taken(on, shard, row) {
        count += u32::from(before != Some(code));
        before = Some(code);
    }
    count
}
