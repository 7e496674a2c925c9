//! Whether a backup is whole: every file of every run is there and is what the manifest says. With an identity the files
//! are also opened and read to their ends.

use std::path::Path;

use crate::backup::error::BackupError;
use crate::backup::folder::Runs;
use crate::backup::manifest::Manifest;
use crate::backup::part;
use crate::encryption::Identity;

/// What a check found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The runs.
    pub runs: Runs,
    /// What is wrong: the run, and what.
    pub faults: Vec<(String, String)>,
    /// Files compared with their hashes.
    pub parts: u64,
    /// Items read; 0 without an identity.
    pub items: u64,
}

/// Checks every run of a folder. Without identities nothing is decrypted.
///
/// # Errors
/// When the folder cannot be read.
pub fn check(folder: &Path, identities: &[Identity]) -> Result<Checked, BackupError> {
    let runs = Runs::list(folder)?;
    let mut faults: Vec<(String, String)> = runs.unreadable.clone();
    let (mut parts, mut items) = (0, 0);
    for manifest in runs.runs.values() {
        let mut fault = |why: String| faults.push((manifest.run.clone(), why));
        if let Err(error) = runs.chain(&manifest.run) {
            fault(format!("it builds on another that cannot be used ({error})"));
        }
        for part in &manifest.parts {
            parts += 1;
            match part::check(&folder.join(&manifest.run), part) {
                Err(why) => fault(why),
                Ok(()) if identities.is_empty() => {}
                Ok(()) => match count(folder, manifest, part, identities) {
                    Ok(count) => items += count,
                    Err(error) => fault(error.to_string()),
                },
            }
        }
    }
    Ok(Checked {
        runs,
        faults,
        parts,
        items,
    })
}

fn count(
    folder: &Path,
    manifest: &Manifest,
    part: &crate::backup::manifest::Part,
    identities: &[Identity],
) -> Result<u64, BackupError> {
    let mut count = 0;
    part::read(&folder.join(&manifest.run), manifest, part, identities, |_| {
        count += 1;
        Ok(())
    })?;
    Ok(count)
}
