//! A backup's folder: one folder for each run, named by it, with its manifest and encrypted files. A run is written as
//! `.part-…` and renamed when it is whole; what is still called so was never finished and is nobody's backup.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::backup::error::{BackupError, folder_error};
use crate::backup::manifest::{Manifest, Unreadable};

const MANIFEST: &str = "manifest";
const UNFINISHED: &str = ".part-";

/// The runs of a folder.
#[derive(Debug, Clone, Default)]
pub struct Runs {
    /// Whole runs by name; the name begins with the time.
    pub runs: BTreeMap<String, Manifest>,
    /// Folders whose manifest cannot be read, and why.
    pub unreadable: Vec<(String, String)>,
    /// Runs that were never finished; the next backup removes them.
    pub unfinished: Vec<String>,
}

impl Runs {
    /// Lists the runs of a folder; nothing is decrypted.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(folder: &Path) -> Result<Runs, BackupError> {
        let mut runs = Runs::default();
        let entries = std::fs::read_dir(folder).map_err(|error| folder_error(folder.display(), &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| folder_error(folder.display(), &error))?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if name.starts_with(UNFINISHED) {
                runs.unfinished.push(name);
                continue;
            }
            if name.starts_with('.') || !entry.path().is_dir() {
                continue;
            }
            match read_manifest(&entry.path(), &name) {
                Ok(manifest) => {
                    runs.runs.insert(name, manifest);
                }
                Err(why) => runs.unreadable.push((name, why)),
            }
        }
        Ok(runs)
    }

    /// The newest run: of the store that was backed up last, the one that knows most of it. Clocks may have been set
    /// between runs, so the times in their names only say which store.
    #[must_use]
    pub fn newest(&self) -> Option<&Manifest> {
        let last = self
            .runs
            .values()
            .max_by_key(|manifest| (manifest.begun, &manifest.run))?;
        let of_store = self.runs.values().filter(|manifest| manifest.store == last.store);
        of_store.max_by_key(|manifest| manifest.age())
    }

    /// The runs outside a chain that know of commits after its end: on each line of the same store's history the newest.
    pub(crate) fn later(&self, chain: &[&Manifest]) -> Vec<&Manifest> {
        let Some(end) = chain.last() else {
            return Vec::new();
        };
        let mut later: BTreeMap<u64, &Manifest> = BTreeMap::new();
        for manifest in self.runs.values() {
            if manifest.store != end.store || manifest.age() <= end.age() {
                continue;
            }
            let kept = later.entry(manifest.line).or_insert(manifest);
            if kept.age() < manifest.age() {
                *kept = manifest;
            }
        }
        later.into_values().collect()
    }

    /// The runs that one builds on, from the full one to itself.
    ///
    /// # Errors
    /// When one of them is not there.
    pub fn chain(&self, run: &str) -> Result<Vec<&Manifest>, BackupError> {
        let mut chain = Vec::new();
        let mut next = Some(run);
        while let Some(run) = next {
            let Some(manifest) = self.runs.get(run) else {
                let found = self.unreadable.iter().find(|(name, _)| name == run);
                return Err(match found {
                    Some((run, why)) => BackupError::Damaged {
                        run: run.clone(),
                        why: why.clone(),
                    },
                    None => BackupError::NoRun(format!("run {run} is not in this folder")),
                });
            };
            if chain.len() > self.runs.len() {
                return Err(BackupError::NoRun(format!("run {run} is its own ancestor")));
            }
            chain.push(manifest);
            next = manifest.parent.as_deref();
        }
        chain.reverse();
        Ok(chain)
    }
}

fn read_manifest(folder: &Path, name: &str) -> Result<Manifest, String> {
    let text =
        std::fs::read_to_string(folder.join(MANIFEST)).map_err(|error| format!("its manifest: {error}"))?;
    match Manifest::parse(&text) {
        Ok(manifest) if manifest.run == name => Ok(manifest),
        Ok(manifest) => Err(format!("it holds run {}", manifest.run)),
        Err(Unreadable::Newer(found)) => Err(format!("it has format {found} of a later release")),
        Err(Unreadable::Malformed) => Err("its manifest is damaged".to_owned()),
    }
}

/// A run that is being written; removed again unless it is finished.
pub(crate) struct Writing {
    folder: PathBuf,
    unfinished: PathBuf,
    finished: bool,
    _lock: File,
}

impl Writing {
    /// Begins a run, and removes what an earlier one left that was killed.
    pub(crate) fn begin(folder: &Path, run: &str) -> Result<Writing, BackupError> {
        let fault = |error: std::io::Error| folder_error(folder.display(), &error);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(fault)?;
        let lock = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(folder.join(".lock"))
            .map_err(fault)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::Busy),
            Err(TryLockError::Error(error)) => return Err(fault(error)),
        }
        for left in Runs::list(folder)?.unfinished {
            std::fs::remove_dir_all(folder.join(left)).map_err(fault)?;
        }
        let unfinished = folder.join(format!("{UNFINISHED}{run}"));
        DirBuilder::new().mode(0o700).create(&unfinished).map_err(fault)?;
        Ok(Writing {
            folder: folder.to_owned(),
            unfinished,
            finished: false,
            _lock: lock,
        })
    }

    /// Where its files are written.
    pub(crate) fn path(&self) -> &Path {
        &self.unfinished
    }

    /// Writes the manifest and gives the run its name: from here on it is a backup.
    pub(crate) fn finish(mut self, manifest: &Manifest) -> Result<(), BackupError> {
        let write = || -> std::io::Result<()> {
            let mut file = File::options()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(self.unfinished.join(MANIFEST))?;
            file.write_all(manifest.to_text().as_bytes())?;
            file.sync_all()?;
            File::open(&self.unfinished)?.sync_all()?;
            std::fs::rename(&self.unfinished, self.folder.join(&manifest.run))?;
            File::open(&self.folder)?.sync_all()
        };
        write().map_err(|error| folder_error(self.folder.display(), &error))?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !self.finished {
            let _ = std::fs::remove_dir_all(&self.unfinished);
        }
    }
}
