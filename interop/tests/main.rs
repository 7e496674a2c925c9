//! The doors, in process: real record on a real disk, no socket. Run alone: `cargo nextest run -p interop`.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "a test's own parts fail by panicking, and say what they could not try"
)]

mod fhir;
mod oidc;
mod smart;
mod webhook;
