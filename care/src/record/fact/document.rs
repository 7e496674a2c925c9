//! Documents: letters, summaries, scanned pages, and the escalation documents that must be found first.

use super::super::mention::Mention;
use crate::coded::coded;
use crate::concept::Concept;
use crate::when::Period;

coded! {
    /// Whether a document still stands (FHIR document-reference-status).
    DocumentStatus {
        Current = "current", "Current";
        Superseded = "superseded", "Superseded";
    }
}

/// Said of a document that its author has not signed.
pub const DRAFT: &str = "Draft, not signed";

/// One stored form of a document.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Content {
    /// Media type.
    pub content_type: Option<String>,
    /// Where it is.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Size in bytes.
    pub size: Option<u64>,
    /// When it was made.
    pub created: Option<crate::partial_date::PartialDate>,
    /// The words of it, when it came as plain text within the resource.
    pub text: Option<String>,
    /// Whether the bytes came within the resource.
    pub embedded: bool,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Document {
    /// Whether it still stands.
    pub status: Option<DocumentStatus>,
    /// Preliminary, final and so on, as sent.
    pub stage: Option<String>,
    /// What sort of document.
    pub kind: Option<Concept>,
    /// Broader sorts.
    pub categories: Vec<Concept>,
    /// What it is about, in words.
    pub description: Option<String>,
    /// Who keeps it.
    pub custodian: Option<Mention>,
    /// Who wrote it, after the first (who is in the provenance).
    pub other_authors: Vec<Mention>,
    /// The time it tells of.
    pub period: Option<Period>,
    /// Its stored forms.
    pub contents: Vec<Content>,
}

impl Document {
    /// The title for a list: description, else a content's title, else the sort.
    pub fn words(&self) -> &str {
        let titled = self.contents.iter().find_map(|content| content.title.as_deref());
        self.description
            .as_deref()
            .or(titled)
            .unwrap_or_else(|| self.kind_words())
    }

    /// The sort of document in words.
    pub fn kind_words(&self) -> &str {
        self.kind
            .as_ref()
            .or(self.categories.first())
            .map_or("Document", Concept::words)
    }

    /// Whether it is preliminary: nobody has signed it.
    pub fn is_draft(&self) -> bool {
        self.stage.as_deref() == Some("preliminary")
    }

    /// How far it is settled, when it is not plainly final: "Draft, not signed", "Amended".
    pub fn stage_words(&self) -> Option<&str> {
        match self.stage.as_deref() {
            None | Some("final") => None,
            Some("preliminary") => Some(DRAFT),
            Some("amended") => Some("Amended"),
            Some(other) => Some(other),
        }
    }

    /// Whether it is of a sort that sets out what to do in an emergency (ReSPECT, treatment escalation, advance care,
    /// end of life, crisis plan), by `codes::plan_type`, and is not superseded.
    pub fn is_emergency_plan(&self) -> bool {
        self.status != Some(DocumentStatus::Superseded)
            && self
                .kind
                .iter()
                .chain(&self.categories)
                .any(super::plan::is_emergency_plan)
    }
}
