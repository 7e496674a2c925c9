//! Entries whose hash does not follow: were they changed, or moved to another place?

use std::collections::BTreeSet;

use crate::chain::{self, EntryFacts, VersionFacts};
use crate::feed::{FeedRow, LogRow};
use crate::ids::Bucket;
use crate::verify::VerifyReport;

/// The most broken entries of a bucket that are compared with each other.
const MOST: usize = 16;

/// The entries of one bucket whose hash does not follow from what stands there.
#[derive(Default)]
pub(super) struct Broken {
    entries: Vec<Entry>,
    /// The hashes that stand at and before the broken places.
    chains: BTreeSet<[u8; 32]>,
}

struct Entry {
    row: FeedRow,
    versions: Vec<(LogRow, [u8; 32])>,
}

impl Broken {
    /// Whether every entry follows.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes an entry down; `before` is the hash that stands before it.
    pub(super) fn add(&mut self, before: [u8; 32], row: &FeedRow, versions: &[LogRow], digests: &[[u8; 32]]) {
        if self.entries.len() == MOST {
            return;
        }
        self.chains.extend([before, row.chain]);
        self.entries.push(Entry {
            row: row.clone(),
            versions: versions.iter().cloned().zip(digests.iter().copied()).collect(),
        });
    }

    /// Says of each entry whether it was moved or changed.
    pub(super) fn report(&self, bucket: Bucket, report: &mut VerifyReport) {
        for entry in &self.entries {
            let (number, stands) = (bucket.number(), entry.row.position);
            let words = match self.place_of(bucket, entry) {
                Some(kept) => format!(
                    "bucket {number}: the entry kept as {kept} stands as {stands}: entries were re-ordered"
                ),
                None => format!(
                    "bucket {number}: the chain breaks at entry {stands}: it was changed, or what stood before it"
                ),
            };
            report.fault("feed", words);
        }
    }

    /// The other broken place where an entry's hash follows.
    fn place_of(&self, bucket: Bucket, entry: &Entry) -> Option<u64> {
        let places = self.entries.iter().map(|other| other.row.position);
        places.filter(|place| *place != entry.row.position).find(|place| {
            self.chains.iter().any(|before| {
                let hash = entry_hash(bucket, before, &entry.row, *place, &entry.versions);
                self.chains.contains(&hash)
            })
        })
    }
}

/// The hash of an entry at a place, after a hash, from the digests of its rows.
fn entry_hash(
    bucket: Bucket,
    before: &[u8; 32],
    row: &FeedRow,
    position: u64,
    versions: &[(LogRow, [u8; 32])],
) -> [u8; 32] {
    chain::hash(
        before,
        &EntryFacts {
            position,
            ..facts(bucket, row)
        },
        versions.iter().map(|(_, digest)| *digest),
    )
}

/// What an entry's hash covers, from its row.
pub(super) fn facts(bucket: Bucket, row: &FeedRow) -> EntryFacts<'_> {
    EntryFacts {
        bucket,
        position: row.position,
        commit: row.commit,
        at: row.at,
        actor: &row.actor,
        role: row.role,
        purpose: row.purpose,
        source: &row.source,
        buckets: &row.buckets,
        first_seq: row.first_seq,
        kinds: row.kinds,
    }
}

/// What an entry's hash covers of a version, from its row.
pub(super) fn version_facts(version: &LogRow, digest: [u8; 32]) -> VersionFacts<'_> {
    VersionFacts {
        person: version.person,
        resource_type: version.resource_type,
        id: &version.id,
        version: version.version,
        at: version.at,
        kind: version.kind,
        digest,
    }
}
