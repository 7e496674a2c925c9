//! Languages a person speaks.

use crate::concept::Concept;

/// One language.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Language {
    /// Which (BCP 47 code or words).
    pub language: Concept,
    /// Whether it is the preferred one; nothing when not said.
    pub preferred: Option<bool>,
}
