//! The people of one bucket, by key, with their facts in four tables.

use std::ops::Range;

use record::{Bucket, PersonKey};

use super::dictionary::Dictionary;
use super::table::{CodedTable, ContactTable, CourseTable, MeasuredTable, replace};
use crate::day::Day;
use crate::facts::{Facts, Person, Sex};

/// One bucket's people.
#[derive(Debug, Default)]
pub struct Shard {
    /// Numbers within the bucket, ascending.
    pub(crate) key: Vec<u64>,
    pub(crate) birth: Vec<Day>,
    pub(crate) death: Vec<Day>,
    pub(crate) sex: Vec<Sex>,
    pub(crate) ethnicity: Vec<u8>,
    pub(crate) verification: Vec<u8>,
    pub(crate) flags: Vec<u32>,
    pub(crate) unread: Vec<u16>,
    /// 0 when not known.
    pub(crate) area: Vec<u32>,
    /// 0 when not known.
    pub(crate) practice: Vec<u32>,
    /// Whether the person is read with another's record; who that is stands beside the shards.
    pub(crate) joined: Vec<bool>,
    /// Where each person's rows of a table end.
    coded_end: Vec<u32>,
    measured_end: Vec<u32>,
    courses_end: Vec<u32>,
    contacts_end: Vec<u32>,
    pub(crate) coded: CodedTable,
    pub(crate) measured: MeasuredTable,
    pub(crate) courses: CourseTable,
    pub(crate) contacts: ContactTable,
}

fn rows(ends: &[u32], row: usize) -> Range<usize> {
    let end = |row: usize| ends.get(row).map_or(0, |end| *end as usize);
    let start = row.checked_sub(1).map_or(0, end);
    start..end(row)
}

/// Notes that the rows of a person went from `before` to `after` many.
fn shift(ends: &mut [u32], row: usize, before: usize, after: usize) {
    for end in ends.iter_mut().skip(row) {
        let moved = (*end as usize + after).saturating_sub(before);
        // A bucket holds a thousandth of a population: its tables stay far below four thousand million rows.
        *end = u32::try_from(moved).unwrap_or(u32::MAX);
    }
}

/// Where each person's rows end, from the place of the person that each row is of; `None` when the places do not ascend, or one
/// is nobody's.
fn ends_of(owners: &[i32], people: usize) -> Option<Vec<u32>> {
    let mut ends = vec![0; people];
    let mut before = 0;
    for (row, owner) in (1u32..).zip(owners) {
        let owner = usize::try_from(*owner).ok().filter(|owner| *owner >= before)?;
        *ends.get_mut(owner)? = row;
        before = owner;
    }
    let mut last = 0;
    for end in &mut ends {
        last = last.max(*end);
        *end = last;
    }
    Some(ends)
}

/// Puts a table with its ends in the place of what was there; false when its rows are not of these people, one after another.
fn take<T>(owners: &[i32], people: usize, table: T, into_ends: &mut Vec<u32>, into: &mut T) -> bool {
    let Some(ends) = ends_of(owners, people) else {
        return false;
    };
    (*into_ends, *into) = (ends, table);
    true
}

impl Shard {
    /// People without facts, numbered from 1 in this order.
    pub(crate) fn of_people(people: &[Person<u32>]) -> Shard {
        let known = |number: Option<u32>| number.unwrap_or(Dictionary::NONE);
        let none = || vec![0; people.len()];
        Shard {
            key: (1..).take(people.len()).collect(),
            birth: people.iter().map(|one| one.birth).collect(),
            death: people.iter().map(|one| one.death).collect(),
            sex: people.iter().map(|one| one.sex).collect(),
            ethnicity: people.iter().map(|one| one.ethnicity).collect(),
            verification: people.iter().map(|one| one.verification).collect(),
            flags: people.iter().map(|one| one.flags).collect(),
            unread: people.iter().map(|one| one.unread).collect(),
            area: people.iter().map(|one| known(one.area)).collect(),
            practice: people.iter().map(|one| known(one.practice)).collect(),
            joined: people.iter().map(|one| one.survivor.is_some()).collect(),
            coded_end: none(),
            measured_end: none(),
            courses_end: none(),
            contacts_end: none(),
            ..Shard::default()
        }
    }

    /// Takes coded facts, with the place of the person that each is of, people one after another. False when they are not so: then
    /// nothing is taken.
    pub(crate) fn take_coded(&mut self, owners: &[i32], table: CodedTable) -> bool {
        let people = self.people();
        take(owners, people, table, &mut self.coded_end, &mut self.coded)
    }

    /// As [`Shard::take_coded`], of values.
    pub(crate) fn take_measured(&mut self, owners: &[i32], table: MeasuredTable) -> bool {
        let people = self.people();
        take(owners, people, table, &mut self.measured_end, &mut self.measured)
    }

    /// As [`Shard::take_coded`], of medicines.
    pub(crate) fn take_courses(&mut self, owners: &[i32], table: CourseTable) -> bool {
        let people = self.people();
        take(owners, people, table, &mut self.courses_end, &mut self.courses)
    }

    /// As [`Shard::take_coded`], of contacts.
    pub(crate) fn take_contacts(&mut self, owners: &[i32], table: ContactTable) -> bool {
        let people = self.people();
        take(owners, people, table, &mut self.contacts_end, &mut self.contacts)
    }

    /// How many people.
    #[must_use]
    pub fn people(&self) -> usize {
        self.key.len()
    }

    /// How many coded facts, values, medicines and contacts.
    #[must_use]
    pub fn facts(&self) -> [usize; 4] {
        [
            self.coded.code.len(),
            self.measured.code.len(),
            self.courses.code.len(),
            self.contacts.start.len(),
        ]
    }

    pub(crate) fn find(&self, number: u64) -> Option<usize> {
        self.key.binary_search(&number).ok()
    }

    pub(crate) fn coded_of(&self, row: usize) -> Range<usize> {
        rows(&self.coded_end, row)
    }

    pub(crate) fn measured_of(&self, row: usize) -> Range<usize> {
        rows(&self.measured_end, row)
    }

    pub(crate) fn courses_of(&self, row: usize) -> Range<usize> {
        rows(&self.courses_end, row)
    }

    pub(crate) fn contacts_of(&self, row: usize) -> Range<usize> {
        rows(&self.contacts_end, row)
    }

    /// Puts a person's facts in the place of those before.
    pub(super) fn put(&mut self, number: u64, facts: &Facts<u32>) {
        let (row, new) = match self.key.binary_search(&number) {
            Ok(row) => (row, false),
            Err(row) => (row, true),
        };
        let at = row..row + usize::from(!new);
        self.put_person(number, &at, &facts.person);
        if new {
            for ends in [
                &mut self.coded_end,
                &mut self.measured_end,
                &mut self.courses_end,
                &mut self.contacts_end,
            ] {
                let before = row
                    .checked_sub(1)
                    .and_then(|row| ends.get(row).copied())
                    .unwrap_or(0);
                replace(ends, row..row, std::iter::once(before));
            }
        }
        self.put_rows(row, facts);
    }

    fn put_person(&mut self, number: u64, at: &Range<usize>, person: &Person<u32>) {
        fn put<T: Copy>(column: &mut Vec<T>, at: &Range<usize>, value: T) {
            replace(column, at.clone(), std::iter::once(value));
        }
        put(&mut self.key, at, number);
        put(&mut self.birth, at, person.birth);
        put(&mut self.death, at, person.death);
        put(&mut self.sex, at, person.sex);
        put(&mut self.ethnicity, at, person.ethnicity);
        put(&mut self.verification, at, person.verification);
        put(&mut self.flags, at, person.flags);
        put(&mut self.unread, at, person.unread);
        put(&mut self.area, at, person.area.unwrap_or(Dictionary::NONE));
        put(
            &mut self.practice,
            at,
            person.practice.unwrap_or(Dictionary::NONE),
        );
        put(&mut self.joined, at, person.survivor.is_some());
    }

    fn put_rows(&mut self, row: usize, facts: &Facts<u32>) {
        let range = self.coded_of(row);
        self.coded.replace(&range, &facts.coded);
        shift(&mut self.coded_end, row, range.len(), facts.coded.len());
        let range = self.measured_of(row);
        self.measured.replace(&range, &facts.measured);
        shift(&mut self.measured_end, row, range.len(), facts.measured.len());
        let range = self.courses_of(row);
        self.courses.replace(&range, &facts.courses);
        shift(&mut self.courses_end, row, range.len(), facts.courses.len());
        let range = self.contacts_of(row);
        self.contacts.replace(&range, &facts.contacts);
        shift(&mut self.contacts_end, row, range.len(), facts.contacts.len());
    }

    /// Forgets a person.
    pub(super) fn remove(&mut self, number: u64) {
        let Ok(row) = self.key.binary_search(&number) else {
            return;
        };
        self.put_rows(row, &Facts::default());
        self.key.remove(row);
        self.birth.remove(row);
        self.death.remove(row);
        self.sex.remove(row);
        self.ethnicity.remove(row);
        self.verification.remove(row);
        self.flags.remove(row);
        self.unread.remove(row);
        self.area.remove(row);
        self.practice.remove(row);
        self.joined.remove(row);
        self.coded_end.remove(row);
        self.measured_end.remove(row);
        self.courses_end.remove(row);
        self.contacts_end.remove(row);
    }

    pub(crate) fn person(&self, row: usize) -> Person<u32> {
        let known = |number: u32| (number != Dictionary::NONE).then_some(number);
        Person {
            birth: self.birth[row],
            death: self.death[row],
            sex: self.sex[row],
            ethnicity: self.ethnicity[row],
            verification: self.verification[row],
            flags: self.flags[row],
            unread: self.unread[row],
            area: known(self.area[row]),
            practice: known(self.practice[row]),
            survivor: None,
        }
    }

    /// Everything of the person in a row, but with whose record it is read.
    pub(crate) fn get(&self, row: usize) -> Facts<u32> {
        Facts {
            person: self.person(row),
            coded: self.coded.get(self.coded_of(row)),
            measured: self.measured.get(self.measured_of(row)),
            courses: self.courses.get(self.courses_of(row)),
            contacts: self.contacts.get(self.contacts_of(row)),
        }
    }

    pub(crate) fn key_of(&self, bucket: Bucket, row: usize) -> PersonKey {
        PersonKey::new(bucket, self.key[row])
    }

    pub(super) fn bytes(&self) -> u64 {
        let person = 8 + 2 + 2 + 1 + 1 + 1 + 2 + 2 + 4 + 4 + 1 + 4 * 4;
        (self.key.capacity() * person) as u64
            + self.coded.bytes()
            + self.measured.bytes()
            + self.courses.bytes()
            + self.contacts.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::ends_of;

    #[test]
    fn rows_end_where_the_next_person_begins_and_nobody_has_any_out_of_order() {
        assert_eq!(ends_of(&[0, 0, 2, 2, 2], 4), Some(vec![2, 2, 5, 5]));
        assert_eq!(ends_of(&[1], 2), Some(vec![0, 1]));
        assert_eq!(ends_of(&[], 2), Some(vec![0, 0]));
        for owners in [&[1, 0][..], &[2], &[-1]] {
            assert_eq!(ends_of(owners, 2), None, "{owners:?}");
        }
    }
}
