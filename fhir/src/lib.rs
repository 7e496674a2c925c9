//! FHIR R4 JSON as Sarsen reads it: one scanner, one set of tables, no typed model.
//!
//! A document comes in as bytes and either becomes a [`Document`] (every rule of the R4 definitions that can be
//! checked without other documents has been checked) or a list of [`Issue`]s that point at the fields. From a
//! [`Resource`] of that document come its references, its [`Body`] as kept, its index values and its home.
//!
//! - `scanner/`  bytes → token tape, validating against the tables in the same pass
//! - `tables/`   the R4 definitions (`generated/*.tsv`) and our registries (`../data/*.csv`), parsed once
//! - `document/` walking the tape: [`Resource`], [`Bundle`], the home rule
//! - `body.rs`   the resource as kept and as rendered
//! - `index/`    values for search: extraction, packing, value-first rows
//! - `labels.rs` what a resource says of who may see it
//! - `search/`   queries: parsing, matching on packed entries, sort keys
//!
//! No I/O, no clock, no async; nothing here panics on input.

mod body;
mod document;
pub mod index;
mod issue;
mod labels;
mod registry;
mod scanner;
pub mod search;
mod tables;
mod text;

pub use body::Body;
pub use document::{Bundle, BundleEntry, Document, HomeRule, LocalReference, Prepared, Resource};
pub use index::{IndexValue, ValueRow, value_rows};
pub use issue::{Issue, IssueCode, Severity, outcome};
pub use labels::{Label, labels, labels_of_entry, unsaid_labels};
pub use registry::{ParamId, ResourceType, SearchKind, SearchParam, newest_generation, search_parameters};
pub use scanner::Limits;

/// Package, version and hash of the definitions the tables were generated from.
#[must_use]
pub fn definitions_version() -> &'static str {
    include_str!("generated/VERSION").trim()
}
