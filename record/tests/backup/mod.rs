//! Backups and restores, on each engine and from one to the other. Every backup that a test makes goes through [`kept::Kept`], which restores it and compares.

mod across;
mod damaged;
mod destroyed;
pub(crate) mod kept;
mod moments;
mod restored;
mod server;
mod small;
