//! What of one person's record counts for programmes of prevention.

use std::collections::BTreeMap;

use care::eligibility::Past;
use care::record::PersonRecord;
use codes::clinical::prevention::{fact, is_statin};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::day::Day;
use crate::facts::{Coded, Kind, Mark};
use crate::people::PersonSlice;
use crate::score::measured::reading::{Reading, readings};
use crate::score::{NotCounted, is_pregnant};

const NO_DATE: &str = "It has no date";
const PART_OF_A_DATE: &str = "Only the year or month of its date is known";
/// As long as a date may reach of which the year alone is known, in days.
const YEAR: u16 = 366;

/// One person's record as a reader sees it on a day.
pub struct Evidence<'p> {
    pub(super) record: &'p PersonRecord,
    pub(super) readings: Vec<Reading<'p>>,
    pub(super) today: Date,
    slice: PersonSlice<'p>,
    day: Day,
    named: Vec<(&'static str, Coded<u32>)>,
    sees: &'p dyn Fn(&str) -> bool,
}

/// When something was last done, and what could not be counted.
#[derive(Default)]
pub(super) struct Event {
    pub(super) last: Past<Date>,
    pub(super) not_counted: Vec<NotCounted>,
}

impl<'p> Evidence<'p> {
    /// Of a record and its slice at a moment, for whoever sees these types; `None` outside 1900 to June 2079.
    #[must_use]
    pub fn new(
        record: &'p PersonRecord,
        slice: PersonSlice<'p>,
        now: Timestamp,
        sees: &'p dyn Fn(&str) -> bool,
    ) -> Option<Evidence<'p>> {
        let today = care::london::date_of(now);
        let names = slice.names();
        let named = slice.coded().filter_map(|coded| {
            let name = names.get(coded.code as usize)?;
            Some((fact(&name.system, &name.code)?, coded))
        });
        Some(Evidence {
            record,
            readings: readings(record, now),
            today,
            slice,
            day: Day::of(today)?,
            named: named.collect(),
            sees,
        })
    }

    /// Why nothing is worked out, in words.
    #[must_use]
    pub fn why_none(&self) -> Option<&'static str> {
        if self.slice.has_died_by(self.day) {
            return Some("Nothing is worked out of somebody who has died.");
        }
        if !self.is_here() {
            return Some("Nothing is worked out: this entry is not in use, or was replaced by another.");
        }
        match self.born() {
            None => Some("Nothing is worked out: the whole date of birth is not known."),
            Some(born) if born > self.today => {
                Some("Nothing is worked out: the date of birth cannot be right.")
            }
            Some(_) => None,
        }
    }

    /// Whether the person has not died and the entry is in use.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.slice.is_here_on(self.day)
    }

    /// Whether the reader's role sees all of these types.
    pub(super) fn sees(&self, kinds: &[&str]) -> bool {
        kinds.iter().all(|kind| (self.sees)(kind))
    }

    /// Day of birth, where it is wholly known.
    pub(super) fn born(&self) -> Option<Date> {
        let partial = self.slice.has(crate::facts::flag::BIRTH_PARTIAL);
        self.slice.birth().date().filter(|_| !partial)
    }

    /// A pregnancy was recorded of late, and nothing says that it is over.
    pub(super) fn is_pregnant(&self) -> bool {
        is_pregnant(&self.slice, self.today)
    }

    /// What is recorded as a problem or finding and not said to be over, by name, with the first day of it.
    pub(super) fn standing(&self) -> BTreeMap<&'static str, Day> {
        let mut last: BTreeMap<&'static str, (Day, bool)> = BTreeMap::new();
        let mut first: BTreeMap<&'static str, Day> = BTreeMap::new();
        for (name, fact) in self.shown() {
            let said = (fact.day, fact.over);
            let kept = last.entry(name).or_insert(said);
            *kept = said.max(*kept);
            let kept = first.entry(name).or_insert(fact.day);
            if fact.day.is_known() && (!kept.is_known() || fact.day < *kept) {
                *kept = fact.day;
            }
        }
        first.retain(|name, _| last.get(name).is_some_and(|(_, over)| !over));
        first
    }

    /// The first day of what was ever recorded as a problem or finding.
    pub(super) fn ever(&self, name: &str) -> Option<Day> {
        let facts = self.shown().filter(|(known, _)| *known == name);
        facts.map(|(_, fact)| fact.day).min()
    }

    fn shown(&self) -> impl Iterator<Item = (&'static str, &Coded<u32>)> {
        let facts = self.named.iter().map(|(name, fact)| (*name, fact));
        facts.filter(|(_, fact)| {
            matches!(fact.kind, Kind::Problem | Kind::Finding) && fact.mark.is_sound() && fact.day <= self.day
        })
    }

    /// The day from which a statin has been taken that is taken now.
    pub(super) fn statin(&self) -> Option<Day> {
        let names = self.slice.names();
        let courses = self.slice.courses().filter(|course| {
            let name = names.get(course.code as usize);
            course.mark.is_sound()
                && course.current
                && course.start <= self.day
                && name.is_some_and(|name| is_statin(&name.system, &name.code))
        });
        courses.map(|course| course.start).min()
    }

    /// When something was last done: where a later entry has no whole date, nobody can tell.
    pub(super) fn event(&self, name: &str, what: &str) -> Event {
        let mut event = Event::default();
        let of_it = || {
            let facts = self.named.iter().filter(|(known, _)| *known == name);
            facts
                .map(|(_, fact)| fact)
                .filter(|fact| matches!(fact.kind, Kind::Procedure | Kind::Finding | Kind::Asked))
        };
        let whole = |fact: &&Coded<u32>| fact.mark.is_sound() && fact.day.is_known() && !fact.partial;
        let last = of_it().filter(whole).map(|fact| fact.day).max();
        let mut unsettled = false;
        for fact in of_it().filter(|fact| !whole(fact)) {
            let why = if !fact.mark.is_sound() {
                fact.mark.words()
            } else if fact.day.is_known() {
                PART_OF_A_DATE
            } else {
                NO_DATE
            };
            // What did not happen says nothing of what did.
            let happened = fact.mark != Mark::NotDone;
            let latest = fact.day.number().saturating_add(YEAR);
            unsettled |= happened && fact.day.is_known() && last.is_none_or(|last| latest > last.number());
            event.not_counted.push(NotCounted {
                what: what.to_owned(),
                day: fact.day.date(),
                why,
            });
        }
        event.not_counted.sort();
        event.not_counted.dedup();
        if let Some(last) = last.and_then(Day::date).filter(|_| !unsettled) {
            event.last = Past::Last(last);
        }
        event
    }

    /// Every day on which something was wholly recorded as done, oldest first.
    pub(super) fn days(&self, name: &str) -> Vec<Date> {
        let facts = self.named.iter().filter(|(known, fact)| {
            *known == name
                && matches!(fact.kind, Kind::Procedure | Kind::Finding | Kind::Asked)
                && fact.mark.is_sound()
                && !fact.partial
        });
        let mut days: Vec<Date> = facts.filter_map(|(_, fact)| fact.day.date()).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The newest measurement of any of these codes, with its whole day where it has one.
    pub(super) fn newest(&self, codes: &[&str]) -> Option<(Reading<'p>, Option<Date>)> {
        let of_it = self
            .readings
            .iter()
            .filter(|reading| reading.is(codes) && reading.value.is_some());
        let newest = of_it.max_by_key(|reading| reading.when.map(care::partial_date::PartialDate::start))?;
        Some((
            *newest,
            newest.when.and_then(care::partial_date::PartialDate::day),
        ))
    }
}
