//! What the conditions of a transaction found instead of creating: kept with its idempotency key, so that the request,
//! repeated, is answered as the first was.

use std::collections::BTreeMap;

use ::record::Stored;
use jiff::Timestamp;

/// A resource that a condition found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) id: String,
    pub(super) version: u64,
    pub(super) updated: Timestamp,
}

impl Found {
    pub(super) fn of(stored: &Stored) -> Found {
        Found {
            id: stored.id.clone(),
            version: stored.version,
            updated: stored.updated,
        }
    }
}

/// One line for each: entry, id, version, microseconds.
pub(super) fn store(found: &BTreeMap<usize, Found>) -> Vec<u8> {
    let lines = found.iter().map(|(position, found)| {
        format!(
            "{position} {} {} {}\n",
            found.id,
            found.version,
            found.updated.as_microsecond()
        )
    });
    lines.collect::<String>().into_bytes()
}

/// What [`store`] wrote; `None` when it is not that.
pub(super) fn load(note: &[u8]) -> Option<BTreeMap<usize, Found>> {
    std::str::from_utf8(note).ok()?.lines().map(line).collect()
}

fn line(line: &str) -> Option<(usize, Found)> {
    let mut words = line.split(' ');
    let position = words.next()?.parse().ok()?;
    let found = Found {
        id: words.next()?.to_owned(),
        version: words.next()?.parse().ok()?,
        updated: Timestamp::from_microsecond(words.next()?.parse().ok()?).ok()?,
    };
    Some((position, found))
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Found, Timestamp, load, store};

    #[test]
    fn what_was_found_comes_back_as_it_was_noted() {
        let one = Found {
            id: "a-1".to_owned(),
            version: 3,
            updated: Timestamp::from_microsecond(1_700_000_000_123_456).expect("a time"),
        };
        let found = BTreeMap::from([(2, one)]);
        assert_eq!(load(&store(&found)), Some(found));
        assert_eq!(load(b""), Some(BTreeMap::new()));
        assert_eq!(load(b"2 a-1 x 0\n"), None);
    }
}
