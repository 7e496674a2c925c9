//! The snapshot of a view: the file `views/<name>` in the data directory, so that a start need not read everybody.
//!
//! It is written beside and renamed, and trusted only when all of this holds: the whole file has the checksum it ends
//! with; it is of this view and this shape; and the feed of this store, at each position the snapshot says it reached, has
//! the chain that the snapshot was written at. The last makes it foreign to every other store, and to this one restored to
//! an earlier day. Anything else is refused, removed, and the view rebuilt.
//!
//! Form: `SARSENV1`, then numbers big-endian: name, shape, time, positions of all buckets, digest of the chains there,
//! those left out, then each person with the bytes that the view gave, a key of all ones, and SHA-256 of all before.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::copy::Copy;
use super::shape::View;
use crate::ids::{BUCKETS, Bucket, PersonKey};

const MAGIC: &[u8; 8] = b"SARSENV1";
/// Stands in the place of a person's key after the last one.
const END: u64 = u64::MAX;
/// The most bytes of one person; more is no snapshot of ours.
const MOST: usize = 64 << 20;

/// A snapshot that is whole, of this view and of this shape. Whether it is of this store is the caller's to check.
pub(super) struct Loaded<V> {
    pub(super) copy: Copy<V>,
    /// Digest of the feed's chains at its positions.
    pub(super) place: [u8; 32],
    pub(super) at: Timestamp,
}

fn folder(directory: &Path) -> PathBuf {
    directory.join("views")
}

/// Where the snapshot of a view stands.
pub(super) fn path(directory: &Path, name: &str) -> PathBuf {
    folder(directory).join(name)
}

/// Removes snapshots of views that are not named here: nobody keeps them up to date, so they may hold what was destroyed.
///
/// # Errors
/// When the folder cannot be read or a file not removed.
pub fn remove_others(directory: &Path, names: &[&str]) -> io::Result<()> {
    let files = match std::fs::read_dir(folder(directory)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        files => files?,
    };
    for file in files {
        let file = file?;
        if !names.iter().any(|name| file.file_name() == *name) {
            std::fs::remove_file(file.path())?;
        }
    }
    Ok(())
}

/// Removes a view's snapshot, and what a write that was cut short left.
pub(super) fn remove(directory: &Path, name: &str) -> io::Result<()> {
    let path = path(directory, name);
    for path in [path.with_extension("part"), path] {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    sync(&folder(directory))
}

/// The name in the folder becomes as durable as the file.
fn sync(folder: &Path) -> io::Result<()> {
    match File::open(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        folder => folder?.sync_all(),
    }
}

/// A snapshot that is written but does not stand under its name yet.
pub(super) struct Written {
    file: File,
    part: PathBuf,
    path: PathBuf,
    folder: PathBuf,
}

/// Writes a copy beside the present snapshot.
pub(super) fn write<V: View>(
    directory: &Path,
    copy: &Copy<V>,
    place: &[u8; 32],
    at: Timestamp,
) -> io::Result<Written> {
    let folder = folder(directory);
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)?;
    let path = path(directory, V::NAME);
    let part = path.with_extension("part");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&part)?;
    let mut out = Hashed::new(BufWriter::with_capacity(1 << 16, file));
    out.write_all(MAGIC)?;
    bytes(&mut out, V::NAME.as_bytes())?;
    out.write_all(&V::SHAPE.to_be_bytes())?;
    out.write_all(&at.as_microsecond().to_be_bytes())?;
    for position in &copy.positions {
        out.write_all(&position.to_be_bytes())?;
    }
    out.write_all(place)?;
    out.write_all(&copy.skipped.to_be_bytes())?;
    out.write_all(&(copy.left_out.len() as u64).to_be_bytes())?;
    for person in &copy.left_out {
        out.write_all(&person.value().to_be_bytes())?;
    }
    copy.view.save(&mut |person, kept| {
        out.write_all(&person.value().to_be_bytes())?;
        bytes(&mut out, kept)
    })?;
    out.write_all(&END.to_be_bytes())?;
    let digest = out.digest();
    out.inner.write_all(&digest)?;
    let file = out.inner.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(Written {
        file,
        part,
        path,
        folder,
    })
}

impl Written {
    /// Waits for the disk and puts the snapshot in the place of the one before.
    pub(super) fn publish(self) -> io::Result<()> {
        self.file.sync_all()?;
        std::fs::rename(&self.part, &self.path)?;
        sync(&self.folder)
    }
}

/// Reads a view's snapshot; `None` when there is none.
///
/// # Errors
/// Why it is refused, in fixed words.
pub(super) fn read<V: View>(directory: &Path) -> Result<Option<Loaded<V>>, &'static str> {
    let file = match File::open(path(directory, V::NAME)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err("the snapshot cannot be opened"),
        Ok(file) => file,
    };
    let mut from = Hashed::new(BufReader::with_capacity(1 << 16, file));
    match load::<V>(&mut from) {
        Ok(Some(loaded)) => Ok(Some(loaded)),
        Ok(None) => Err("the snapshot is of another view or shape"),
        Err(_) => Err("the snapshot is damaged"),
    }
}

fn load<V: View>(from: &mut Hashed<impl Read>) -> io::Result<Option<Loaded<V>>> {
    let damaged = || io::Error::from(ErrorKind::InvalidData);
    if array::<8>(from)? != *MAGIC
        || read_bytes(from)? != V::NAME.as_bytes()
        || array(from)? != V::SHAPE.to_be_bytes()
    {
        return Ok(None);
    }
    let at = Timestamp::from_microsecond(i64::from_be_bytes(array(from)?)).map_err(|_| damaged())?;
    let mut copy = Copy::<V>::new();
    for number in 0..BUCKETS {
        let position = u64::from_be_bytes(array(from)?);
        copy.reach(Bucket::new(number).ok_or_else(damaged)?, position);
    }
    let place = array(from)?;
    copy.skipped = u64::from_be_bytes(array(from)?);
    for _ in 0..u64::from_be_bytes(array(from)?) {
        let person = u64::from_be_bytes(array(from)?);
        copy.left_out.insert(PersonKey::from_value(person));
    }
    loop {
        let person = u64::from_be_bytes(array(from)?);
        if person == END {
            break;
        }
        let kept = read_bytes(from)?;
        let kept = V::load(&kept).ok_or_else(damaged)?;
        copy.view.put(PersonKey::from_value(person), Some(kept));
    }
    let digest = from.digest();
    let mut rest = Vec::new();
    from.inner.by_ref().take(33).read_to_end(&mut rest)?;
    if rest != digest {
        return Err(damaged());
    }
    Ok(Some(Loaded { copy, place, at }))
}

fn bytes(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::Error::from(ErrorKind::InvalidInput))?;
    out.write_all(&length.to_be_bytes())?;
    out.write_all(bytes)
}

fn read_bytes(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let length = u32::from_be_bytes(array(from)?) as usize;
    if length > MOST {
        return Err(ErrorKind::InvalidData.into());
    }
    // Memory grows with what is there, not with what a damaged length claims.
    let mut bytes = Vec::new();
    from.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() == length {
        Ok(bytes)
    } else {
        Err(ErrorKind::UnexpectedEof.into())
    }
}

fn array<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Passes bytes on and takes their digest.
struct Hashed<T> {
    inner: T,
    digest: Sha256,
}

impl<T> Hashed<T> {
    fn new(inner: T) -> Hashed<T> {
        Hashed {
            inner,
            digest: Sha256::new(),
        }
    }

    fn digest(&self) -> [u8; 32] {
        self.digest.clone().finalize().into()
    }
}

impl<T: Write> Write for Hashed<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Hashed<T> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.digest.update(&bytes[..read]);
        Ok(read)
    }
}
