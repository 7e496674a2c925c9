//! Bodies as they are stored: one byte that names the dictionary, then a zstd frame with its own checksum.
//! Compression runs in the caller's thread, with that thread's own contexts.

mod dictionary;

use std::cell::RefCell;

use fhir::Body;
use sha2::{Digest, Sha256};
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::CParameter;

use crate::error::{CommitError, RecordError};

/// The number of a body that is not there: a deletion, or the end of a resource that moved away.
const NONE: u8 = 0;

/// The number of a note ([`crate::note`]): what follows it is kept as it is.
pub(crate) const NOTE: u8 = 255;

/// The number of a version that was destroyed: the digest of its row in the log follows.
const DESTROYED: u8 = 254;

/// The largest body that is unpacked; the scanner's limit is far below.
const MOST_BYTES: usize = 64 << 20;

/// The most room that a thread keeps for unpacking the next body.
const MOST_ROOM: usize = 1 << 20;

/// A body ready for the log.
pub(crate) struct Packed {
    /// What the log keeps.
    pub(crate) stored: Vec<u8>,
    /// SHA-256 of the encoded body, which the bucket's chain covers.
    pub(crate) digest: [u8; 32],
}

/// The packed form of no body.
pub(crate) fn none() -> Packed {
    Packed {
        stored: vec![NONE],
        digest: Sha256::digest([]).into(),
    }
}

/// Compresses a body.
///
/// # Errors
/// [`CommitError::TooLarge`] for one that could not be unpacked again.
pub(crate) fn pack(body: &Body) -> Result<Packed, CommitError> {
    let mut encoded = Vec::with_capacity(body.text.len() + 12);
    body.encode(&mut encoded);
    if encoded.len() > MOST_BYTES {
        return Err(CommitError::TooLarge {
            bytes: encoded.len(),
            limit: MOST_BYTES,
        });
    }
    let digest = Sha256::digest(&encoded).into();
    let frame = with_compressor(|compressor| compressor.compress(&encoded))?;
    let mut stored = Vec::with_capacity(frame.len() + 1);
    stored.push(dictionary::NEWEST);
    stored.extend_from_slice(&frame);
    Ok(Packed { stored, digest })
}

/// The encoded body behind a stored one; empty for none.
pub(crate) fn unpack(stored: &[u8], seq: i64) -> Result<Vec<u8>, RecordError> {
    let mut encoded = Vec::new();
    unpack_into(stored, seq, &mut encoded)?;
    Ok(encoded)
}

/// Looks at the encoded body behind a stored one, empty for none, where this thread unpacks them: nothing is allotted
/// for it.
pub(crate) fn with_unpacked<T>(
    stored: &[u8],
    seq: i64,
    look: impl FnOnce(&[u8]) -> Result<T, RecordError>,
) -> Result<T, RecordError> {
    UNPACKED.with_borrow_mut(|room| {
        unpack_into(stored, seq, room)?;
        let result = look(room);
        if room.capacity() > MOST_ROOM {
            *room = Vec::new();
        }
        result
    })
}

/// Puts the encoded body in place of what `encoded` holds.
fn unpack_into(stored: &[u8], seq: i64, encoded: &mut Vec<u8>) -> Result<(), RecordError> {
    let damaged = |what: &str| RecordError::Corrupt {
        detail: format!("log {seq}: {what}"),
    };
    encoded.clear();
    let Some((&number, frame)) = stored.split_first() else {
        return Err(damaged("the body is empty"));
    };
    if number == NONE {
        return Ok(());
    }
    if number == NOTE {
        encoded.extend_from_slice(frame);
        return Ok(());
    }
    let size = zstd::zstd_safe::get_frame_content_size(frame).ok().flatten();
    let size = size
        .and_then(|size| usize::try_from(size).ok())
        .filter(|size| *size <= MOST_BYTES);
    let size = size.ok_or_else(|| damaged("the body has no size"))?;
    encoded.reserve(size);
    with_decompressor(number, |decompressor| {
        decompressor.decompress_to_buffer(frame, encoded)
    })
    .ok_or_else(|| damaged("the body names an unknown dictionary"))?
    .map_err(|_| damaged("the body does not unpack"))?;
    Ok(())
}

/// What is stored in the place of a destroyed version's body.
pub(crate) fn tombstone(row: &[u8; 32]) -> Vec<u8> {
    [&[DESTROYED], row.as_slice()].concat()
}

/// The digest of the row of a version that was destroyed; `None` for one that was not.
pub(crate) fn destroyed(stored: &[u8]) -> Option<[u8; 32]> {
    stored.strip_prefix(&[DESTROYED])?.try_into().ok()
}

/// SHA-256 of the encoded body behind a stored one.
pub(crate) fn digest_of(encoded: &[u8]) -> [u8; 32] {
    Sha256::digest(encoded).into()
}

thread_local! {
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static UNPACKED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static DECOMPRESSORS: RefCell<Vec<(u8, Decompressor<'static>)>> = const { RefCell::new(Vec::new()) };
}

fn with_compressor<T>(
    work: impl FnOnce(&mut Compressor<'static>) -> std::io::Result<T>,
) -> Result<T, RecordError> {
    let failed = |error: std::io::Error| RecordError::Engine {
        detail: format!("zstd: {error}"),
    };
    COMPRESSOR.with_borrow_mut(|slot| {
        if slot.is_none() {
            let mut compressor =
                Compressor::with_prepared_dictionary(dictionary::encoder()).map_err(failed)?;
            for setting in [
                CParameter::ChecksumFlag(true),
                CParameter::ContentSizeFlag(true),
                CParameter::DictIdFlag(false),
            ] {
                compressor.set_parameter(setting).map_err(failed)?;
            }
            *slot = Some(compressor);
        }
        match slot {
            Some(compressor) => work(compressor).map_err(failed),
            None => Err(RecordError::Engine {
                detail: "zstd: no context".to_owned(),
            }),
        }
    })
}

/// `None` when the dictionary is unknown.
fn with_decompressor<T>(
    number: u8,
    work: impl FnOnce(&mut Decompressor<'static>) -> std::io::Result<T>,
) -> Option<std::io::Result<T>> {
    DECOMPRESSORS.with_borrow_mut(|contexts| {
        let at = match contexts.iter().position(|(known, _)| *known == number) {
            Some(at) => at,
            None => {
                let decompressor =
                    Decompressor::with_prepared_dictionary(dictionary::decoder(number)?).ok()?;
                contexts.push((number, decompressor));
                contexts.len() - 1
            }
        };
        Some(work(&mut contexts[at].1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body() -> Body {
        let text =
            br#"{"resourceType":"Flag","id":"","meta":{"versionId":"","lastUpdated":""},"status":"active"}"#;
        Body {
            text: text.to_vec(),
            id_at: 29,
            version_at: 53,
            updated_at: 70,
        }
    }

    #[test]
    fn a_packed_body_unpacks_to_itself() {
        let packed = pack(&body()).expect("packs");
        let encoded = unpack(&packed.stored, 1).expect("unpacks");
        assert_eq!(Body::decode(&encoded), Some(body()));
        assert_eq!(digest_of(&encoded), packed.digest);
    }

    #[test]
    fn a_body_that_could_not_be_unpacked_again_is_refused() {
        let large = Body {
            text: vec![b' '; MOST_BYTES],
            ..body()
        };
        assert!(matches!(pack(&large), Err(CommitError::TooLarge { .. })));
    }

    #[test]
    fn every_flipped_bit_of_a_stored_body_is_noticed() {
        let packed = pack(&body()).expect("packs");
        for at in 0..packed.stored.len() {
            for bit in 0..8 {
                let mut damaged = packed.stored.clone();
                damaged[at] ^= 1 << bit;
                let kept = unpack(&damaged, 1).is_ok_and(|encoded| digest_of(&encoded) == packed.digest);
                // The frame header has an unused bit that changes nothing; anything that changes the content is noticed.
                let changed = unpack(&damaged, 1).is_ok_and(|encoded| digest_of(&encoded) != packed.digest);
                assert!(kept || !changed || damaged[0] == NONE, "byte {at} bit {bit}");
            }
        }
    }
}
