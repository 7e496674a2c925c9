//! Who read a person's record: what must be told when facts were filed to the wrong person, or two people were joined
//! who are two.

use std::path::Path;

use jiff::Timestamp;

use crate::audit::appender::io_error;
use crate::audit::{ReadEntry, ReadFact, ReadResult, entries_of, segment};
use crate::error::RecordError;
use crate::ids::{PersonKey, RequestId};
use crate::writer::write::timestamp;

/// One request in which somebody was shown something of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// When.
    pub at: Timestamp,
    /// In which request.
    pub request: RequestId,
    /// The actor's internal id.
    pub actor: String,
    /// The ODS code of the organisation acted for; empty when none.
    pub organisation: String,
    /// The number of the role ([`crate::Role::from_number`]).
    pub role: u16,
    /// The number of the purpose ([`crate::Purpose::from_number`]).
    pub purpose: u16,
    /// What was handed out in the request; of a request about several people it is not told of whom each was.
    pub reads: Vec<ReadFact>,
}

/// Everyone to whom something of these people was shown from `from` until before `to`, in order of time. It looks at
/// the whole read audit of this data directory, which costs about a second for 100 MB.
pub(crate) fn readers(
    directory: &Path,
    people: &[PersonKey],
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Reader>, RecordError> {
    let (from, to) = (from.as_microsecond(), to.as_microsecond());
    let mut readers = Vec::new();
    for number in segment::numbers(directory).map_err(|error| io_error(&error))? {
        let bytes = std::fs::read(segment::path(directory, number)).map_err(|error| io_error(&error))?;
        let Some((frames, _)) = segment::Frames::open(&bytes) else {
            continue;
        };
        for payload in frames {
            let entries = entries_of(payload).ok_or_else(|| RecordError::Corrupt {
                detail: format!("read audit segment {number}: a malformed entry"),
            })?;
            let wanted = entries
                .into_iter()
                .filter(|entry| (from..to).contains(&entry.at))
                .filter(|entry| people.iter().any(|person| entry.people.contains(person)));
            readers.extend(wanted.filter_map(reader));
        }
    }
    readers.sort_by_key(|reader| reader.at);
    Ok(readers)
}

/// Visits every entry from `from` on, newest segment first, for whoever looks for patterns. It stops at the first segment that
/// ended well before.
pub(crate) fn since(
    directory: &Path,
    from: Timestamp,
    visit: &mut dyn FnMut(&ReadEntry),
) -> Result<(), RecordError> {
    /// How far a clock may have been set back.
    const SET_BACK: i64 = 24 * 3600 * 1_000_000;
    let from = from.as_microsecond();
    let numbers = segment::numbers(directory).map_err(|error| io_error(&error))?;
    for number in numbers.into_iter().rev() {
        let bytes = std::fs::read(segment::path(directory, number)).map_err(|error| io_error(&error))?;
        let Some((frames, _)) = segment::Frames::open(&bytes) else {
            continue;
        };
        let mut newest = i64::MIN;
        for payload in frames {
            let entries = entries_of(payload).ok_or_else(|| RecordError::Corrupt {
                detail: format!("read audit segment {number}: a malformed entry"),
            })?;
            for entry in &entries {
                newest = newest.max(entry.at);
                if entry.at >= from {
                    visit(entry);
                }
            }
        }
        if newest != i64::MIN && newest < from.saturating_sub(SET_BACK) {
            break;
        }
    }
    Ok(())
}

/// Nobody, when nothing was handed out.
fn reader(entry: ReadEntry) -> Option<Reader> {
    let reads: Vec<ReadFact> = entry
        .reads
        .into_iter()
        .filter(|read| read.result == ReadResult::Disclosed)
        .collect();
    (!reads.is_empty()).then(|| Reader {
        at: timestamp(entry.at),
        request: entry.request,
        actor: entry.actor,
        organisation: entry.organisation,
        role: entry.role,
        purpose: entry.purpose,
        reads,
    })
}
