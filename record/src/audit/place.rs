//! Where an entry of the audit stands, and the id that names that place: whoever holds the id finds the entry without looking
//! through the others.

use crate::ids::Bucket;
use crate::process::ProcessId;

const CHANGE: &str = "sarsen-change-";
const READ: &str = "sarsen-read-";

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditPlace {
    /// A commit's entry in the feed of one bucket.
    Change {
        /// The bucket.
        bucket: Bucket,
        /// The position in its feed, from 1.
        position: u64,
    },
    /// A request's entry in the read audit of one data directory.
    Read {
        /// The beginning of the id of the process whose directory it is.
        process: u64,
        /// The segment, the offset of the frame in it, and the entry's place in the frame, from 0.
        at: (u64, u64, u64),
    },
}

impl AuditPlace {
    /// The id that names the place.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            AuditPlace::Change { bucket, position } => format!("{CHANGE}{}-{position}", bucket.number()),
            AuditPlace::Read {
                process,
                at: (segment, offset, index),
            } => format!("{READ}{process:016x}-{segment}-{offset}-{index}"),
        }
    }

    /// The place that an id names; `None` when it names none.
    #[must_use]
    pub fn of_id(id: &str) -> Option<AuditPlace> {
        let place = if let Some(rest) = id.strip_prefix(CHANGE) {
            let (bucket, position) = rest.split_once('-')?;
            AuditPlace::Change {
                bucket: Bucket::new(bucket.parse().ok()?)?,
                position: position.parse().ok()?,
            }
        } else {
            let mut parts = id.strip_prefix(READ)?.split('-');
            let process = u64::from_str_radix(parts.next()?, 16).ok()?;
            let mut number = || parts.next()?.parse().ok();
            AuditPlace::Read {
                process,
                at: (number()?, number()?, number()?),
            }
        };
        // One place has one id: signs, leading zeros and what follows are no part of it.
        (place.id() == id).then_some(place)
    }

    /// Whether an id is of the form that names places, whether or not something stands there: nobody else may use it.
    #[must_use]
    pub fn is_reserved(id: &str) -> bool {
        id.starts_with(CHANGE) || id.starts_with(READ)
    }
}

/// The beginning of a process's id, as it stands in places.
pub(crate) fn beginning(process: ProcessId) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&process.0[..8]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_one_id_and_the_id_that_place() {
        let change = AuditPlace::Change {
            bucket: Bucket::wrapping(569),
            position: u64::MAX,
        };
        let read = AuditPlace::Read {
            process: u64::MAX,
            at: (99_999_999, 4_294_967_295, 4095),
        };
        assert_eq!(change.id(), "sarsen-change-569-18446744073709551615");
        for place in [change, read] {
            assert!(crate::ids::is_id(&place.id()), "{}", place.id());
            assert_eq!(AuditPlace::of_id(&place.id()), Some(place));
        }
        for other in [
            "sarsen-change-1024-1",
            "sarsen-change-01-1",
            "sarsen-change-1-+1",
            "sarsen-change-1",
            "sarsen-read-00000000000000ab-1-2",
            "sarsen-read-00000000000000ab-1-2-3-4",
            "sarsen-read-00000000000000AB-1-2-3",
        ] {
            assert_eq!(AuditPlace::of_id(other), None, "{other}");
            assert!(AuditPlace::is_reserved(other));
        }
        assert!(!AuditPlace::is_reserved("0197c9a2-0000-7000-8000-000000000000"));
    }
}
