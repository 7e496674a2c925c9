//! Backups: logical, the same for every engine, incremental and encrypted, made beside the running service.
//!
//! - [`run`]: a run of `sarsen backup`: one short snapshot of the heads and the small tables, then what only grows
//! - [`slices`]: reading that in transactions of at most 20 ms
//! - [`tables`]: what is carried, column by column
//! - [`item`], [`part`]: how it is written: rows, compressed, encrypted, hashed
//! - [`manifest`], [`folder`]: the runs of a folder and how they follow each other
//! - [`check`]: whether what lies there is what was written
//!
//! The format, for whoever has to read a backup without Sarsen: docs/adr/0017-backup.md. The way back: [`crate::restore`].

mod check;
pub(crate) mod error;
mod folder;
pub(crate) mod item;
mod manifest;
pub(crate) mod part;
mod run;
mod slices;
pub(crate) mod tables;

pub use check::{Checked, check};
pub use error::BackupError;
pub use folder::Runs;
pub use manifest::{Manifest, Part};
pub use run::{Backup, Report};

pub use crate::encryption::{Identity, Recipient};
