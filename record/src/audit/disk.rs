//! The little that the appender asks of a disk, so that a test can put a torn one underneath.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// A disk that holds segments.
pub trait Disk: Send + Sync {
    /// Makes a segment of `zeros` zero bytes, durable (file and folder) before it returns, so that what is written
    /// into it later changes no metadata.
    ///
    /// # Errors
    /// When the disk is full, read-only or faulty.
    fn create(&self, path: &Path, zeros: u64) -> io::Result<Box<dyn Segment>>;
}

/// One file of fixed size that is written at ever higher offsets.
pub trait Segment: Send {
    /// Writes all of `bytes` at `offset`.
    ///
    /// # Errors
    /// When the disk is full, read-only or faulty.
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Returns once everything written is on the disk.
    ///
    /// # Errors
    /// When the disk is faulty.
    fn sync(&mut self) -> io::Result<()>;
}

/// The file system.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileDisk;

impl Disk for FileDisk {
    fn create(&self, path: &Path, zeros: u64) -> io::Result<Box<dyn Segment>> {
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        if let Err(error) = fill(&file, zeros, path) {
            // A half-made segment would stand in the way of the next try.
            let _ = std::fs::remove_file(path);
            return Err(error);
        }
        Ok(Box::new(FileSegment(file)))
    }
}

fn fill(file: &File, zeros: u64, path: &Path) -> io::Result<()> {
    let block = vec![0u8; 1 << 16];
    let mut written = 0;
    while written < zeros {
        let step = (zeros - written).min(block.len() as u64);
        file.write_all_at(&block[..step as usize], written)?;
        written += step;
    }
    file.sync_all()?;
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

struct FileSegment(File);

impl Segment for FileSegment {
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}
