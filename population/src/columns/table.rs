//! One table of a shard: columns of the same length, each person's rows together.

use std::ops::Range;

use crate::day::Day;
use crate::facts::{Class, Coded, Contact, Course, Kind, Mark, Measured};

/// The bits of [`CodedTable::sort`].
const KIND: u8 = 0b0111;
const ALSO: u8 = 1 << 4;
const PARTIAL: u8 = 1 << 5;
const OVER: u8 = 1 << 6;

/// Puts values in the place of a range. A column grows by an eighth, not to twice its size: there are 1,024 of each.
pub(super) fn replace<T: Copy>(
    column: &mut Vec<T>,
    range: Range<usize>,
    values: impl ExactSizeIterator<Item = T>,
) {
    let length = column.len() - range.len() + values.len();
    if length > column.capacity() {
        column.reserve_exact(length - column.len() + length / 8);
    }
    column.splice(range, values);
}

fn held<T>(column: &Vec<T>) -> u64 {
    (column.capacity() * size_of::<T>()) as u64
}

/// Coded facts: 8 bytes each.
#[derive(Debug, Default)]
pub(crate) struct CodedTable {
    pub(crate) code: Vec<u32>,
    pub(crate) day: Vec<Day>,
    /// Kind in the low bits, then whether it is a further code, partial, over.
    pub(crate) sort: Vec<u8>,
    pub(crate) mark: Vec<Mark>,
}

impl CodedTable {
    pub(super) fn replace(&mut self, range: &Range<usize>, facts: &[Coded<u32>]) {
        replace(&mut self.code, range.clone(), facts.iter().map(|one| one.code));
        replace(&mut self.day, range.clone(), facts.iter().map(|one| one.day));
        replace(&mut self.sort, range.clone(), facts.iter().map(sort_of));
        replace(&mut self.mark, range.clone(), facts.iter().map(|one| one.mark));
    }

    pub(super) fn get(&self, range: Range<usize>) -> Vec<Coded<u32>> {
        range.map(|at| self.one(at)).collect()
    }

    pub(crate) fn one(&self, at: usize) -> Coded<u32> {
        let sort = self.sort[at];
        Coded {
            day: self.day[at],
            kind: kind_of(sort),
            code: self.code[at],
            mark: self.mark[at],
            also: sort & ALSO != 0,
            partial: sort & PARTIAL != 0,
            over: sort & OVER != 0,
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        held(&self.code) + held(&self.day) + held(&self.sort) + held(&self.mark)
    }
}

/// Kind and flags of a coded fact as one byte: the form of columns, snapshots and files.
#[must_use]
pub fn sort_of<C>(fact: &Coded<C>) -> u8 {
    let bit = |holds: bool, bit: u8| if holds { bit } else { 0 };
    fact.kind as u8 | bit(fact.also, ALSO) | bit(fact.partial, PARTIAL) | bit(fact.over, OVER)
}

/// What [`sort_of`] made a byte of; `None` when it is none of these.
#[must_use]
pub fn sort_from(sort: u8) -> Option<(Kind, bool, bool, bool)> {
    if sort & !(KIND | ALSO | PARTIAL | OVER) != 0 {
        return None;
    }
    let kind = Kind::from_number(sort & KIND)?;
    Some((kind, sort & ALSO != 0, sort & PARTIAL != 0, sort & OVER != 0))
}

/// The kind of a byte that stands in a column, where only bytes of [`sort_of`] are.
pub(crate) fn kind_of(sort: u8) -> Kind {
    Kind::from_number(sort & KIND).unwrap_or(Kind::Asked)
}

/// Values: 11 bytes each.
#[derive(Debug, Default)]
pub(crate) struct MeasuredTable {
    pub(crate) code: Vec<u32>,
    pub(crate) day: Vec<Day>,
    /// No number when there is no value.
    pub(crate) value: Vec<f32>,
    pub(crate) mark: Vec<Mark>,
}

impl MeasuredTable {
    pub(super) fn replace(&mut self, range: &Range<usize>, facts: &[Measured<u32>]) {
        replace(&mut self.code, range.clone(), facts.iter().map(|one| one.code));
        replace(&mut self.day, range.clone(), facts.iter().map(|one| one.day));
        let values = facts.iter().map(|one| one.value.unwrap_or(f32::NAN));
        replace(&mut self.value, range.clone(), values);
        replace(&mut self.mark, range.clone(), facts.iter().map(|one| one.mark));
    }

    pub(super) fn get(&self, range: Range<usize>) -> Vec<Measured<u32>> {
        range.map(|at| self.one(at)).collect()
    }

    pub(crate) fn one(&self, at: usize) -> Measured<u32> {
        Measured {
            day: self.day[at],
            code: self.code[at],
            value: Some(self.value[at]).filter(|value| !value.is_nan()),
            mark: self.mark[at],
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        held(&self.code) + held(&self.day) + held(&self.value) + held(&self.mark)
    }
}

/// Medicines: 10 bytes each.
#[derive(Debug, Default)]
pub(crate) struct CourseTable {
    pub(crate) code: Vec<u32>,
    pub(crate) start: Vec<Day>,
    pub(crate) end: Vec<Day>,
    pub(crate) current: Vec<bool>,
    pub(crate) mark: Vec<Mark>,
}

impl CourseTable {
    pub(super) fn replace(&mut self, range: &Range<usize>, facts: &[Course<u32>]) {
        replace(&mut self.code, range.clone(), facts.iter().map(|one| one.code));
        replace(&mut self.start, range.clone(), facts.iter().map(|one| one.start));
        replace(&mut self.end, range.clone(), facts.iter().map(|one| one.end));
        replace(
            &mut self.current,
            range.clone(),
            facts.iter().map(|one| one.current),
        );
        replace(&mut self.mark, range.clone(), facts.iter().map(|one| one.mark));
    }

    pub(super) fn get(&self, range: Range<usize>) -> Vec<Course<u32>> {
        range.map(|at| self.one(at)).collect()
    }

    pub(crate) fn one(&self, at: usize) -> Course<u32> {
        Course {
            code: self.code[at],
            start: self.start[at],
            end: self.end[at],
            current: self.current[at],
            mark: self.mark[at],
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        held(&self.code) + held(&self.start) + held(&self.end) + held(&self.current) + held(&self.mark)
    }
}

/// Contacts and stays: 6 bytes each.
#[derive(Debug, Default)]
pub(crate) struct ContactTable {
    pub(crate) start: Vec<Day>,
    pub(crate) end: Vec<Day>,
    pub(crate) class: Vec<Class>,
    pub(crate) mark: Vec<Mark>,
}

impl ContactTable {
    pub(super) fn replace(&mut self, range: &Range<usize>, facts: &[Contact]) {
        replace(&mut self.start, range.clone(), facts.iter().map(|one| one.start));
        replace(&mut self.end, range.clone(), facts.iter().map(|one| one.end));
        replace(&mut self.class, range.clone(), facts.iter().map(|one| one.class));
        replace(&mut self.mark, range.clone(), facts.iter().map(|one| one.mark));
    }

    pub(super) fn get(&self, range: Range<usize>) -> Vec<Contact> {
        range.map(|at| self.one(at)).collect()
    }

    pub(crate) fn one(&self, at: usize) -> Contact {
        Contact {
            start: self.start[at],
            end: self.end[at],
            class: self.class[at],
            mark: self.mark[at],
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        held(&self.start) + held(&self.end) + held(&self.class) + held(&self.mark)
    }
}
