//! The FHIR door: a route at a time, then what comes from outside, good and bad.

mod audit;
mod bad_documents;
mod bundles;
mod capability;
mod door;
mod headers;
mod lifecycle;
mod operations;
mod searching;
mod strangers;
mod third_party;
