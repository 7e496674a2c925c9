//! The audit of people as one trail, the newest first: changes from the feeds of their buckets, reads from this data
//! directory. Each source is read back in stretches of bounded length; what all of them have reached is given out in order.

use std::collections::VecDeque;

use crate::bytes::{Reader, Writer};
use crate::dialect::{Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::feed::{self, FeedEntry};
use crate::ids::{Bucket, PersonKey};

/// The most feed entries of a bucket that are looked at at a time.
const MOST_ENTRIES: usize = 20_000;
/// How many of them are read at once.
const SLICE: u64 = 500;

const PEOPLE: &str = "SELECT DISTINCT person FROM log WHERE bucket = ?1 AND seq >= ?2 AND seq < ?3";
const AT: &str = "SELECT at FROM feed WHERE bucket = ?1 AND position = ?2";

/// A place in one source: segment, offset and number of a read; position, 0 and 0 of a change.
pub(crate) type Place = (u64, u64, u64);

/// Before everything that there will ever be.
const NEWEST: Place = (u64::MAX, u64::MAX, u64::MAX);

/// From when until before when, in microseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) from: i64,
    pub(crate) until: i64,
}

impl Span {
    pub(crate) fn contains(&self, at: i64) -> bool {
        (self.from..self.until).contains(&at)
    }
}

/// What a look back into one source gave.
#[derive(Debug)]
pub(crate) struct Stretch<T> {
    /// Newest first: where it stands, when, what.
    pub(crate) items: Vec<(Place, i64, T)>,
    /// Where the next look goes on, and how far back in time this one came; `None` when nothing older is left.
    pub(crate) rest: Option<(Place, i64)>,
}

impl<T> Default for Stretch<T> {
    fn default() -> Stretch<T> {
        Stretch {
            items: Vec::new(),
            rest: None,
        }
    }
}

/// Feed entries of a bucket that name any of `people`, before a position, at most `most`, newest first.
pub(crate) fn changes(
    connection: &Connection,
    bucket: Bucket,
    people: &[PersonKey],
    span: Span,
    before: Place,
    most: usize,
) -> Result<Stretch<FeedEntry>, RecordError> {
    let numbers: Vec<u64> = people
        .iter()
        .filter(|person| person.bucket() == bucket)
        .map(|person| person.number())
        .collect();
    let mut stretch = Stretch::default();
    let mut before = before.0.min(first_from(connection, bucket, span.until)?);
    let mut looked_at = 0;
    while before > 1 {
        let after = before.saturating_sub(SLICE + 1);
        let limit = i64::try_from(before - 1 - after).unwrap_or(i64::MAX);
        let rows = feed::rows(connection, bucket, after, limit).map_err(|error| engine_error(&error))?;
        for row in rows.into_iter().rev() {
            if row.at < span.from {
                return Ok(stretch);
            }
            looked_at += 1;
            let (position, at) = ((row.position, 0, 0), row.at);
            if concerns(connection, bucket, &row, &numbers).map_err(|error| engine_error(&error))? {
                stretch
                    .items
                    .push((position, at, feed::entry(connection, bucket, row)?));
            }
            if stretch.items.len() == most || looked_at == MOST_ENTRIES {
                stretch.rest = Some((position, at));
                return Ok(stretch);
            }
        }
        before = after + 1;
    }
    Ok(stretch)
}

fn concerns(
    connection: &Connection,
    bucket: Bucket,
    row: &feed::FeedRow,
    numbers: &[u64],
) -> crate::dialect::Result<bool> {
    let until = row.first_seq.saturating_add(row.count);
    let people: Vec<u64> = connection
        .statement(PEOPLE)?
        .query_map(params![bucket.number(), row.first_seq, until], |row| row.get(0))?
        .collect::<crate::dialect::Result<_>>()?;
    Ok(people.iter().any(|person| numbers.contains(person)))
}

/// The first position kept at `until` or later; behind the last where there is none. Times rise within a bucket.
fn first_from(connection: &Connection, bucket: Bucket, until: i64) -> Result<u64, RecordError> {
    let head: Option<u64> = connection
        .statement(crate::sql::HEAD_POSITION)
        .and_then(|mut statement| {
            statement
                .query_row(params![bucket.number()], |row| row.get(0))
                .optional()
        })
        .map_err(|error| engine_error(&error))?;
    let (mut low, mut high) = (1, head.unwrap_or(0) + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let at: Option<i64> = connection
            .statement(AT)
            .and_then(|mut statement| {
                statement
                    .query_row(params![bucket.number(), middle], |row| row.get(0))
                    .optional()
            })
            .map_err(|error| engine_error(&error))?;
        if at.is_some_and(|at| at < until) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// Where a page of the trail begins in each of its sources; `None` for one that is exhausted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Places(pub(crate) Vec<Option<Place>>);

impl Places {
    pub(crate) fn newest(sources: usize) -> Places {
        Places(vec![Some(NEWEST); sources])
    }

    pub(crate) fn store(&self) -> Vec<u8> {
        let mut bytes = Writer::default();
        for place in &self.0 {
            match place {
                None => bytes.number(0),
                Some((one, two, three)) => bytes.number(1).number(*one).number(*two).number(*three),
            };
        }
        bytes.0
    }

    pub(crate) fn load(stored: &[u8]) -> Option<Places> {
        let mut bytes = Reader(stored);
        let mut places = Vec::new();
        while !bytes.is_empty() {
            places.push(match bytes.number()? {
                0 => None,
                _ => Some((bytes.number()?, bytes.number()?, bytes.number()?)),
            });
        }
        Some(Places(places))
    }
}

/// Takes up to `count` from the sources, newest first, never past what a source that was not looked through to its end has
/// reached; gives what was taken, each with the number of its source, and where the next page begins (`None` after the last).
pub(crate) fn merge<T>(
    stretches: Vec<Stretch<T>>,
    mut places: Places,
    count: usize,
) -> (Vec<(usize, Place, T)>, Option<Places>) {
    let mut sources: Vec<(VecDeque<_>, Option<(Place, i64)>)> = stretches
        .into_iter()
        .map(|stretch| (stretch.items.into(), stretch.rest))
        .collect();
    let mut taken = Vec::new();
    while taken.len() < count {
        let unknown_before = sources
            .iter()
            .filter(|(items, _)| items.is_empty())
            .filter_map(|(_, rest)| rest.map(|(_, at)| at))
            .max()
            .unwrap_or(i64::MIN);
        let newest = sources
            .iter()
            .enumerate()
            .filter_map(|(number, (items, _))| items.front().map(|(_, at, _)| (*at, number)))
            .max();
        let Some((at, number)) = newest else { break };
        if at < unknown_before {
            break;
        }
        let Some((place, _, item)) = sources[number].0.pop_front() else {
            break;
        };
        places.0[number] = Some(place);
        taken.push((number, place, item));
    }
    for (number, (items, rest)) in sources.iter().enumerate() {
        if items.is_empty() {
            places.0[number] = rest.map(|(place, _)| place);
        }
    }
    let more = places.0.iter().any(Option::is_some);
    (taken, more.then_some(places))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(times: &[i64], rest: Option<i64>) -> Stretch<i64> {
        let place = |at: i64| (at.unsigned_abs(), 0, 0);
        Stretch {
            items: times.iter().map(|at| (place(*at), *at, *at)).collect(),
            rest: rest.map(|at| (place(at), at)),
        }
    }

    fn taken(stretches: Vec<Stretch<i64>>, count: usize) -> (Vec<i64>, Option<Vec<Option<u64>>>) {
        let places = Places::newest(stretches.len());
        let (taken, next) = merge(stretches, places, count);
        let items = taken.into_iter().map(|(_, _, item)| item).collect();
        let next = next.map(|places| places.0.iter().map(|place| place.map(|place| place.0)).collect());
        (items, next)
    }

    #[test]
    fn what_stands_in_several_sources_comes_newest_first() {
        let sources = || vec![stretch(&[9, 4, 1], None), stretch(&[8, 5], None)];
        assert_eq!(taken(sources(), 10), (vec![9, 8, 5, 4, 1], None));
        assert_eq!(taken(sources(), 3), (vec![9, 8, 5], Some(vec![Some(9), None])));
    }

    #[test]
    fn nothing_is_given_out_past_what_a_source_has_reached() {
        let sources = vec![stretch(&[9, 4, 1], None), stretch(&[8], Some(5))];
        assert_eq!(taken(sources, 10), (vec![9, 8], Some(vec![Some(9), Some(5)])));
        let nothing_yet = vec![stretch(&[4], None), stretch(&[], Some(5))];
        assert_eq!(
            taken(nothing_yet, 10),
            (vec![], Some(vec![Some(u64::MAX), Some(5)]))
        );
    }

    #[test]
    fn places_come_back_from_their_stored_form() {
        let places = Places(vec![None, Some((1, 2, 3)), Some(NEWEST)]);
        assert_eq!(Places::load(&places.store()), Some(places));
        assert_eq!(Places::load(&[1, 5]), None);
    }
}
