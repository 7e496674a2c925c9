//! Documents: those that say what to do in an emergency first.

use super::fact::document::DocumentStatus;
use super::fact::{Document, Fact};
use super::{PersonRecord, live, newest_first, withdrawn};

/// Documents of a person.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DocumentList<'r> {
    /// ReSPECT, escalation, advance care and crisis plans that stand: newest first.
    pub emergency_plans: Vec<&'r Fact<Document>>,
    /// Other documents that stand: newest first.
    pub current: Vec<&'r Fact<Document>>,
    /// Replaced by a later one: newest first.
    pub superseded: Vec<&'r Fact<Document>>,
    /// How many were withdrawn as entered in error.
    pub entered_in_error: usize,
}

/// Documents (PRSB "Documents (including correspondence, audio and images)").
pub fn documents(record: &PersonRecord) -> DocumentList<'_> {
    let mut all: Vec<&Fact<Document>> = live(&record.documents).collect();
    all.sort_by(|a, b| newest_first(a, b));
    let mut list = DocumentList {
        entered_in_error: withdrawn(&record.documents),
        ..DocumentList::default()
    };
    for fact in all {
        if fact.what.status == Some(DocumentStatus::Superseded) {
            list.superseded.push(fact);
        } else if fact.what.is_emergency_plan() {
            list.emergency_plans.push(fact);
        } else {
            list.current.push(fact);
        }
    }
    list
}
