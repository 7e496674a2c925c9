//! What stands beside the files: for what they were made, and how each is recognised.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::FilesError;

/// The manifest's file.
pub(super) const FILE: &str = "manifest.json";
const FORMAT: &str = "sarsen-population";
/// 3: the flags say who objects to risk stratification; nobody is taken to have said nothing because files are older.
/// 4: emergency stays and diagnoses of stays are told apart, and what somebody needs to be reached and treated fairly is among the flags.
/// 5: a code that its system cannot have bears a mark of its own, and which needs are known without what bears a label is among the flags.
const VERSION: u32 = 5;

/// For what a run is made: without all three there is none (safety rule 21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purpose {
    /// What for.
    pub purpose: String,
    /// On what legal basis.
    pub legal_basis: String,
    /// Who answers for it.
    pub controller: String,
}

/// One file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
}

/// What was written, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: String,
    version: u32,
    /// Always so: no score of these files is signed for care.
    pub not_for_clinical_use: bool,
    /// For what.
    pub purpose: Purpose,
    /// When, ISO 8601.
    pub written: String,
    /// People, those read with another's record among them.
    pub people: u64,
    /// Those read with another's record.
    pub joined: u64,
    /// The files.
    pub files: Vec<Written>,
}

impl Manifest {
    pub(super) fn new(
        purpose: Purpose,
        written: String,
        people: u64,
        joined: u64,
        files: Vec<Written>,
    ) -> Manifest {
        Manifest {
            format: FORMAT.to_owned(),
            version: VERSION,
            not_for_clinical_use: true,
            purpose,
            written,
            people,
            joined,
            files,
        }
    }

    pub(super) fn read(folder: &Path) -> Result<Manifest, FilesError> {
        let path = folder.join(FILE);
        let bytes = std::fs::read(&path).map_err(|source| FilesError::Io {
            path: path.clone(),
            source,
        })?;
        let refused = |why: String| FilesError::Manifest {
            path: path.clone(),
            why,
        };
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|error| refused(format!("line {}", error.line())))?;
        if manifest.format != FORMAT || manifest.version != VERSION {
            return Err(refused("another format or version".to_owned()));
        }
        Ok(manifest)
    }

    /// Bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// A file's bytes, when they are those that were written.
    pub(super) fn load(&self, folder: &Path, name: &str) -> Result<(bytes::Bytes, u64), FilesError> {
        let path = folder.join(name);
        let Some(written) = self.files.iter().find(|file| file.name == name) else {
            return Err(FilesError::Layout {
                path,
                why: "the manifest does not name it",
            });
        };
        let found = std::fs::read(&path).map_err(|source| FilesError::Io {
            path: path.clone(),
            source,
        })?;
        if found.len() as u64 != written.bytes {
            return Err(FilesError::Length {
                path,
                expected: written.bytes,
                found: found.len() as u64,
            });
        }
        if digest(&found) != written.sha256 {
            return Err(FilesError::Edited { path });
        }
        Ok((bytes::Bytes::from(found), written.rows))
    }
}

pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
