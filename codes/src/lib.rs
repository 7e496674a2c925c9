//! Coded vocabulary: the bottom floor.
//!
//! Identifier and code systems, the value sets and reference tables that the product acts on. The tables are data
//! (`data/*.csv`, sources in `data/README.md`), read once and never written. This crate knows nothing of people.

pub mod nhs_number;
pub mod system;
pub mod table;
pub mod verification_status;
