//! Who is read with whose record: a person is counted once, with the facts of all records that are theirs.

use std::collections::BTreeMap;

use record::PersonKey;

use crate::columns::Columns;

/// How many joins in a row are followed; the record makes no such chains, and a circle must not hang a count.
const LONGEST: usize = 16;

/// Those whose records are read with another's.
#[derive(Debug, Default)]
pub(super) struct Whole {
    /// Survivors with those read with them, in order.
    with: BTreeMap<PersonKey, Vec<PersonKey>>,
}

impl Whole {
    pub(super) fn of(columns: &Columns) -> Whole {
        let mut whole = Whole::default();
        for person in columns.joined().keys() {
            if let Some(survivor) = survivor(columns, *person) {
                whole.with.entry(survivor).or_default().push(*person);
            }
        }
        whole
    }

    /// Those read with this person; nobody for nearly all.
    pub(super) fn with(&self, person: PersonKey) -> &[PersonKey] {
        self.with.get(&person).map_or(&[], Vec::as_slice)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.with.is_empty()
    }

    /// Whether somebody who was joined is counted with the survivor. Where the survivor has nothing here, the person is
    /// counted alone: nobody is lost.
    pub(super) fn is_counted_elsewhere(&self, columns: &Columns, person: PersonKey) -> bool {
        survivor(columns, person).is_some()
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
