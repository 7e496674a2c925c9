//! Diagnostic reports: results that were issued together, with a conclusion.

use super::super::mention::Mention;
use super::document::Content;
use crate::coded::coded;
use crate::concept::Concept;

coded! {
    /// How far a report is settled (FHIR diagnostic-report-status).
    ReportStatus {
        Registered = "registered", "Registered, no result yet";
        Partial = "partial", "Partial";
        Preliminary = "preliminary", "Preliminary";
        Final = "final", "Final";
        Amended = "amended", "Amended";
        Corrected = "corrected", "Corrected";
        Appended = "appended", "Added to";
        Cancelled = "cancelled", "Cancelled";
        Unknown = "unknown", "Status not known";
    }
}

/// A diagnostic report.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Report {
    /// What was examined.
    pub code: Concept,
    /// Which department.
    pub categories: Vec<Concept>,
    /// How far it is settled.
    pub status: Option<ReportStatus>,
    /// Its results.
    pub results: Vec<Mention>,
    /// The conclusion in words.
    pub conclusion: Option<String>,
    /// The conclusion in codes.
    pub conclusion_codes: Vec<Concept>,
    /// The report as issued.
    pub forms: Vec<Content>,
}
