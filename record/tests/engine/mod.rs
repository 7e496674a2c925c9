//! What only the files of the embedded engine can show: locks, damage, full disks, tampering.

mod damage;
mod filling;
mod groups;
mod migrating;
mod opening;
pub(crate) mod postgresql;
mod registries;
mod released;
mod space;
mod tampering;
