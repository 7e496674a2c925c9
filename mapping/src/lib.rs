//! FHIR R4 JSON to and from the types of `care`, one file per resource, both directions.
//!
//! Each resource's file has `from_fhir` and `to_fhir`; what `care` knows survives the way there and back, and what it
//! does not know stays in the JSON, which is the truth. [`person_record()`] reads everything of a person;
//! [`needed_for_first_two_minutes`] says which of it the emergency page needs. Nothing here panics on odd data: a
//! resource that cannot be read becomes a visible "could not be shown".

pub mod allergy_intolerance;
pub mod care_plan;
pub mod condition;
pub mod consent;
mod datatype;
pub mod diagnostic_report;
pub mod document_reference;
pub mod encounter;
mod error;
mod fact;
pub mod flag;
pub mod goal;
pub mod immunization;
mod json;
pub mod medication_request;
pub mod medication_statement;
mod medicine;
mod names;
pub mod observation;
mod other;
pub mod patient;
pub mod person_record;
pub mod procedure;
mod reading;
pub mod related_person;
pub mod selection;

pub use error::MappingError;
pub use person_record::{Reading, person_record, person_record_with};
pub use reading::directory_references;
pub use selection::{Needed, Survey, needed_for_first_two_minutes};
