//! The people of a scope as a question sees them: each once, none who died or objected.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use ::population::circumstance::{Circumstances, Lives};
use ::population::facts::PRACTICE;
use ::population::score::{DeficitTable, FrailtyOn};
use ::population::segment::{Meanings, SegmentsOn};
use ::population::{Day, People, PersonSlice, Population};
use ::record::PersonKey;
use boards::risk::RiskMemory;
use care::risk::memory::Memory;
use jiff::civil::Date;

use super::{Level, Scope};

/// Which objections a question heeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Heeds {
    /// Type 1 opt-outs.
    pub(super) type_1: bool,
    /// Objections to risk stratification.
    pub(super) stratification: bool,
}

/// How many people of a scope a question is put to, and how many are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counted {
    pub(super) people: u64,
    /// Left out because they objected, each once.
    pub(super) objected: u64,
    /// How many of these object to risk stratification.
    pub(super) to_stratification: u64,
}

/// Everybody of a scope, on a day. A question looks at each of them with [`Everyone::scan`].
#[derive(Debug)]
pub struct Everyone<'v> {
    people: People<'v>,
    deficits: &'v DeficitTable,
    meanings: &'v Meanings,
    circumstances: &'v Circumstances,
    memory: &'v RiskMemory,
    today: Date,
    threads: usize,
    level: Level,
    /// Numbers of the practices, ascending.
    practices: Vec<u32>,
    team: BTreeSet<PersonKey>,
    /// Who is left out.
    heeds: Heeds,
}

impl<'v> Everyone<'v> {
    pub(super) fn of(
        view: &'v Population,
        memory: &'v RiskMemory,
        scope: &Scope,
        team: BTreeSet<PersonKey>,
        today: Date,
        threads: usize,
        heeds: Heeds,
    ) -> Everyone<'v> {
        let columns = view.columns();
        let mut practices: Vec<u32> = scope
            .practices
            .iter()
            .filter_map(|reference| columns.dictionary().find(PRACTICE, reference))
            .collect();
        practices.sort_unstable();
        Everyone {
            people: People::of(columns),
            deficits: view.deficits(),
            meanings: view.meanings(),
            circumstances: view.circumstances(),
            memory,
            today,
            threads,
            level: scope.level(),
            practices,
            team,
            heeds,
        }
    }

    /// The day that the question is asked for, by the care clock.
    #[must_use]
    pub fn today(&self) -> Date {
        self.today
    }

    /// The columns' people: for codes by number and for one person.
    #[must_use]
    pub fn people(&self) -> &People<'v> {
        &self.people
    }

    /// The frailty index on a day of one's choice, today's or an earlier one to compare with; `None` outside 1900 to 2079.
    #[must_use]
    pub fn frailty_on(&self, day: Date) -> Option<FrailtyOn<'v>> {
        FrailtyOn::new(self.deficits, day)
    }

    /// The model of segments on a day; `None` outside 1900 to 2079.
    #[must_use]
    pub fn segments_on(&self, day: Date) -> Option<SegmentsOn<'v>> {
        SegmentsOn::new(self.people.columns(), self.meanings, self.deficits, day)
    }

    /// How somebody lives today, as far as a code says it.
    #[must_use]
    pub fn lives(&self, person: &PersonSlice<'_>) -> Lives {
        let today = Day::of(self.today);
        today
            .map(|today| self.circumstances.lives(person, today))
            .unwrap_or_default()
    }

    /// The same as if nothing that bears a label were there: for lists by name.
    #[must_use]
    pub fn lives_without_labelled(&self, person: &PersonSlice<'_>) -> Lives {
        let today = Day::of(self.today);
        today
            .map(|today| self.circumstances.lives_without_labelled(person, today))
            .unwrap_or_default()
    }

    /// What is remembered of somebody, under all the records that are theirs.
    #[must_use]
    pub fn memory(&self, person: &PersonSlice<'_>) -> Memory {
        self.memory.of(person.keys())
    }

    /// Looks at everybody of the scope who is alive and did not object, by several threads, and gives what `look` made of
    /// those of whom it made something, in the order of their keys.
    pub fn scan<T: Send>(&self, look: impl Fn(&PersonSlice<'_>) -> Option<T> + Sync) -> Vec<T> {
        let Some(today) = Day::of(self.today) else {
            return Vec::new();
        };
        self.people.scan(self.threads, |person| {
            let counts = self.is_in_scope(person) && person.is_here_on(today) && !self.objects(person);
            counts.then(|| look(person)).flatten()
        })
    }

    /// The same with whoever was alive on an earlier day and died since: for figures of days that are past, never for a list.
    pub(super) fn scan_since<T: Send>(
        &self,
        day: Date,
        look: impl Fn(&PersonSlice<'_>) -> Option<T> + Sync,
    ) -> Vec<T> {
        let (Some(today), Some(day)) = (Day::of(self.today), Day::of(day)) else {
            return Vec::new();
        };
        self.people.scan(self.threads, |person| {
            let is_here = person.is_here_on(today) || person.was_here_on(day);
            let counts = is_here && self.is_in_scope(person) && !self.objects(person);
            counts.then(|| look(person)).flatten()
        })
    }

    /// Whether somebody is alive on the day of the question, and their entry in use.
    pub(super) fn is_here(&self, person: &PersonSlice<'_>) -> bool {
        Day::of(self.today).is_some_and(|today| person.is_here_on(today))
    }

    /// How many people the question is put to, and how many of the scope are left out because they objected.
    pub(super) fn counted(&self) -> Counted {
        let Some(today) = Day::of(self.today) else {
            return Counted::default();
        };
        let counts: [AtomicU64; 3] = Default::default();
        let [people, objected, to_stratification] = &counts;
        let add = |count: &AtomicU64| count.fetch_add(1, Ordering::Relaxed);
        self.people.scan(self.threads, |person| -> Option<()> {
            if self.is_in_scope(person) && person.is_here_on(today) {
                add(if self.objects(person) { objected } else { people });
                if self.objects_to_stratification(person) {
                    add(to_stratification);
                }
            }
            None
        });
        let [people, objected, to_stratification] = counts.map(AtomicU64::into_inner);
        Counted {
            people,
            objected,
            to_stratification,
        }
    }

    fn is_in_scope(&self, person: &PersonSlice<'_>) -> bool {
        match self.level {
            Level::Region => true,
            Level::Practice | Level::Network => person
                .practice()
                .is_some_and(|practice| self.practices.binary_search(&practice).is_ok()),
            Level::Team => person.is_among(&self.team),
        }
    }

    fn objects(&self, person: &PersonSlice<'_>) -> bool {
        (self.heeds.type_1 && person.has_opted_out()) || self.objects_to_stratification(person)
    }

    fn objects_to_stratification(&self, person: &PersonSlice<'_>) -> bool {
        self.heeds.stratification && person.objects_to_stratification()
    }
}
