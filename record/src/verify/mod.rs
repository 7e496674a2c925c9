//! Checking that what is stored is what was kept.

/// What a check found.
#[derive(Debug, Clone, Default)]
pub struct VerifyReport {
    /// Everything that is wrong; empty when the record is sound.
    pub faults: Vec<Fault>,
    /// Versions checked.
    pub versions: u64,
    /// Feed entries checked.
    pub feed_entries: u64,
    /// Read-audit entries checked.
    pub read_entries: u64,
    /// Seals checked.
    pub seals: u64,
    /// Feed entries after the last seal: consistent, but not proven against somebody who recomputes the chain.
    pub feed_after_seal: u64,
    /// Read-audit entries after the last seal.
    pub reads_after_seal: u64,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: a table or file.
    pub place: &'static str,
    /// What, in words, with internal ids only.
    pub words: String,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}
