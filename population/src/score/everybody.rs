//! A score of everybody: who has one, who has none and why, and the work shared among threads.

use crate::columns::Columns;
use crate::day::Day;
use crate::people::{People, PersonSlice};

/// Who has no score, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Died, verified or not.
    pub died: u64,
    /// The birth is not known, comes after the day, or lies too far back.
    pub birth: u64,
    /// Counted with the person their record was joined to.
    pub joined: u64,
    /// The entry is not in use, or was replaced by another.
    pub replaced: u64,
}

impl LeftOut {
    fn add(&mut self, other: LeftOut) {
        self.died += other.died;
        self.birth += other.birth;
        self.joined += other.joined;
        self.replaced += other.replaced;
    }
}

/// What a score says of everybody on one day.
#[derive(Debug, Clone)]
pub struct Scores<T> {
    /// By bucket and key.
    pub people: Vec<T>,
    /// Those who have none.
    pub left_out: LeftOut,
}

impl<T> Default for Scores<T> {
    fn default() -> Scores<T> {
        Scores {
            people: Vec::new(),
            left_out: LeftOut::default(),
        }
    }
}

impl<T> Scores<T> {
    /// Takes in those of further people.
    pub(crate) fn extend(&mut self, part: Scores<T>) {
        self.people.extend(part.people);
        self.left_out.add(part.left_out);
    }
}

/// The age of somebody who counts on the day; otherwise why not. `is_here` is whether the person is here on that day, and `age` the age on
/// it, when it is known.
pub(super) fn counts(
    person: &PersonSlice<'_>,
    today: Day,
    is_here: bool,
    age: Option<u8>,
) -> Result<u8, LeftOut> {
    let left = LeftOut::default();
    if person.is_elsewhere() {
        return Err(LeftOut { joined: 1, ..left });
    }
    if !is_here {
        // Replaced counts only of those who live.
        return Err(if person.has_died_by(today) {
            LeftOut { died: 1, ..left }
        } else {
            LeftOut { replaced: 1, ..left }
        });
    }
    age.ok_or(LeftOut { birth: 1, ..left })
}

/// Asks the score of each person, by so many threads.
pub(crate) fn everybody<T: Send>(
    columns: &Columns,
    threads: usize,
    of: impl Fn(&PersonSlice<'_>) -> Result<T, LeftOut> + Sync,
) -> Scores<T> {
    let people = People::of(columns);
    let parts = people.in_shards(threads, |bucket, shard| {
        let mut part = Scores::default();
        part.people.reserve_exact(shard.people());
        for row in 0..shard.people() {
            let slice = PersonSlice {
                people: &people,
                bucket,
                shard,
                row,
            };
            match of(&slice) {
                Ok(scored) => part.people.push(scored),
                Err(reason) => part.left_out.add(reason),
            }
        }
        part
    });
    let mut all = Scores::default();
    all.people
        .reserve_exact(parts.iter().map(|part| part.people.len()).sum());
    for part in parts {
        all.extend(part);
    }
    all
}
