//! The read audit, read back: one entry by its place, or those about some people, the newest first.

use std::io::ErrorKind;
use std::path::Path;

use crate::audit::appender::io_error;
use crate::audit::trail::{Span, Stretch};
use crate::audit::{ReadEntry, entries_of, segment};
use crate::error::RecordError;
use crate::ids::PersonKey;

/// The most bytes of segments that are looked through at a time.
const MOST_BYTES: u64 = 64 << 20;
/// How far a clock may have been set back: a segment that ends longer than this before what is asked for is the last to
/// be looked at.
const SET_BACK: i64 = 24 * 3600 * 1_000_000;

/// The entry at a place: segment, offset of its frame, number in it. Only that segment is read, and of it only the frame
/// itself is checked and unpacked; `None` when no frame begins there.
pub(crate) fn at(directory: &Path, place: (u64, u64, u64)) -> Result<Option<ReadEntry>, RecordError> {
    let (number, offset, index) = place;
    let bytes = match std::fs::read(segment::path(directory, number)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        bytes => bytes.map_err(|error| io_error(&error))?,
    };
    let Some(payload) = segment::frame_at(&bytes, offset) else {
        return Ok(None);
    };
    let entries = entries_of(payload).ok_or_else(|| malformed(number))?;
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    Ok(entries.into_iter().nth(index))
}

/// Entries that name any of `people`, before a place, at most `most`, newest first.
pub(crate) fn before(
    directory: &Path,
    people: &[PersonKey],
    span: Span,
    before: (u64, u64, u64),
    most: usize,
) -> Result<Stretch<ReadEntry>, RecordError> {
    let mut stretch = Stretch::default();
    let mut looked_through = 0;
    let numbers = segment::numbers(directory).map_err(|error| io_error(&error))?;
    for number in numbers
        .into_iter()
        .rev()
        .filter(|number| (*number, 0, 0) < before)
    {
        let bytes = std::fs::read(segment::path(directory, number)).map_err(|error| io_error(&error))?;
        looked_through += bytes.len() as u64;
        let Some((mut frames, _)) = segment::Frames::open(&bytes) else {
            continue;
        };
        let mut found = Vec::new();
        let (mut oldest, mut newest) = (i64::MAX, i64::MIN);
        loop {
            let offset = frames.head.end;
            let Some(payload) = frames.next() else { break };
            let entries = entries_of(payload).ok_or_else(|| malformed(number))?;
            for (index, entry) in (0u64..).zip(entries) {
                (oldest, newest) = (oldest.min(entry.at), newest.max(entry.at));
                let place = (number, offset, index);
                let is_about = people.iter().any(|person| entry.people.contains(person));
                if place < before && span.contains(entry.at) && is_about {
                    found.push((place, entry.at, entry));
                }
            }
        }
        for (place, at, entry) in found.into_iter().rev() {
            if stretch.items.len() == most {
                // The last that was taken is where it goes on.
                stretch.rest = stretch.items.last().map(|(place, at, _)| (*place, *at));
                return Ok(stretch);
            }
            stretch.items.push((place, at, entry));
        }
        if newest != i64::MIN && newest < span.from.saturating_sub(SET_BACK) {
            return Ok(stretch);
        }
        if looked_through >= MOST_BYTES {
            stretch.rest = Some(((number, 0, 0), oldest));
            return Ok(stretch);
        }
    }
    Ok(stretch)
}

fn malformed(number: u64) -> RecordError {
    RecordError::Corrupt {
        detail: format!("read audit segment {number}: a malformed entry"),
    }
}
