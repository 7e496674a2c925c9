//! The audit of reads: an appender of its own, apart from the record's writer, so that a read never waits for a
//! commit. An entry is durable before the first byte of the answer leaves. One chain per process; entries hold no
//! bodies, names or NHS numbers. `trail`, `back` and `place` read it back, together with the changes that the feed tells.

pub(crate) mod appender;
pub(crate) mod back;
pub mod disk;
mod entry;
pub(crate) mod place;
pub(crate) mod readers;
pub(crate) mod segment;
pub(crate) mod trail;

use std::path::Path;

pub use crate::reader::audit::{Audited, Fact, Named};
pub(crate) use appender::Reading;
pub use entry::{Entrance, ReadEntry, ReadFact, ReadKind, ReadResult, Run};
pub use place::AuditPlace;
pub use readers::Reader;

use crate::bytes;
use crate::error::RecordError;

/// Every entry of the read audit in a data directory, in order.
///
/// # Errors
/// When a segment cannot be read or an entry is malformed.
pub fn entries(directory: &Path) -> Result<Vec<ReadEntry>, RecordError> {
    let mut entries = Vec::new();
    for number in segment::numbers(directory).map_err(|error| appender::io_error(&error))? {
        let bytes =
            std::fs::read(segment::path(directory, number)).map_err(|error| appender::io_error(&error))?;
        let Some((frames, _)) = segment::Frames::open(&bytes) else {
            continue;
        };
        for payload in frames {
            entries.extend(entries_of(payload).ok_or_else(|| RecordError::Corrupt {
                detail: format!("read audit segment {number}: a malformed entry"),
            })?);
        }
    }
    Ok(entries)
}

/// The entries of a frame's payload; `None` when malformed.
pub(crate) fn entries_of(payload: &[u8]) -> Option<Vec<ReadEntry>> {
    let mut reader = bytes::Reader(payload);
    (0..reader.number()?)
        .map(|_| ReadEntry::load(reader.bytes()?))
        .collect()
}
