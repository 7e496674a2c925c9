//! Reading and writing FHIR from outside.

mod person;
mod record;
mod restricted;
mod round_trip;
mod selection;
mod synthea;
mod uk;
