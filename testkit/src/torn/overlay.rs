//! Files whose unsynced writes are pending in memory.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::seed::Seed;

/// Bytes that reach a disk all together or not at all.
pub const SECTOR: u64 = 512;

/// A fault that the disk is to report from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No space is left.
    Full,
    /// Writing fails.
    Write,
    /// Reading fails.
    Read,
    /// Making durable fails.
    Sync,
    /// Nothing may be written.
    ReadOnly,
}

/// A disk that can tear and fault; all its files share one lock, so that a kill finds them at one moment.
#[derive(Debug, Default)]
pub struct TornDisk {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    files: HashMap<PathBuf, Pending>,
    fault: Option<Fault>,
}

/// One file and its pending sectors.
#[derive(Debug)]
struct Pending {
    file: File,
    sectors: BTreeMap<u64, [u8; SECTOR as usize]>,
    size: u64,
}

impl TornDisk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the disk report a fault from now on, or none.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.lock().fault = fault;
    }

    /// The fault reported now.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        self.lock().fault
    }

    /// Takes up a file that exists.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(&self, path: &Path) -> io::Result<()> {
        let mut state = self.lock();
        if !state.files.contains_key(path) {
            let file = OpenOptions::new().read(true).write(true).open(path)?;
            let size = file.metadata()?.len();
            state.files.insert(
                path.to_owned(),
                Pending {
                    file,
                    sectors: BTreeMap::new(),
                    size,
                },
            );
        }
        Ok(())
    }

    /// Forgets a file that is being deleted. Its handle is kept open: closing it would drop SQLite's locks.
    pub fn forget(&self, path: &Path) {
        if let Some(pending) = self.lock().files.remove(path) {
            std::mem::forget(pending.file);
        }
    }

    /// The size of a file with its pending writes; nothing for a file not taken up.
    #[must_use]
    pub fn size(&self, path: &Path) -> Option<u64> {
        self.lock().files.get(path).map(|pending| pending.size)
    }

    /// Fills `out` from `offset`; gives how many bytes there were, the rest is zeros.
    ///
    /// # Errors
    /// When the disk faults or the file is not taken up.
    pub fn read(&self, path: &Path, out: &mut [u8], offset: u64) -> io::Result<usize> {
        let state = self.lock();
        if state.fault == Some(Fault::Read) {
            return Err(io::Error::other("the disk faults"));
        }
        state
            .files
            .get(path)
            .ok_or(io::ErrorKind::NotFound)?
            .read(out, offset)
    }

    /// Writes `bytes` at `offset`, pending until the next [`TornDisk::sync`].
    ///
    /// # Errors
    /// When the disk faults or the file is not taken up.
    pub fn write(&self, path: &Path, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut state = self.lock();
        match state.fault {
            Some(Fault::Full) => return Err(io::ErrorKind::StorageFull.into()),
            Some(Fault::ReadOnly) => return Err(io::ErrorKind::ReadOnlyFilesystem.into()),
            Some(Fault::Write) => return Err(io::Error::other("the disk faults")),
            Some(Fault::Read | Fault::Sync) | None => {}
        }
        state
            .files
            .get_mut(path)
            .ok_or(io::ErrorKind::NotFound)?
            .write(bytes, offset)
    }

    /// Cuts a file.
    ///
    /// # Errors
    /// When the file cannot be cut or is not taken up.
    pub fn truncate(&self, path: &Path, size: u64) -> io::Result<()> {
        self.lock()
            .files
            .get_mut(path)
            .ok_or(io::ErrorKind::NotFound)?
            .truncate(size)
    }

    /// Lets everything pending of a file reach it.
    ///
    /// # Errors
    /// When the disk faults or the file is not taken up.
    pub fn sync(&self, path: &Path) -> io::Result<()> {
        let mut state = self.lock();
        if state.fault == Some(Fault::Sync) {
            return Err(io::Error::other("the disk faults"));
        }
        state.files.get_mut(path).ok_or(io::ErrorKind::NotFound)?.sync()
    }

    /// The power fails: a random part of what is pending reaches the files, then this process is killed.
    pub fn fail_power(&self, seed: &mut Seed) -> ! {
        let mut state = self.lock();
        // From nothing to nearly all.
        let percent = *seed.one_of(&[0, 20, 50, 80, 97]);
        let mut paths: Vec<PathBuf> = state.files.keys().cloned().collect();
        paths.sort();
        for path in paths {
            if let Some(pending) = state.files.get_mut(&path) {
                pending.tear(seed, percent);
            }
        }
        super::vfs::kill_self()
    }
}

impl Pending {
    fn read(&self, out: &mut [u8], offset: u64) -> io::Result<usize> {
        out.fill(0);
        let there = self.size.saturating_sub(offset).min(out.len() as u64) as usize;
        let mut done = 0;
        while done < there {
            match self.file.read_at(&mut out[done..there], offset + done as u64)? {
                0 => break,
                count => done += count,
            }
        }
        let (first, end) = (offset / SECTOR, offset + there as u64);
        for (&sector, content) in self.sectors.range(first..end.div_ceil(SECTOR)) {
            let begin = sector * SECTOR;
            let (from, to) = (begin.max(offset), (begin + SECTOR).min(end));
            if from < to {
                out[(from - offset) as usize..(to - offset) as usize]
                    .copy_from_slice(&content[(from - begin) as usize..(to - begin) as usize]);
            }
        }
        Ok(there)
    }

    fn write(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let end = offset + bytes.len() as u64;
        for sector in offset / SECTOR..end.div_ceil(SECTOR) {
            let begin = sector * SECTOR;
            let (from, to) = (begin.max(offset), (begin + SECTOR).min(end));
            let mut content = [0u8; SECTOR as usize];
            if to - from < SECTOR {
                self.read(&mut content, begin)?;
            }
            content[(from - begin) as usize..(to - begin) as usize]
                .copy_from_slice(&bytes[(from - offset) as usize..(to - offset) as usize]);
            self.sectors.insert(sector, content);
        }
        self.size = self.size.max(end);
        Ok(())
    }

    fn truncate(&mut self, size: u64) -> io::Result<()> {
        self.sectors.split_off(&size.div_ceil(SECTOR));
        self.size = size;
        self.file.set_len(size.min(self.file.metadata()?.len()))
    }

    fn sync(&mut self) -> io::Result<()> {
        let size = self.size;
        for (sector, content) in std::mem::take(&mut self.sectors) {
            reach(&self.file, sector, &content, size)?;
        }
        Ok(())
    }

    fn tear(&mut self, seed: &mut Seed, percent: u64) {
        let size = self.size;
        for (sector, content) in std::mem::take(&mut self.sectors) {
            if seed.chance(percent) {
                // A sector that cannot be written is one more that was lost.
                let _ = reach(&self.file, sector, &content, size);
            }
        }
    }
}

fn reach(file: &File, sector: u64, content: &[u8], size: u64) -> io::Result<()> {
    let begin = sector * SECTOR;
    let length = SECTOR.min(size.saturating_sub(begin)) as usize;
    file.write_all_at(&content[..length], begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk() -> (tempfile::TempDir, TornDisk, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, b"").expect("written");
        let disk = TornDisk::default();
        disk.open(&path).expect("opens");
        (folder, disk, path)
    }

    #[test]
    fn pending_writes_are_read_back_and_reach_the_file_at_sync() {
        let (_folder, disk, path) = disk();
        disk.write(&path, &[1; 700], 100).expect("written");
        disk.write(&path, &[2; 10], 505).expect("written");
        let mut out = [9u8; 800];
        assert_eq!(disk.read(&path, &mut out, 0).expect("read"), 800);
        assert_eq!(
            (
                out[99], out[100], out[504], out[505], out[514], out[515], out[799]
            ),
            (0, 1, 1, 2, 2, 1, 1)
        );
        assert_eq!(std::fs::metadata(&path).expect("there").len(), 0);
        disk.sync(&path).expect("synced");
        assert_eq!(std::fs::read(&path).expect("there"), out);
    }

    #[test]
    fn a_tear_keeps_some_sectors_and_loses_others() {
        let (_folder, disk, path) = disk();
        disk.write(&path, &[7; 512 * 400], 0).expect("written");
        if let Some(pending) = disk.lock().files.get_mut(&path) {
            pending.tear(&mut Seed::new(3), 50);
        }
        let kept = std::fs::read(&path)
            .expect("there")
            .chunks(512)
            .filter(|sector| sector[0] == 7)
            .count();
        assert!((120..280).contains(&kept), "{kept}");
    }
}
