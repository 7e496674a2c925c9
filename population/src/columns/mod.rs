//! Everybody, in 1,024 shards: one for each bucket of people, in the order of their keys, each column by itself.
//!
//! - `dictionary`: codes by number, for all shards
//! - `shard`: the people of one bucket
//! - `table`: a shard's facts: coded, measured, courses, contacts
//! - `in_use`: which codes somebody has
//! - `pack`: one person as bytes, for snapshots

mod dictionary;
mod in_use;
pub(crate) mod pack;
mod shard;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use record::{Bucket, PersonKey};

pub use dictionary::Dictionary;
pub use shard::Shard;
pub(crate) use table::{CodedTable, ContactTable, CourseTable, MeasuredTable};
pub use table::{sort_from, sort_of};

use crate::facts::{CodeName, Facts};

/// Everybody's facts in columns.
#[derive(Debug)]
pub struct Columns {
    shards: Vec<Shard>,
    dictionary: Dictionary,
    /// With whose record somebody's is read, for those few.
    joined: BTreeMap<PersonKey, PersonKey>,
}

impl Default for Columns {
    fn default() -> Columns {
        Columns {
            shards: Bucket::all().map(|_| Shard::default()).collect(),
            dictionary: Dictionary::new(),
            joined: BTreeMap::new(),
        }
    }
}

impl Columns {
    /// Puts a person's facts in the place of those before; `None` forgets the person.
    pub fn put(&mut self, person: PersonKey, facts: Option<Facts<CodeName>>) {
        let facts = facts.map(|facts| facts.map(|name| self.dictionary.number(name)));
        self.put_numbered(person, facts.as_ref());
    }

    /// As [`Columns::put`], of facts whose codes are this dictionary's numbers.
    pub(crate) fn put_numbered(&mut self, person: PersonKey, facts: Option<&Facts<u32>>) {
        match facts.and_then(|facts| facts.person.survivor) {
            Some(survivor) => self.joined.insert(person, survivor),
            None => self.joined.remove(&person),
        };
        // There are as many shards as buckets.
        let Some(shard) = self.shards.get_mut(usize::from(person.bucket().number())) else {
            return;
        };
        match facts {
            Some(facts) => shard.put(person.number(), facts),
            None => shard.remove(person.number()),
        }
    }

    /// A whole bucket in the place of what was there, with whom the records of its people are read. Codes are this dictionary's
    /// numbers, or those of the one that this was made beside.
    pub(crate) fn put_shard(&mut self, bucket: Bucket, shard: Shard, survivors: Vec<(PersonKey, PersonKey)>) {
        self.joined.retain(|person, _| person.bucket() != bucket);
        self.joined.extend(survivors);
        if let Some(before) = self.shards.get_mut(usize::from(bucket.number())) {
            *before = shard;
        }
    }

    /// A copy without these records; the codes are those of everybody, and a snapshot or an export of it names only what somebody
    /// in it still has.
    pub(crate) fn without(&self, left_out: &BTreeSet<PersonKey>) -> Columns {
        let mut copy = Columns {
            dictionary: self.dictionary.clone(),
            ..Columns::default()
        };
        for person in self.everybody().filter(|person| !left_out.contains(person)) {
            copy.put_numbered(person, self.numbered(person).as_ref());
        }
        copy
    }

    /// How many people, those read with another's record among them.
    #[must_use]
    pub fn people(&self) -> usize {
        self.shards.iter().map(Shard::people).sum()
    }

    /// How many coded facts, values, medicines and contacts.
    #[must_use]
    pub fn facts(&self) -> [usize; 4] {
        self.shards
            .iter()
            .map(Shard::facts)
            .fold([0; 4], |mut sum, facts| {
                for (sum, one) in sum.iter_mut().zip(facts) {
                    *sum += one;
                }
                sum
            })
    }

    /// The codes.
    #[must_use]
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    pub(crate) fn dictionary_mut(&mut self) -> &mut Dictionary {
        &mut self.dictionary
    }

    /// Each bucket with its people.
    pub fn shards(&self) -> impl Iterator<Item = (Bucket, &Shard)> {
        Bucket::all().zip(&self.shards)
    }

    /// One bucket's people.
    #[must_use]
    pub fn shard(&self, bucket: Bucket) -> Option<&Shard> {
        self.shards.get(usize::from(bucket.number()))
    }

    /// Whoever is read with another's record, and whose that is.
    pub(crate) fn joined(&self) -> &BTreeMap<PersonKey, PersonKey> {
        &self.joined
    }

    /// Everything that is kept of a person, by number.
    pub(crate) fn numbered(&self, person: PersonKey) -> Option<Facts<u32>> {
        let shard = self.shard(person.bucket())?;
        let mut facts = shard.get(shard.find(person.number())?);
        facts.person.survivor = self.joined.get(&person).copied();
        Some(facts)
    }

    /// Everything that is kept of a person.
    #[must_use]
    pub fn get(&self, person: PersonKey) -> Option<Facts<CodeName>> {
        Some(self.numbered(person)?.map(|number| self.dictionary.name(number)))
    }

    /// The keys of everybody, in order.
    pub fn everybody(&self) -> impl Iterator<Item = PersonKey> + '_ {
        self.shards()
            .flat_map(|(bucket, shard)| (0..shard.people()).map(move |row| shard.key_of(bucket, row)))
    }

    /// Bytes of memory, near enough for an operator.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.shards.iter().map(Shard::bytes).sum::<u64>()
            + self.dictionary.bytes()
            + (self.joined.len() * 48) as u64
    }
}
