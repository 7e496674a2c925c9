//! Guards taken away one at a time, so that a test can show that it would notice: with the feature `mutants` alone, which no
//! release has. Doors above this floor have guards of their own, and ask here too.

#[cfg(feature = "mutants")]
mod on {
    use std::sync::Mutex;
    use std::sync::PoisonError;

    static REMOVED: Mutex<Option<&'static str>> = Mutex::new(None);

    /// Takes the guard with this name away, or puts all back.
    pub fn remove(guard: Option<&'static str>) {
        *REMOVED.lock().unwrap_or_else(PoisonError::into_inner) = guard;
    }

    /// Whether a guard was taken away.
    #[doc(hidden)]
    pub fn is_removed(guard: &str) -> bool {
        *REMOVED.lock().unwrap_or_else(PoisonError::into_inner) == Some(guard)
    }
}

#[cfg(feature = "mutants")]
pub use on::{is_removed, remove};

/// Every guard that can be taken away.
#[cfg(feature = "mutants")]
pub const GUARDS: [&str; 29] = [
    // Of the record, for every door.
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
    "others-writing",
    "earlier",
    "labels",
    // What the rules are told of a person and of whoever asks.
    "purpose",
    "scopes",
    "household",
    "colleague",
    "objection",
    // Of single doors: whose eyes they look with, and what they do not do for whom.
    "person-search",
    "searched-place",
    "page",
    "closed-page",
    "findPeople",
    "listed",
    "sendToWork",
    "risk-of-one",
    "letter",
    "audit-search",
];

/// Whether a guard was taken away; never in a release.
#[cfg(not(feature = "mutants"))]
#[doc(hidden)]
#[must_use]
pub const fn is_removed(_guard: &str) -> bool {
    false
}
