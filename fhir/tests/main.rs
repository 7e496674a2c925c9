//! What the crate promises, by subject.

mod bad_input;
mod bodies;
mod homes;
mod indexing;
mod issues;
mod published;
mod robustness;
mod searching;
mod tables;
