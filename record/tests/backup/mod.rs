//! Backups and restores. Every backup that a test makes goes through [`kept::Kept`], which restores it and compares.

mod damaged;
mod destroyed;
mod kept;
mod moments;
mod restored;
mod small;
