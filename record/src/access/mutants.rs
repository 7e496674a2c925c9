//! Guards taken away one at a time, so that a test can show that it would notice: with the feature `mutants` alone, which no
//! release has.

#[cfg(feature = "mutants")]
mod on {
    use std::sync::Mutex;
    use std::sync::PoisonError;

    static REMOVED: Mutex<Option<&'static str>> = Mutex::new(None);

    /// Takes the guard with this name away, or puts all back.
    pub fn remove(guard: Option<&'static str>) {
        *REMOVED.lock().unwrap_or_else(PoisonError::into_inner) = guard;
    }

    pub(crate) fn is_removed(guard: &str) -> bool {
        *REMOVED.lock().unwrap_or_else(PoisonError::into_inner) == Some(guard)
    }
}

#[cfg(feature = "mutants")]
pub(crate) use on::is_removed;
#[cfg(feature = "mutants")]
pub use on::remove;

/// Every guard that can be taken away.
#[cfg(feature = "mutants")]
pub const GUARDS: [&str; 12] = [
    "read",
    "search",
    "list",
    "mask",
    "masked-search",
    "identity",
    "audit",
    "event",
    "unseen-write",
    "write",
    "as-sent",
    "labels",
];

/// Whether a guard was taken away; never in a release.
#[cfg(not(feature = "mutants"))]
pub(crate) const fn is_removed(_guard: &str) -> bool {
    false
}
