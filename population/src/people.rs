//! Everybody as whole people: one slice of the columns a person, with the records that are read as theirs.

use std::collections::BTreeSet;

use record::{Bucket, PersonKey};

use crate::columns::{Columns, Shard};
use crate::day::Day;
use crate::facts::{CodeName, Coded, Contact, Course, Measured, Sex, flag};
use crate::score::Whole;
use crate::threads::in_order;

/// Everybody, each once. Made for each question: who is read as one with whom is worked out here.
#[derive(Debug)]
pub struct People<'c> {
    pub(crate) columns: &'c Columns,
    pub(crate) whole: Whole,
}

impl<'c> People<'c> {
    /// The people of columns as they are now.
    #[must_use]
    pub fn of(columns: &'c Columns) -> People<'c> {
        People {
            columns,
            whole: Whole::of(columns),
        }
    }

    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &'c Columns {
        self.columns
    }

    /// One person; `None` of somebody who is not here. Whoever is read with another's record is that other person.
    #[must_use]
    pub fn person(&self, person: PersonKey) -> Option<PersonSlice<'_>> {
        let slice = self.slice(person)?;
        match slice
            .is_elsewhere()
            .then(|| self.whole.survivor_of(person))
            .flatten()
        {
            Some(survivor) => self.slice(survivor),
            None => Some(slice),
        }
    }

    pub(crate) fn slice(&self, person: PersonKey) -> Option<PersonSlice<'_>> {
        let bucket = person.bucket();
        let shard = self.columns.shard(bucket)?;
        Some(PersonSlice {
            people: self,
            bucket,
            shard,
            row: shard.find(person.number())?,
        })
    }

    /// Looks at everybody, by so many threads, and gives what `look` made of those of whom it made something, in the order
    /// of their keys. Whoever is read with another's record is looked at with that person alone.
    pub fn scan<T: Send>(
        &self,
        threads: usize,
        look: impl Fn(&PersonSlice<'_>) -> Option<T> + Sync,
    ) -> Vec<T> {
        let parts = self.in_shards(threads, |bucket, shard| {
            (0..shard.people())
                .filter_map(|row| {
                    let slice = PersonSlice {
                        people: self,
                        bucket,
                        shard,
                        row,
                    };
                    (!slice.is_elsewhere()).then(|| look(&slice)).flatten()
                })
                .collect::<Vec<T>>()
        });
        parts.into_iter().flatten().collect()
    }

    /// Does something with every shard, and gives what came of each in their order.
    pub(crate) fn in_shards<T: Send>(
        &self,
        threads: usize,
        work: impl Fn(Bucket, &'c Shard) -> T + Sync,
    ) -> Vec<T> {
        let shards: Vec<(Bucket, &Shard)> = self.columns.shards().collect();
        in_order(threads, &shards, |(bucket, shard)| work(*bucket, shard))
    }
}

/// One person's rows. Who it is comes from the person's own entry; facts come from every record that is theirs.
#[derive(Debug, Clone, Copy)]
pub struct PersonSlice<'p> {
    pub(crate) people: &'p People<'p>,
    pub(crate) bucket: Bucket,
    pub(crate) shard: &'p Shard,
    pub(crate) row: usize,
}

impl<'p> PersonSlice<'p> {
    /// Whether the person is looked at with another's record.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.shard.joined[self.row] && self.people.whole.survivor_of(self.person()).is_some()
    }

    /// Who.
    #[must_use]
    pub fn person(&self) -> PersonKey {
        self.shard.key_of(self.bucket, self.row)
    }

    /// Day of birth; the first it could be when known in part.
    #[must_use]
    pub fn birth(&self) -> Day {
        self.shard.birth[self.row]
    }

    /// Sex.
    #[must_use]
    pub fn sex(&self) -> Sex {
        self.shard.sex[self.row]
    }

    /// Letter of the ethnic category 2001.
    #[must_use]
    pub fn ethnicity(&self) -> Option<char> {
        Some(self.shard.ethnicity[self.row])
            .filter(|letter| *letter != 0)
            .map(char::from)
    }

    /// Number of the small area of the home; `None` when not known, always so for restricted people.
    #[must_use]
    pub fn area(&self) -> Option<u32> {
        Some(self.shard.area[self.row]).filter(|area| *area != 0)
    }

    /// Number of the practice; `None` when not known, always so for restricted people.
    #[must_use]
    pub fn practice(&self) -> Option<u32> {
        Some(self.shard.practice[self.row]).filter(|practice| *practice != 0)
    }

    /// Whether a flag ([`flag`]) of the person's own entry is set.
    #[must_use]
    pub fn has(&self, flag: u32) -> bool {
        self.shard.flags[self.row] & flag != 0
    }

    /// Whether the person had died by a day; of a death without a day, always.
    #[must_use]
    pub fn has_died_by(&self, day: Day) -> bool {
        let death = self.shard.death[self.row];
        // A death that is dated after the day is not yet so on it.
        self.has(flag::DIED) && (!death.is_known() || death <= day)
    }

    /// Whether the person had not died by a day and the entry is in use.
    #[must_use]
    pub fn is_here_on(&self, day: Day) -> bool {
        !self.has_died_by(day) && !self.has(flag::REPLACED)
    }

    /// Whether the person was here on a day that is past: an entry that went out of use when the person died was in use until then.
    #[must_use]
    pub fn was_here_on(&self, day: Day) -> bool {
        let died_later = self.has(flag::DIED) && self.shard.death[self.row] > day;
        self.is_here_on(day) || died_later
    }

    /// Whether nobody else's record is read with theirs.
    pub(crate) fn is_alone(&self) -> bool {
        self.people.whole.is_empty() || self.people.whole.with(self.person()).is_empty()
    }

    /// Resources that could not be read, of all the person's records.
    #[must_use]
    pub fn unread(&self) -> u32 {
        self.records()
            .map(|(shard, row)| u32::from(shard.unread[row]))
            .sum()
    }

    /// The keys of the person's records, their own first.
    pub fn keys(self) -> impl Iterator<Item = PersonKey> + 'p {
        let others = if self.is_alone() {
            &[][..]
        } else {
            self.people.whole.with(self.person())
        };
        std::iter::once(self.person()).chain(others.iter().copied())
    }

    /// Whether one of the person's records is among these.
    #[must_use]
    pub fn is_among(self, keys: &BTreeSet<PersonKey>) -> bool {
        keys.contains(&self.person())
            || (!self.is_alone()
                && self
                    .people
                    .whole
                    .with(self.person())
                    .iter()
                    .any(|key| keys.contains(key)))
    }

    /// Whether a flag ([`flag`]) is set in any record that is read as the person's.
    #[must_use]
    pub fn has_any(self, flag: u32) -> bool {
        self.records().any(|(shard, row)| shard.flags[row] & flag != 0)
    }

    /// Whether a type 1 opt-out stands in one of the person's records.
    #[must_use]
    pub fn has_opted_out(self) -> bool {
        self.has_any(flag::TYPE_1)
    }

    /// Whether the person objects to risk stratification, by any of their records.
    #[must_use]
    pub fn objects_to_stratification(self) -> bool {
        self.has_any(flag::OBJECTS_TO_STRATIFICATION)
    }

    /// The shards and rows that are this person's: their own first.
    pub(crate) fn records(self) -> impl Iterator<Item = (&'p Shard, usize)> {
        let others = if self.is_alone() {
            &[][..]
        } else {
            self.people.whole.with(self.person())
        };
        let others = others.iter().filter_map(move |other| {
            let shard = self.people.columns.shard(other.bucket())?;
            Some((shard, shard.find(other.number())?))
        });
        std::iter::once((self.shard, self.row)).chain(others)
    }

    /// Coded facts by number, those with a mark among them; of each record by day.
    pub fn coded(self) -> impl Iterator<Item = Coded<u32>> + 'p {
        self.records()
            .flat_map(|(shard, row)| shard.coded_of(row).map(|at| shard.coded.one(at)))
    }

    /// Values.
    pub fn measured(self) -> impl Iterator<Item = Measured<u32>> + 'p {
        self.records()
            .flat_map(|(shard, row)| shard.measured_of(row).map(|at| shard.measured.one(at)))
    }

    /// Medicines.
    pub fn courses(self) -> impl Iterator<Item = Course<u32>> + 'p {
        self.records()
            .flat_map(|(shard, row)| shard.courses_of(row).map(|at| shard.courses.one(at)))
    }

    /// Contacts and stays.
    pub fn contacts(self) -> impl Iterator<Item = Contact> + 'p {
        self.records()
            .flat_map(|(shard, row)| shard.contacts_of(row).map(|at| shard.contacts.one(at)))
    }

    /// Codes by number.
    #[must_use]
    pub fn names(&self) -> &'p [CodeName] {
        self.people.columns.dictionary().names()
    }

    /// The last sound day on or before `today` on which one of these codes was recorded.
    #[must_use]
    pub fn last_coded(self, codes: &[u32], today: Day) -> Option<Day> {
        self.coded()
            .filter(|fact| fact.mark.is_sound() && fact.day.is_known() && fact.day <= today)
            .filter(|fact| codes.contains(&fact.code))
            .map(|fact| fact.day)
            .max()
    }
}
