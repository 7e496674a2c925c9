//! The read audit: every segment follows the one before, every frame holds, every entry is well formed.

use std::collections::BTreeMap;
use std::path::Path;

use crate::audit::appender::io_error;
use crate::audit::entries_of;
use crate::audit::segment::{self, AuditHead, Frames};
use crate::error::RecordError;
use crate::verify::VerifyReport;

/// The frames found: segment and end, with the chain hash there and the entries up to there.
pub(super) type FoundFrames = BTreeMap<(u64, u64), ([u8; 32], u64)>;

pub(super) fn check(directory: &Path, report: &mut VerifyReport) -> Result<FoundFrames, RecordError> {
    let mut found = FoundFrames::new();
    let mut head = AuditHead::default();
    report.set_aside = segment::set_aside(directory).map_err(|error| io_error(&error))?;
    for number in segment::numbers(directory).map_err(|error| io_error(&error))? {
        let bytes = std::fs::read(segment::path(directory, number)).map_err(|error| io_error(&error))?;
        let Some((mut frames, before)) = Frames::open(&bytes) else {
            // A segment made ahead of need holds zeros only.
            if bytes.iter().any(|byte| *byte != 0) {
                report.fault("reads", format!("segment {number}: the header is damaged"));
            }
            continue;
        };
        if frames.head.segment != number || before != head {
            report.fault(
                "reads",
                format!("segment {number} does not follow the one before it"),
            );
        }
        while let Some(payload) = frames.next() {
            match entries_of(payload) {
                Some(entries) => report.read_entries += entries.len() as u64,
                None => report.fault("reads", format!("segment {number}: a malformed entry")),
            }
            found.insert(
                (number, frames.head.end),
                (frames.head.chain, report.read_entries),
            );
        }
        head = frames.head;
    }
    Ok(found)
}
