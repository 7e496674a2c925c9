//! Coded vocabulary: the bottom floor.
//!
//! Identifier and code systems, the value sets and reference tables that the product acts on. The tables are data
//! (`data/*.csv`, sources in `data/README.md`), read once and never written. This crate knows nothing of people.

pub mod access;
pub mod admission_method;
pub mod circumstance;
pub mod clinical;
pub mod ethnic_category;
pub mod flag;
pub mod form;
pub mod gender;
pub mod job_role;
pub mod loinc;
pub mod nhs_number;
pub mod plan_type;
pub mod postcode;
pub mod risk;
pub mod snomed_ct;
pub mod system;
pub mod table;
pub mod verification_status;
pub mod vital_sign;
