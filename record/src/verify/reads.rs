//! The read audits: in each, every segment follows the one before, every frame holds, every entry is well formed, and
//! each seal of its process names a place that it really has. Whose audit a folder holds, its process id says.

use std::collections::BTreeMap;
use std::path::Path;

use crate::audit::appender::io_error;
use crate::audit::entries_of;
use crate::audit::segment::{self, AuditHead, Frames};
use crate::error::RecordError;
use crate::process::{self, ProcessId};
use crate::verify::VerifyReport;

/// The read audit of one data directory.
pub(super) struct Reads {
    pub(super) process: Option<ProcessId>,
    /// The frames found: segment and end, with the chain hash there and the entries up to there.
    frames: BTreeMap<(u64, u64), ([u8; 32], u64)>,
    /// Where the whole frames of each segment end, and whether anything stands behind.
    segments: BTreeMap<u64, (u64, bool)>,
    /// Entries in all.
    pub(super) entries: u64,
}

impl Reads {
    /// How many entries there are up to a place that a seal names.
    ///
    /// # Errors
    /// What is wrong there, in words.
    pub(super) fn up_to(&self, sealed: &AuditHead) -> Result<u64, String> {
        if sealed.segment == 0 {
            return Ok(0);
        }
        let (segment, end) = (sealed.segment, sealed.end);
        match self.frames.get(&(segment, end)) {
            Some((chain, entries)) if *chain == sealed.chain => return Ok(*entries),
            Some(_) => {
                return Err(format!(
                    "segment {segment}: the entries up to {end} are not those that were sealed: changed, removed or re-ordered, and their chain recomputed"
                ));
            }
            None => {}
        }
        Err(match self.segments.get(&segment) {
            None => format!("segment {segment} is gone"),
            Some((whole, true)) if *whole < end => {
                format!("segment {segment}: the entry at {whole} was changed or removed")
            }
            Some((whole, false)) if *whole < end => {
                format!("segment {segment} was cut: it ends at {whole}, and was sealed up to {end}")
            }
            Some(_) => format!(
                "segment {segment}: no entry ends at {end}, where one was sealed: entries were changed or removed, and the chain recomputed"
            ),
        })
    }
}

pub(super) fn check(directory: &Path, report: &mut VerifyReport) -> Result<Reads, RecordError> {
    let mut reads = Reads {
        process: process::of(directory)?,
        frames: BTreeMap::new(),
        segments: BTreeMap::new(),
        entries: 0,
    };
    let mut head = AuditHead::default();
    report
        .set_aside
        .extend(segment::set_aside(directory).map_err(|error| io_error(&error))?);
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
                format!(
                    "segment {number} does not follow the one before it: that one was changed, cut or removed"
                ),
            );
        }
        while let Some(payload) = frames.next() {
            match entries_of(payload) {
                Some(entries) => reads.entries += entries.len() as u64,
                None => report.fault("reads", format!("segment {number}: a malformed entry")),
            }
            reads
                .frames
                .insert((number, frames.head.end), (frames.head.chain, reads.entries));
        }
        head = frames.head;
        let behind = usize::try_from(head.end).ok().and_then(|end| bytes.get(end..));
        let is_more = behind.is_some_and(|behind| behind.iter().any(|byte| *byte != 0));
        reads.segments.insert(number, (head.end, is_more));
    }
    report.read_entries += reads.entries;
    Ok(reads)
}
