//! Facts: what is known of a person, one type per file, each carried in a [`Fact`] with its origin.

pub mod allergy;
pub mod consent;
pub mod document;
pub mod dose;
pub mod encounter;
pub mod flag;
pub mod goal;
pub mod immunisation;
pub mod kind;
pub mod medicine;
pub mod plan;
pub mod problem;
pub mod procedure;
pub mod report;
pub mod result;
pub mod unshown;

pub use allergy::Allergy;
pub use consent::Consent;
pub use document::Document;
pub use encounter::Encounter;
pub use flag::Flag;
pub use goal::Goal;
pub use immunisation::Immunisation;
pub use kind::{FactRef, Kind};
pub use medicine::Medicine;
pub use plan::Plan;
pub use problem::Problem;
pub use procedure::Procedure;
pub use report::Report;
pub use result::Observed;
pub use unshown::{Other, Unmapped};

use super::mention::Mention;
use super::provenance::Provenance;
use crate::concept::Coding;

/// One fact with its origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact<T> {
    /// The resource's id in this record.
    pub id: String,
    /// The version of it that was read.
    pub version: Option<String>,
    /// Whom it is about, as the sender says.
    pub subject: Option<Mention>,
    /// Where it comes from and when.
    pub provenance: Provenance,
    /// The encounter in which it was recorded.
    pub encounter: Option<Mention>,
    /// Security labels.
    pub labels: Vec<Coding>,
    /// Whether it was withdrawn as entered in error: never shown among live facts, never lost.
    pub entered_in_error: bool,
    /// The fact itself.
    pub what: T,
}

impl<T> Fact<T> {
    /// A live fact with nothing known of its origin.
    pub fn new(id: &str, what: T) -> Fact<T> {
        Fact {
            id: id.to_owned(),
            version: None,
            subject: None,
            provenance: Provenance::default(),
            encounter: None,
            labels: Vec::new(),
            entered_in_error: false,
            what,
        }
    }
}
