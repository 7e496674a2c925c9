//! Who is left out of a run for a purpose beyond care, with their whole record: by a type 1 opt-out, an objection to risk
//! stratification, or the national data opt-out, each counted.
//!
//! The record holds the first two. Of the third nothing is kept (safety rule 21): the answer of the national check service is
//! given for one run, lives in memory as long as it, and is neither printed nor written.

use std::collections::BTreeSet;
use std::fmt;

use codes::nhs_number::NhsNumber;
use record::PersonKey;

use crate::columns::Columns;
use crate::people::{People, PersonSlice};

/// What a list of NHS numbers says of those on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// They opted out.
    OptedOut,
    /// They did not: what the service sends back of the numbers that it was sent.
    MayBeUsed,
}

/// The answer of the national check service, for one run.
pub struct NationalAnswer {
    sense: Sense,
    numbers: BTreeSet<NhsNumber>,
}

impl fmt::Debug for NationalAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "NationalAnswer({:?}, {} numbers)",
            self.sense,
            self.numbers.len()
        )
    }
}

impl NationalAnswer {
    /// These numbers, in this sense.
    #[must_use]
    pub fn new(sense: Sense, numbers: BTreeSet<NhsNumber>) -> NationalAnswer {
        NationalAnswer { sense, numbers }
    }

    /// Its sense.
    #[must_use]
    pub fn sense(&self) -> Sense {
        self.sense
    }

    /// Whether somebody's record may be used, by the numbers they bear and those they bore; `None` when they bear none, and
    /// cannot be checked.
    fn permits(&self, in_use: &[NhsNumber], former: &[NhsNumber]) -> Option<bool> {
        let listed = |number: &NhsNumber| self.numbers.contains(number);
        let asked = if in_use.is_empty() { former } else { in_use };
        match self.sense {
            _ if asked.is_empty() => None,
            Sense::OptedOut => Some(!in_use.iter().chain(former).any(listed)),
            // Of whoever has a number in use that one is sent, and comes back.
            Sense::MayBeUsed => Some(asked.iter().all(listed)),
        }
    }
}

/// The records that were held against the answer.
#[derive(Debug, Default)]
pub struct Checked {
    may_be_used: BTreeSet<PersonKey>,
    opted_out: BTreeSet<PersonKey>,
}

impl Checked {
    /// Holds one record's numbers against the answer.
    pub fn add(
        &mut self,
        person: PersonKey,
        in_use: &[NhsNumber],
        former: &[NhsNumber],
        answer: &NationalAnswer,
    ) {
        match answer.permits(in_use, former) {
            Some(true) => self.may_be_used.insert(person),
            Some(false) => self.opted_out.insert(person),
            None => false,
        };
    }

    /// How many records bear a number, and how many of them are to be left out.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (
            self.may_be_used.len() + self.opted_out.len(),
            self.opted_out.len(),
        )
    }
}

/// Which objections a run heeds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Heeded<'c> {
    /// Type 1 opt-outs.
    pub type_1: bool,
    /// Objections to risk stratification.
    pub stratification: bool,
    /// The national opt-out, by the answer given for this run.
    pub national: Option<&'c Checked>,
}

/// How many people were left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Each once.
    pub people: u64,
    /// For a type 1 opt-out.
    pub type_1: u64,
    /// For an objection to risk stratification.
    pub stratification: u64,
    /// For the national opt-out.
    pub national: u64,
    /// Since they bear no NHS number by which they could be checked.
    pub unchecked: u64,
}

/// Why one person is left out.
#[derive(Debug, Clone, Copy, Default)]
struct Why {
    type_1: bool,
    stratification: bool,
    national: bool,
    unchecked: bool,
}

impl Heeded<'_> {
    fn why(&self, person: &PersonSlice<'_>) -> Why {
        let bears = |keys: &BTreeSet<PersonKey>| person.is_among(keys);
        let national = self.national.is_some_and(|checked| bears(&checked.opted_out));
        Why {
            type_1: self.type_1 && person.has_opted_out(),
            stratification: self.stratification && person.objects_to_stratification(),
            national,
            unchecked: !national && self.national.is_some_and(|checked| !bears(&checked.may_be_used)),
        }
    }
}

/// The columns without the whole records of those who are left out, and how many these are. Nothing says who.
#[must_use]
pub fn leave_out(columns: &Columns, heeded: &Heeded<'_>, threads: usize) -> (Columns, LeftOut) {
    let people = People::of(columns);
    let out = people.scan(threads, |person| {
        let why = heeded.why(person);
        let any = why.type_1 || why.stratification || why.national || why.unchecked;
        any.then(|| (person.keys().collect::<Vec<PersonKey>>(), why))
    });
    let count = |holds: fn(&Why) -> bool| out.iter().filter(|(_, why)| holds(why)).count() as u64;
    let left_out = LeftOut {
        people: out.len() as u64,
        type_1: count(|why| why.type_1),
        stratification: count(|why| why.stratification),
        national: count(|why| why.national),
        unchecked: count(|why| why.unchecked),
    };
    let keys: BTreeSet<PersonKey> = out.into_iter().flat_map(|(keys, _)| keys).collect();
    (columns.without(&keys), left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(nine: u32) -> NhsNumber {
        let digits = (0..10).find_map(|check| NhsNumber::parse(&format!("{nine:09}{check}")).ok());
        digits.expect("a number with a check digit")
    }

    #[test]
    fn a_list_is_read_in_its_sense_and_whoever_has_no_number_cannot_be_checked() {
        let [one, other, old] = [999_000_001, 999_000_002, 999_000_003].map(number);
        let answer = |sense| NationalAnswer::new(sense, BTreeSet::from([one]));
        let opted_out = answer(Sense::OptedOut);
        assert_eq!(opted_out.permits(&[one], &[]), Some(false));
        assert_eq!(opted_out.permits(&[other], &[]), Some(true));
        // Somebody who opted out under a number that they bore before has opted out.
        assert_eq!(opted_out.permits(&[other], &[one]), Some(false));
        assert_eq!(opted_out.permits(&[], &[]), None);
        let may_be_used = answer(Sense::MayBeUsed);
        assert_eq!(may_be_used.permits(&[one], &[old]), Some(true));
        assert_eq!(may_be_used.permits(&[other], &[one]), Some(false));
        assert_eq!(may_be_used.permits(&[one, other], &[]), Some(false));
        assert_eq!(may_be_used.permits(&[], &[one]), Some(true));
        assert_eq!(may_be_used.permits(&[], &[]), None);
        let words = format!("{may_be_used:?}");
        assert_eq!(words, "NationalAnswer(MayBeUsed, 1 numbers)");
    }
}
