//! Test parts: seeded data and loads, disks that tear, and the proof that the record survives them.
//!
//! - `seed`, `shapes`: invented FHIR resources, the same for the same seed
//! - `sight`: whoever sees everything
//! - `synthea`: Synthea's bundles as lists of resources
//! - `torn/`: a disk that loses or tears what was not made durable, as a SQLite VFS and for the read audit
//! - `certificates`: an authority of a test's own, and certificates that it vouches for
//! - `postgres/`: a PostgreSQL of a test's own, stopped, killed and started again at will
//! - `held/`: the proof that a follower skips nothing, however long a commit takes
//! - `outage/`: the proof that nothing acknowledged is lost when the network or the server goes
//! - `releases/`: the proof that the previous release's binary and this one work side by side
//! - `proof`: what every proof's program does
//! - `proxy`: a network that cuts, stalls and delays
//! - `durability/`: children that commit under load and die, and a parent that looks for what they were promised

pub mod certificates;
pub mod durability;
pub mod held;
pub mod outage;
pub mod postgres;
pub mod proof;
pub mod proxy;
pub mod releases;
pub mod seed;
pub mod shapes;
mod sight;
pub mod synthea;
pub mod torn;

pub use sight::everything;
