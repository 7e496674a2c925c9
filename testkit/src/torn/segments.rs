//! The tearing disk as the read audit's appender sees it.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use record::audit::disk::{Disk, Segment};

use crate::torn::overlay::TornDisk;

/// A tearing disk for segments.
#[derive(Debug, Clone)]
pub struct TornSegments(pub Arc<TornDisk>);

impl Disk for TornSegments {
    fn create(&self, path: &Path, zeros: u64) -> io::Result<Box<dyn Segment>> {
        OpenOptions::new().write(true).create_new(true).open(path)?;
        self.0.open(path)?;
        let block = vec![0u8; usize::try_from(zeros).map_err(io::Error::other)?];
        self.0.write(path, &block, 0)?;
        self.0.sync(path)?;
        Ok(Box::new(TornSegment {
            disk: Arc::clone(&self.0),
            path: path.to_owned(),
        }))
    }
}

struct TornSegment {
    disk: Arc<TornDisk>,
    path: PathBuf,
}

impl Segment for TornSegment {
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.disk.write(&self.path, bytes, offset)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.disk.sync(&self.path)
    }
}
