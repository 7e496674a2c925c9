//! What the log keeps in place of a body where a row is no version: internal keys and registered numbers, never
//! people's data. The chain covers it as it covers a body.

use sha2::{Digest, Sha256};

use crate::body::{self, Packed};
use crate::bytes::{Reader, Writer};
use crate::ids::PersonKey;
use crate::reason::Reason;

/// What a row of kind joined or parted says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tie {
    /// Whether the row's own person is the one who is read with the other.
    pub(crate) superseded: bool,
    /// The other person.
    pub(crate) other: PersonKey,
    pub(crate) reason: Reason,
}

impl Tie {
    pub(crate) fn store(self) -> Packed {
        let mut bytes = Writer(vec![body::NOTE]);
        bytes
            .number(u64::from(self.superseded))
            .number(u64::from(self.reason.number()))
            .fixed(&self.other.value().to_be_bytes());
        packed(bytes.0)
    }

    /// `None` when the stored body is no such note.
    pub(crate) fn load(stored: &[u8]) -> Option<Tie> {
        let mut bytes = Reader(stored.strip_prefix(&[body::NOTE])?);
        let tie = Tie {
            superseded: bytes.number()? == 1,
            reason: reason(&mut bytes)?,
            other: PersonKey::from_value(u64::from_be_bytes(bytes.array()?)),
        };
        bytes.is_empty().then_some(tie)
    }
}

/// What the end of a resource at the person it was misfiled to says: why, and nothing else.
pub(crate) fn moved(reason: Reason) -> Packed {
    let mut bytes = Writer(vec![body::NOTE]);
    bytes.number(u64::from(reason.number()));
    packed(bytes.0)
}

/// What a row of kind held or released says.
pub(crate) fn held(reason: Option<Reason>) -> Packed {
    let mut bytes = Writer(vec![body::NOTE]);
    bytes.number(u64::from(reason.map_or(0, Reason::number)));
    packed(bytes.0)
}

/// What a row of kind destroyed says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Destroyed {
    /// The number of the reason: on what ground.
    pub(crate) ground: u16,
    /// On whose word, by internal ids.
    pub(crate) first: String,
    pub(crate) second: String,
    /// How many versions went.
    pub(crate) versions: u64,
}

impl Destroyed {
    pub(crate) fn store(&self) -> Packed {
        let mut bytes = Writer(vec![body::NOTE]);
        bytes
            .number(u64::from(self.ground))
            .bytes(self.first.as_bytes())
            .bytes(self.second.as_bytes())
            .number(self.versions);
        packed(bytes.0)
    }

    /// `None` when the stored body is no such note.
    pub(crate) fn load(stored: &[u8]) -> Option<Destroyed> {
        let mut bytes = Reader(stored.strip_prefix(&[body::NOTE])?);
        let note = Destroyed {
            ground: u16::try_from(bytes.number()?).ok()?,
            first: String::from_utf8(bytes.bytes()?.to_vec()).ok()?,
            second: String::from_utf8(bytes.bytes()?.to_vec()).ok()?,
            versions: bytes.number()?,
        };
        bytes.is_empty().then_some(note)
    }
}

/// Why a resource was moved away; `None` where no reason was given.
pub(crate) fn why_moved(stored: &[u8]) -> Option<Reason> {
    let mut bytes = Reader(stored.strip_prefix(&[body::NOTE])?);
    reason(&mut bytes)
}

fn reason(bytes: &mut Reader<'_>) -> Option<Reason> {
    Reason::from_number(u16::try_from(bytes.number()?).ok()?)
}

fn packed(stored: Vec<u8>) -> Packed {
    let digest = Sha256::digest(stored.get(1..).unwrap_or_default()).into();
    Packed { stored, digest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Bucket;

    #[test]
    fn a_note_is_read_back_and_the_chain_covers_it() {
        let tie = Tie {
            superseded: true,
            other: PersonKey::new(Bucket::of_hash(b"x"), 7),
            reason: Reason::Duplicate,
        };
        let packed = tie.store();
        assert_eq!(Tie::load(&packed.stored), Some(tie));
        let covered = body::unpack(&packed.stored, 1).expect("a note unpacks to itself");
        assert_eq!(body::digest_of(&covered), packed.digest);
    }
}
