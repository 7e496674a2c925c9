//! The chain of one bucket's feed: SHA-256 over the hash before and all of an entry, including the digest of every
//! version in it.

use sha2::{Digest, Sha256};

use crate::bytes::Writer;
use crate::ids::{Bucket, CommitId};

/// What an entry's hash covers, beside the hash before it.
pub(crate) struct EntryFacts<'a> {
    pub(crate) bucket: Bucket,
    pub(crate) position: u64,
    pub(crate) commit: CommitId,
    pub(crate) at: i64,
    pub(crate) actor: &'a str,
    pub(crate) role: u16,
    pub(crate) purpose: u16,
    pub(crate) source: &'a str,
    pub(crate) buckets: &'a [u8],
    pub(crate) first_seq: i64,
    pub(crate) kinds: u64,
}

/// What an entry's hash covers of one version.
pub(crate) struct VersionFacts<'a> {
    pub(crate) person: u64,
    pub(crate) resource_type: u16,
    pub(crate) id: &'a [u8],
    pub(crate) version: u64,
    pub(crate) at: i64,
    pub(crate) kind: u8,
    /// SHA-256 of the encoded body.
    pub(crate) digest: [u8; 32],
}

/// The digest of one row of the log. It stays when the row's content is destroyed.
pub(crate) fn row(version: &VersionFacts<'_>) -> [u8; 32] {
    let mut bytes = Writer(Vec::with_capacity(96));
    facts(&mut bytes, version);
    Sha256::digest(&bytes.0).into()
}

fn facts(bytes: &mut Writer, version: &VersionFacts<'_>) {
    bytes
        .number(version.person)
        .number(u64::from(version.resource_type))
        .bytes(version.id)
        .number(version.version)
        .fixed(&version.at.to_be_bytes())
        .number(u64::from(version.kind))
        .fixed(&version.digest);
}

/// The hash of an entry, from the digests of its rows.
pub(crate) fn hash(
    before: &[u8; 32],
    entry: &EntryFacts<'_>,
    rows: impl ExactSizeIterator<Item = [u8; 32]>,
) -> [u8; 32] {
    let mut bytes = head(before, entry, rows.len());
    for row in rows {
        bytes.fixed(&row);
    }
    Sha256::digest(&bytes.0).into()
}

fn head(before: &[u8; 32], entry: &EntryFacts<'_>, rows: usize) -> Writer {
    let mut bytes = Writer(Vec::with_capacity(192 + rows * 80));
    bytes
        .fixed(before)
        .number(u64::from(entry.bucket.number()))
        .number(entry.position)
        .fixed(&entry.commit.0)
        .fixed(&entry.at.to_be_bytes())
        .bytes(entry.actor.as_bytes())
        .number(u64::from(entry.role))
        .number(u64::from(entry.purpose))
        .bytes(entry.source.as_bytes())
        .bytes(entry.buckets)
        .fixed(&entry.first_seq.to_be_bytes())
        .number(entry.kinds)
        .number(rows as u64);
    bytes
}

/// The hash of an entry of a store that was made before records could be destroyed: it covers the rows themselves.
pub(crate) fn first_form(before: &[u8; 32], entry: &EntryFacts<'_>, rows: &[VersionFacts<'_>]) -> [u8; 32] {
    let mut bytes = head(before, entry, rows.len());
    for row in rows {
        facts(&mut bytes, row);
    }
    Sha256::digest(&bytes.0).into()
}

/// A list of buckets as a feed entry keeps it.
pub(crate) fn store_buckets(buckets: impl Iterator<Item = Bucket>) -> Vec<u8> {
    buckets.flat_map(|bucket| bucket.number().to_be_bytes()).collect()
}

/// The list behind its stored form; `None` when it is damaged.
pub(crate) fn load_buckets(stored: &[u8]) -> Option<Vec<Bucket>> {
    let (pairs, rest) = stored.as_chunks::<2>();
    rest.is_empty().then_some(())?;
    pairs
        .iter()
        .map(|pair| Bucket::new(u16::from_be_bytes(*pair)))
        .collect()
}
