//! The files of the read audit: `reads/NNNNNNNN.segment`. A segment opens with a header that says where the one
//! before ended and with which hash; frames follow, each a group of entries made durable together:
//! length of the payload (4 bytes, little-endian), SHA-256 over the hash before and the payload, payload. Zeros, a cut
//! frame or a wrong hash end a segment: what stands there was never acknowledged.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::bytes::Reader;

const MAGIC: &[u8; 8] = b"sarsenR1";
/// Bytes of a segment's header.
pub(crate) const HEADER: u64 = 88;
/// Bytes in front of a frame's payload.
pub(crate) const FRAME: usize = 36;

/// Where a read audit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct AuditHead {
    /// Number of the segment, from 1; 0 before the first.
    pub(crate) segment: u64,
    /// Offset behind the last frame.
    pub(crate) end: u64,
    /// Hash of the last frame.
    pub(crate) chain: [u8; 32],
}

/// The header of the segment that follows `before`.
pub(crate) fn header(before: &AuditHead) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER as usize);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&(before.segment + 1).to_be_bytes());
    bytes.extend_from_slice(&before.end.to_be_bytes());
    bytes.extend_from_slice(&before.chain);
    let check: [u8; 32] = Sha256::digest(&bytes).into();
    bytes.extend_from_slice(&check);
    bytes
}

/// What a header says: the number of its segment and the head before; `None` when it is not one.
pub(crate) fn read_header(bytes: &[u8]) -> Option<(u64, AuditHead)> {
    let (said, check) = bytes.get(..HEADER as usize)?.split_at(HEADER as usize - 32);
    let digest: [u8; 32] = Sha256::digest(said).into();
    if digest != check || !said.starts_with(MAGIC) {
        return None;
    }
    let mut reader = Reader(&said[MAGIC.len()..]);
    let number = u64::from_be_bytes(reader.array()?);
    let end = u64::from_be_bytes(reader.array()?);
    Some((
        number,
        AuditHead {
            segment: number.checked_sub(1)?,
            end,
            chain: reader.array()?,
        },
    ))
}

/// A frame around a payload, and its hash.
pub(crate) fn frame(before: &[u8; 32], payload: &[u8]) -> (Vec<u8>, [u8; 32]) {
    let chain = chain(before, payload);
    let mut bytes = Vec::with_capacity(FRAME + payload.len());
    bytes.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&chain);
    bytes.extend_from_slice(payload);
    (bytes, chain)
}

fn chain(before: &[u8; 32], payload: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(before)
        .chain_update(payload)
        .finalize()
        .into()
}

/// The frames of a segment's bytes, from its header to the first that does not hold.
pub(crate) struct Frames<'a> {
    bytes: &'a [u8],
    /// Behind the last frame given out.
    pub(crate) head: AuditHead,
}

impl<'a> Frames<'a> {
    /// `None` when the bytes do not begin with a header. Also gives the head that the header names.
    pub(crate) fn open(bytes: &'a [u8]) -> Option<(Frames<'a>, AuditHead)> {
        let (segment, before) = read_header(bytes)?;
        let head = AuditHead {
            segment,
            end: HEADER,
            chain: before.chain,
        };
        Some((Frames { bytes, head }, before))
    }
}

impl Frames<'_> {
    /// Goes past a frame by its length alone, without looking whether it holds.
    fn pass(&mut self) -> Option<()> {
        let mut reader = Reader(self.bytes.get(usize::try_from(self.head.end).ok()?..)?);
        let length = u32::from_le_bytes(reader.array()?) as usize;
        self.head.chain = reader.array()?;
        reader.fixed(length)?;
        self.head.end += (FRAME + length) as u64;
        (length > 0).then_some(())
    }
}

/// The payload of the frame at an offset, which must be where a frame begins; of the frames before, only lengths and
/// hashes are looked at.
pub(crate) fn frame_at(bytes: &[u8], offset: u64) -> Option<&[u8]> {
    let (mut frames, _) = Frames::open(bytes)?;
    while frames.head.end < offset {
        frames.pass()?;
    }
    (frames.head.end == offset).then(|| frames.next()).flatten()
}

impl<'a> Iterator for Frames<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let mut reader = Reader(self.bytes.get(usize::try_from(self.head.end).ok()?..)?);
        let length = u32::from_le_bytes(reader.array()?) as usize;
        let said: [u8; 32] = reader.array()?;
        let payload = reader.fixed(length)?;
        if length == 0 || chain(&self.head.chain, payload) != said {
            return None;
        }
        self.head.chain = said;
        self.head.end += (FRAME + length) as u64;
        Some(payload)
    }
}

/// The folder of the segments.
pub(crate) fn folder(directory: &Path) -> PathBuf {
    directory.join("reads")
}

/// The path of a segment.
pub(crate) fn path(directory: &Path, number: u64) -> PathBuf {
    folder(directory).join(format!("{number:08}.segment"))
}

/// The names of segments that were copied aside before their ends were cut, ascending.
pub(crate) fn set_aside(directory: &Path) -> std::io::Result<Vec<String>> {
    let mut names: Vec<String> = std::fs::read_dir(folder(directory))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.contains(".segment.damaged-"))
        .collect();
    names.sort_unstable();
    Ok(names)
}

/// The numbers of the segments there are, ascending.
pub(crate) fn numbers(directory: &Path) -> std::io::Result<Vec<u64>> {
    let mut numbers: Vec<u64> = std::fs::read_dir(folder(directory))?
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            name.strip_suffix(".segment")?.parse().ok()
        })
        .collect();
    numbers.sort_unstable();
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_found_by_its_offset_and_by_no_other() {
        let before = AuditHead::default();
        let mut bytes = header(&before);
        let (first, chain) = frame(&before.chain, b"the first");
        let (second, _) = frame(&chain, b"the second");
        let offset = HEADER + first.len() as u64;
        bytes.extend(first);
        bytes.extend(second);
        let whole = bytes.len() as u64;
        bytes.resize(4096, 0);
        assert_eq!(frame_at(&bytes, HEADER), Some(&b"the first"[..]));
        assert_eq!(frame_at(&bytes, offset), Some(&b"the second"[..]));
        for other in [0, HEADER + 1, offset - 1, offset + 1, whole, 4095, u64::MAX] {
            assert_eq!(frame_at(&bytes, other), None, "{other}");
        }
        // What was changed since is not given out.
        let last = usize::try_from(whole).expect("small") - 1;
        bytes[last] ^= 1;
        assert_eq!(frame_at(&bytes, offset), None);
    }
}
