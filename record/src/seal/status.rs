//! What an operator is told of seals and anchors.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

/// How sealing and anchoring stand since this process began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SealStatus {
    /// When the last seal was tried and succeeded (also when nothing had moved).
    pub sealed_at: Option<Timestamp>,
    /// Seals that could not be written.
    pub failures: u64,
    /// Why the last one failed; `None` once one succeeded again.
    pub error: Option<String>,
    /// The anchor file; `None` when no `audit.anchor_file` is set.
    pub anchor: Option<AnchorStatus>,
}

/// How the anchor file stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnchorStatus {
    /// Number and time of the last seal that stands in it.
    pub last: Option<(u64, Timestamp)>,
    /// Tries to append that failed.
    pub failures: u64,
    /// Why the last one failed; `None` once one succeeded again.
    pub error: Option<String>,
    /// The file holds a seal that the store does not have, or has otherwise: somebody rewrote one of them.
    pub disagrees: bool,
}

/// The status, shared by whoever changes and whoever shows it.
#[derive(Clone, Default)]
pub(crate) struct Shared(Arc<Mutex<SealStatus>>);

impl Shared {
    pub(crate) fn get(&self) -> SealStatus {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut SealStatus)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn change_anchor(&self, change: impl FnOnce(&mut AnchorStatus)) {
        self.change(|status| change(status.anchor.get_or_insert_default()));
    }
}
