//! Test parts: seeded data and loads, disks that tear, and the proof that the record survives them.
//!
//! - `seed`, `shapes`: invented FHIR resources, the same for the same seed

pub mod seed;
pub mod shapes;
