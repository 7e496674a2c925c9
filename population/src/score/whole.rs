//! Who is read with whose record: a person is counted once, with the facts of all records that are theirs.

use std::collections::BTreeMap;

use record::PersonKey;

use crate::columns::Columns;

/// How many joins in a row are followed; the record makes no such chains, and a circle must not hang a count.
const LONGEST: usize = 16;

/// Those whose records are read with another's.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    /// Survivors with those read with them, in order.
    with: BTreeMap<PersonKey, Vec<PersonKey>>,
    /// Those read with another, who is here.
    survivors: BTreeMap<PersonKey, PersonKey>,
}

impl Whole {
    pub(crate) fn of(columns: &Columns) -> Whole {
        let mut whole = Whole::default();
        for person in columns.joined().keys() {
            if let Some(survivor) = survivor(columns, *person) {
                whole.with.entry(survivor).or_default().push(*person);
                whole.survivors.insert(*person, survivor);
            }
        }
        whole
    }

    /// Those read with this person; nobody for nearly all.
    pub(crate) fn with(&self, person: PersonKey) -> &[PersonKey] {
        self.with.get(&person).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.with.is_empty()
    }

    /// With whose record somebody is looked at. Where the survivor has nothing here, the person is looked at alone: nobody
    /// is lost.
    pub(crate) fn survivor_of(&self, person: PersonKey) -> Option<PersonKey> {
        self.survivors.get(&person).copied()
    }
}

/// The person with whose record this one is read, when that person is in the columns.
fn survivor(columns: &Columns, person: PersonKey) -> Option<PersonKey> {
    let joined = columns.joined();
    let mut at = person;
    for _ in 0..LONGEST {
        match joined.get(&at) {
            Some(next) => at = *next,
            None => break,
        }
    }
    let shard = columns.shard(at.bucket())?;
    let ends = at != person && !joined.contains_key(&at) && shard.find(at.number()).is_some();
    ends.then_some(at)
}
