//! Immunisations.

use crate::coded::coded;
use crate::concept::Concept;

coded! {
    /// Whether it was given (FHIR immunization-status).
    ImmunisationStatus {
        Completed = "completed", "Given";
        NotDone = "not-done", "Not given";
    }
}

/// An immunisation given or not given.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Immunisation {
    /// Which vaccine.
    pub vaccine: Concept,
    /// The vaccination as a procedure, as UK Core has it beside the vaccine.
    pub procedure: Option<Concept>,
    /// Whether it was given.
    pub status: Option<ImmunisationStatus>,
    /// Why it was not given.
    pub status_reason: Option<Concept>,
    /// Whether the one who recorded it knows it at first hand.
    pub primary_source: Option<bool>,
    /// Batch number.
    pub lot: Option<String>,
    /// Which dose of the course, as sent.
    pub dose_number: Option<String>,
    /// Where on the body.
    pub site: Option<Concept>,
    /// By which route.
    pub route: Option<Concept>,
    /// Notes.
    pub notes: Vec<String>,
}
