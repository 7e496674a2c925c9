//! The columns as Parquet files that any engine reads: `docs/population.md` says what each column holds.
//!
//! A folder has a manifest, the codes, and sixteen shards of 64 buckets with five tables each; a row group is one bucket.
//! People are numbered anew in each export: no key of the record, no name and no NHS number leaves. The manifest has each
//! file's length, rows and SHA-256, so that a file that was cut short or edited is refused before it is read.
//!
//! - `manifest`: what was written, by whom for what, and the check of each file
//! - `layout`: tables and their columns
//! - `cells`: a column of a row group, written and read
//! - `write`, `read`: the whole of it

mod cells;
mod layout;
mod manifest;
mod read;
mod write;

pub use manifest::{Manifest, Purpose, Written};
pub use read::{
    examples, open, read, stratify, stratify_comorbidity, stratify_hospital_frailty, stratify_multimorbidity,
};
pub use write::write;

use std::path::PathBuf;

/// Why files could not be written or read. Nothing of a person stands in the words.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The operating system refused.
    #[error("{} cannot be read or written", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The folder is not empty.
    #[error("{} is not empty: an export never writes over another", path.display())]
    NotEmpty {
        /// Which folder.
        path: PathBuf,
    },
    /// The manifest is none of ours.
    #[error("{} is no manifest of population files that can be read here: {why}", path.display())]
    Manifest {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A file is shorter or longer than it was written.
    #[error("{} has {found} bytes where {expected} were written: it was cut short or edited", path.display())]
    Length {
        /// Which file.
        path: PathBuf,
        /// Bytes that were written.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// A file has other bytes than were written.
    #[error("{} was edited since it was written: its SHA-256 is not the manifest's", path.display())]
    Edited {
        /// Which file.
        path: PathBuf,
    },
    /// A file has other columns, rows or values than the layout.
    #[error("{} is not of the layout of this version: {why}", path.display())]
    Layout {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        why: &'static str,
    },
    /// The Parquet library refused.
    #[error("{} is no Parquet file that can be read or written", path.display())]
    Parquet {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: parquet::errors::ParquetError,
    },
}
