//! The doors, in process: real record on a real disk, no socket. Run alone: `cargo nextest run -p interop`.

mod fhir;
