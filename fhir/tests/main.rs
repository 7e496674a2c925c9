//! What the crate promises, by subject.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests fail the test and say what was not tried"
)]

mod bad_input;
mod bodies;
mod homes;
mod hostile;
mod indexing;
mod issues;
mod published;
mod robustness;
mod searching;
mod tables;
