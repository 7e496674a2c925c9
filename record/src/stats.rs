//! Counts of what is stored.

use fhir::ResourceType;

/// Counts of what is stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stats {
    /// Current resources that are not deleted.
    pub resources: u64,
    /// Versions ever written.
    pub versions: u64,
    /// Resources whose current version is a deletion.
    pub deleted: u64,
    /// People and units that have a key.
    pub people: u64,
    /// Feed entries.
    pub feed_entries: u64,
    /// Bytes of the database and its log on the disk.
    pub bytes: u64,
    /// Bytes of the read audit on the disk.
    pub audit_bytes: u64,
    /// Current resources by type, most first.
    pub by_type: Vec<(ResourceType, u64)>,
}
