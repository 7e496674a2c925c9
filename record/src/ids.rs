//! Keys and ids: the 1,024 buckets, person keys, the ids Sarsen makes, and how an id is stored.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How many buckets of people there are, for ever.
pub const BUCKETS: u16 = 1024;

/// One of the 1,024 buckets of people (0–1,023); it opens every primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(u16);

impl Bucket {
    /// The bucket with this number; `None` from 1,024 on.
    #[must_use]
    pub fn new(number: u16) -> Option<Bucket> {
        (number < BUCKETS).then_some(Bucket(number))
    }

    /// The bucket's number, 0–1,023.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }

    /// Every bucket in ascending order.
    pub fn all() -> impl Iterator<Item = Bucket> {
        (0..BUCKETS).map(Bucket)
    }

    /// The bucket that some bytes hash to (SHA-256, first ten bits).
    #[must_use]
    pub fn of_hash(bytes: &[u8]) -> Bucket {
        let digest = Sha256::digest(bytes);
        Bucket(u16::from_be_bytes([digest[0], digest[1]]) >> 6)
    }

    /// The bucket of a stored number, taken modulo 1,024.
    pub(crate) fn wrapping(number: u64) -> Bucket {
        Bucket((number % u64::from(BUCKETS)) as u16)
    }
}

/// A person's (or a directory unit's) key: 10 bits of bucket, 54 bits of number within the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonKey(u64);

impl PersonKey {
    /// The key with this number (1 – 2⁵⁴−1) in this bucket.
    #[must_use]
    pub fn new(bucket: Bucket, number: u64) -> PersonKey {
        PersonKey((u64::from(bucket.0) << 54) | (number & ((1 << 54) - 1)))
    }

    /// The bucket the person lives in.
    #[must_use]
    pub fn bucket(self) -> Bucket {
        Bucket((self.0 >> 54) as u16)
    }

    /// The number within the bucket.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0 & ((1 << 54) - 1)
    }

    /// The whole key as one number.
    #[must_use]
    pub fn value(self) -> u64 {
        self.0
    }

    /// The key from its whole number.
    #[must_use]
    pub fn from_value(value: u64) -> PersonKey {
        PersonKey(value)
    }
}

/// The id of a commit, a random UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommitId(pub [u8; 16]);

impl std::fmt::Display for CommitId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Uuid::from_bytes(self.0).hyphenated().fmt(f)
    }
}

/// The id of a request, as it stands in the read audit and in logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u128);

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Uuid::from_u128(self.0).hyphenated().fmt(f)
    }
}

/// The bucket in which an id is looked up: the last ten bits of a version 7 UUID, else the hash of the id.
#[must_use]
pub fn id_bucket(id: &str) -> Bucket {
    match canonical_uuid(id) {
        Some(uuid) if uuid.get_version_num() == 7 => {
            let bytes = uuid.as_bytes();
            Bucket(u16::from_be_bytes([bytes[14], bytes[15]]) & (BUCKETS - 1))
        }
        _ => Bucket::of_hash(id.as_bytes()),
    }
}

/// Whether this is an id as we make them, whose last bits are a bucket.
pub(crate) fn is_made_here(id: &str) -> bool {
    canonical_uuid(id).is_some_and(|uuid| uuid.get_version_num() == 7)
}

/// A new id: a version 7 UUID of `now`, random but for its last ten bits, which are the bucket.
#[must_use]
pub fn new_id(bucket: Bucket, now: Timestamp, random: [u8; 10]) -> String {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let mut random = random;
    random[8] = (random[8] & 0b1111_1100) | (bucket.0 >> 8) as u8;
    random[9] = (bucket.0 & 0xff) as u8;
    let mut text = [0u8; 36];
    uuid::Builder::from_unix_timestamp_millis(millis, &random)
        .into_uuid()
        .hyphenated()
        .encode_lower(&mut text)
        .to_owned()
}

/// Whether the text is a FHIR id: 1–64 of `A–Z a–z 0–9 - .` (R4 datatypes, `id`).
#[must_use]
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}

/// An id as it is stored: tag 0 and 16 bytes for a lower-case UUID, tag 1 and the text for any other.
pub(crate) fn store_id(id: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(17);
    match canonical_uuid(id) {
        Some(uuid) => {
            out.push(0);
            out.extend_from_slice(uuid.as_bytes());
        }
        None => {
            out.push(1);
            out.extend_from_slice(id.as_bytes());
        }
    }
    out
}

/// What stands in the place of an id whose resource was destroyed.
pub(crate) fn store_mark(mark: &[u8]) -> Vec<u8> {
    [&[crate::mark::MARKED], mark].concat()
}

/// The id behind its stored form; `None` for bytes that no id is stored as.
pub(crate) fn load_id(stored: &[u8]) -> Option<String> {
    match stored.split_first()? {
        (0, bytes) => Some(Uuid::from_slice(bytes).ok()?.hyphenated().to_string()),
        (1, text) => String::from_utf8(text.to_vec()).ok(),
        (2, mark) => Some(mark.iter().fold("destroyed-".to_owned(), |shown, byte| {
            format!("{shown}{byte:02x}")
        })),
        _ => None,
    }
}

/// The UUID when the text is its canonical lower-case form, so that the stored bytes give the same text back.
fn canonical_uuid(id: &str) -> Option<Uuid> {
    if id.len() != 36 || id.bytes().any(|b| b.is_ascii_uppercase()) {
        return None;
    }
    Uuid::try_parse(id).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_we_make_carries_its_bucket(bucket in 0u16..1024, random: [u8; 10], second in 0i64..4_000_000_000) {
            let bucket = Bucket::new(bucket).expect("in range");
            let id = new_id(bucket, Timestamp::from_second(second).expect("in range"), random);
            prop_assert_eq!(id_bucket(&id), bucket);
            prop_assert!(is_id(&id));
        }

        #[test]
        fn a_stored_id_comes_back_as_it_was(id in "[A-Za-z0-9.-]{1,64}") {
            prop_assert_eq!(load_id(&store_id(&id)), Some(id));
        }

        #[test]
        fn a_stored_uuid_takes_seventeen_bytes(bytes: [u8; 16]) {
            let id = Uuid::from_bytes(bytes).to_string();
            let stored = store_id(&id);
            prop_assert_eq!(stored.len(), 17);
            prop_assert_eq!(load_id(&stored), Some(id));
        }

        #[test]
        fn a_person_key_keeps_bucket_and_number(bucket in 0u16..1024, number in 0u64..(1 << 54)) {
            let bucket = Bucket::new(bucket).expect("in range");
            let key = PersonKey::new(bucket, number);
            prop_assert_eq!((key.bucket(), key.number()), (bucket, number));
        }
    }

    #[test]
    fn an_upper_case_uuid_keeps_its_case() {
        let id = "E925B0F3-8006-43F6-AA31-94BD215E55E7";
        assert_eq!(load_id(&store_id(id)).as_deref(), Some(id));
    }
}
