//! Reading and writing FHIR from outside.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot read its own fixture must stop; a skipped one says so"
)]

mod person;
mod record;
mod restricted;
mod round_trip;
mod safety;
mod selection;
mod synthea;
mod uk;
