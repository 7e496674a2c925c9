//! How somebody lives, as far as a code says it: unpaid carers, homeless people, routine and manual workers, the armed forces and their
//! families. The codes stand in `codes::circumstance`; here is only how they are found in the columns.
//!
//! The latest word counts: a code that says that it is no longer so ends what an earlier one said, and so does one that is over.

use codes::circumstance::{Circumstance, said};

use crate::columns::Dictionary;
use crate::day::Day;
use crate::facts::{Kind, Mark};
use crate::people::PersonSlice;

/// For each number of a dictionary what its code says: of which circumstance, and whether it is so.
#[derive(Debug, Clone, Default)]
pub struct Circumstances(Vec<Option<(Circumstance, bool)>>);

/// The circumstances of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lives(u8);

impl Lives {
    /// Whether one is among them.
    #[must_use]
    pub fn has(self, circumstance: Circumstance) -> bool {
        self.0 & bit(circumstance) != 0
    }

    /// These and one more.
    #[must_use]
    pub fn with(self, circumstance: Circumstance) -> Lives {
        Lives(self.0 | bit(circumstance))
    }
}

fn bit(circumstance: Circumstance) -> u8 {
    1 << place(circumstance)
}

fn place(circumstance: Circumstance) -> usize {
    let mut all = Circumstance::ALL.iter();
    all.position(|one| *one == circumstance).unwrap_or_default()
}

impl Circumstances {
    /// Takes in the codes that the dictionary got since: numbers are never given anew.
    pub fn extend(&mut self, dictionary: &Dictionary) {
        let new = dictionary.names().iter().skip(self.0.len());
        self.0.extend(new.map(|name| said(&name.system, &name.code)));
    }

    /// The table of a dictionary as it is now.
    #[must_use]
    pub fn of(dictionary: &Dictionary) -> Circumstances {
        let mut table = Circumstances::default();
        table.extend(dictionary);
        table
    }

    /// How somebody lives on a day, by the sound problems and findings up to it of all their records. One without a day is before any that
    /// has one.
    #[must_use]
    pub fn lives(&self, person: &PersonSlice<'_>, today: Day) -> Lives {
        self.by(person, today, Mark::is_sound)
    }

    /// The same as if nothing that bears a label were there: for lists by name.
    #[must_use]
    pub fn lives_without_labelled(&self, person: &PersonSlice<'_>, today: Day) -> Lives {
        self.by(person, today, |mark| mark == Mark::Sound)
    }

    fn by(&self, person: &PersonSlice<'_>, today: Day, counts: fn(Mark) -> bool) -> Lives {
        let facts = person.coded().filter(|fact| {
            matches!(fact.kind, Kind::Problem | Kind::Finding) && counts(fact.mark) && fact.day <= today
        });
        // Days by number plus one, so that an unknown one counts; nought when never.
        let mut last = [(0u32, 0u32); Circumstance::ALL.len()];
        for fact in facts {
            let Some((circumstance, so)) = self.0.get(fact.code as usize).copied().flatten() else {
                continue;
            };
            let Some((is_so, no_longer)) = last.get_mut(place(circumstance)) else {
                continue;
            };
            let word = if so && !fact.over { is_so } else { no_longer };
            *word = (*word).max(u32::from(fact.day.number()) + 1);
        }
        let all = Circumstance::ALL.into_iter().zip(last);
        all.filter(|(_, (is_so, no_longer))| is_so > no_longer)
            .fold(Lives::default(), |lives, (circumstance, _)| {
                lives.with(circumstance)
            })
    }
}
