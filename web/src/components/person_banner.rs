//! Who the page is about. It never scrolls away, and never leaves allergies blank.

use askama::Template;

/// What the record says about allergies: never nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AllergyState {
    /// At least one allergy or intolerance is recorded.
    Known,
    /// Somebody recorded that there is none.
    NoneKnown,
    /// Nothing is recorded, either way.
    NotRecorded,
    /// Something is recorded that could not be shown.
    Uncertain,
}

impl AllergyState {
    fn class(self) -> &'static str {
        match self {
            AllergyState::Known => "known",
            AllergyState::NoneKnown => "none",
            AllergyState::NotRecorded => "missing",
            AllergyState::Uncertain => "uncertain",
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct AllergyCue {
    pub(crate) state: AllergyState,
    pub(crate) label: &'static str,
    pub(crate) words: String,
    /// How many more the allergies page lists.
    pub(crate) more: usize,
    pub(crate) href: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CueKind {
    Language,
    Adjustment,
    Plan,
    Alert,
    Quiet,
}

impl CueKind {
    fn class(self) -> &'static str {
        match self {
            CueKind::Language => "language",
            CueKind::Adjustment => "adjustment",
            CueKind::Plan => "plan",
            CueKind::Alert => "alert",
            CueKind::Quiet => "quiet",
        }
    }
}

/// Something to know before speaking to the person.
#[derive(Debug, Clone)]
pub(crate) struct Cue {
    pub(crate) kind: CueKind,
    pub(crate) label: &'static str,
    pub(crate) words: String,
    pub(crate) href: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct NhsNumberWords {
    /// 3-3-4, or "not recorded".
    pub(crate) words: String,
    /// The verification status in words; empty when there is no number.
    pub(crate) verification: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "components/person_banner.html")]
pub(crate) struct PersonBanner {
    pub(crate) name: String,
    pub(crate) preferred: Option<String>,
    pub(crate) born: String,
    pub(crate) age: String,
    pub(crate) gender: String,
    pub(crate) died: Option<String>,
    pub(crate) nhs_number: NhsNumberWords,
    pub(crate) allergies: AllergyCue,
    pub(crate) cues: Vec<Cue>,
}

impl askama::filters::HtmlSafe for PersonBanner {}
