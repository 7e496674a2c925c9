//! The encrypted files: items, compressed with zstd, encrypted with age. What is written is hashed as it lies on the disk.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::backup::error::{BackupError, folder_error};
use crate::backup::item::{Item, Value};
use crate::backup::manifest::{Manifest, Part};
use crate::backup::tables::Table;
use crate::encryption::{self, Encrypting, Identity, Recipient, Unreadable};

/// Bytes of items after which another file is begun, so that a copy that breaks off loses little.
const MOST: u64 = 64 << 20;
/// zstd's level: bodies are compressed already, the rest is small.
const LEVEL: i32 = 3;

/// Writes items into one file after the other: `NAME-0001.age`, `NAME-0002.age` …
pub(crate) struct PartWriter<'a> {
    folder: PathBuf,
    name: &'static str,
    recipients: &'a [Recipient],
    open: Option<Open>,
    parts: Vec<Part>,
}

struct Open {
    name: String,
    file: zstd::Encoder<'static, Encrypting<Hashing<BufWriter<File>>>>,
    tables: Vec<&'static str>,
    items: u64,
    bytes: u64,
}

impl<'a> PartWriter<'a> {
    pub(crate) fn new(folder: &Path, name: &'static str, recipients: &'a [Recipient]) -> PartWriter<'a> {
        PartWriter {
            folder: folder.to_owned(),
            name,
            recipients,
            open: None,
            parts: Vec::new(),
        }
    }

    /// Writes a row.
    pub(crate) fn row(&mut self, table: &Table, values: Vec<Value>) -> Result<(), BackupError> {
        let open = self.open()?;
        let number = match open.tables.iter().position(|name| *name == table.name) {
            Some(number) => number as u64,
            None => {
                open.tables.push(table.name);
                let number = open.tables.len() as u64 - 1;
                let columns = table.columns.iter().map(|(name, _)| (*name).to_owned());
                let announced = Item::Table {
                    number,
                    name: table.name.to_owned(),
                    columns: columns.collect(),
                };
                self.item(&announced)?;
                number
            }
        };
        self.item(&Item::Row {
            table: number,
            values,
        })
    }

    /// Writes a piece of a file.
    pub(crate) fn piece(&mut self, path: String, offset: u64, bytes: Vec<u8>) -> Result<(), BackupError> {
        self.item(&Item::File { path, offset, bytes })
    }

    fn item(&mut self, item: &Item) -> Result<(), BackupError> {
        let open = self.open()?;
        open.bytes += item
            .write(&mut open.file)
            .map_err(|error| folder_error(&open.name, &error))?;
        open.items += 1;
        Ok(())
    }

    /// The file to write to; another when this one is large.
    fn open(&mut self) -> Result<&mut Open, BackupError> {
        if self.open.as_ref().is_some_and(|open| open.bytes >= MOST) {
            self.close()?;
        }
        if self.open.is_none() {
            let name = format!("{}-{:04}.age", self.name, self.parts.len() + 1);
            let opened = create(&self.folder.join(&name), self.recipients);
            self.open = Some(Open {
                file: opened.map_err(|error| folder_error(&name, &error))?,
                name,
                tables: Vec::new(),
                items: 0,
                bytes: 0,
            });
        }
        self.open.as_mut().ok_or_else(|| BackupError::Folder {
            what: self.name.to_owned(),
            why: "it is not open".to_owned(),
        })
    }

    fn close(&mut self) -> Result<(), BackupError> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        let end = Item::End { items: open.items };
        let close = || -> io::Result<(u64, [u8; 32])> {
            end.write(&mut open.file)?;
            let mut hashing = open.file.finish()?.finish()?;
            hashing.inner.flush()?;
            hashing.inner.get_ref().sync_all()?;
            Ok((hashing.bytes, hashing.digest.finalize().into()))
        };
        let (bytes, sha256) = close().map_err(|error| folder_error(&open.name, &error))?;
        self.parts.push(Part {
            name: open.name,
            bytes,
            sha256,
        });
        Ok(())
    }

    /// Completes what is open and gives every file written.
    pub(crate) fn finish(mut self) -> Result<Vec<Part>, BackupError> {
        self.close()?;
        Ok(self.parts)
    }
}

type Sealing = zstd::Encoder<'static, Encrypting<Hashing<BufWriter<File>>>>;

fn create(path: &Path, recipients: &[Recipient]) -> io::Result<Sealing> {
    let file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    let hashing = Hashing {
        inner: BufWriter::with_capacity(256 << 10, file),
        digest: Sha256::new(),
        bytes: 0,
    };
    zstd::Encoder::new(encryption::encrypt(hashing, recipients)?, LEVEL)
}

/// Hashes and counts what goes through.
struct Hashing<W> {
    inner: W,
    digest: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Whether a file is what the manifest says it is; the words say what is wrong.
pub(crate) fn check(folder: &Path, part: &Part) -> Result<(), String> {
    let read = || -> io::Result<(u64, [u8; 32])> {
        let mut file = File::open(folder.join(&part.name))?;
        let mut hashing = Hashing {
            inner: io::sink(),
            digest: Sha256::new(),
            bytes: 0,
        };
        io::copy(&mut file, &mut hashing)?;
        Ok((hashing.bytes, hashing.digest.finalize().into()))
    };
    match read() {
        Err(error) => Err(format!("{} cannot be read ({error})", part.name)),
        Ok((bytes, _)) if bytes != part.bytes => Err(format!(
            "{} has {bytes} bytes instead of {}",
            part.name, part.bytes
        )),
        Ok((_, sha256)) if sha256 != part.sha256 => Err(format!("{} was changed", part.name)),
        Ok(_) => Ok(()),
    }
}

/// Decrypts a file and hands out every item but its end, in order. A file without its end is damaged.
pub(crate) fn read(
    folder: &Path,
    manifest: &Manifest,
    part: &Part,
    identities: &[Identity],
    mut each: impl FnMut(Found) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let run = || manifest.run.clone();
    let damaged = |why: String| BackupError::Damaged {
        run: manifest.run.clone(),
        why: format!("{}: {why}", part.name),
    };
    let broken = |error: io::Error| damaged(error.to_string());
    let file = File::open(folder.join(&part.name)).map_err(broken)?;
    let file = BufReader::with_capacity(256 << 10, file);
    let decrypted = match encryption::decrypt(file, identities) {
        Ok(decrypted) => decrypted,
        Err(Unreadable::NotForUs) => return Err(BackupError::NotForUs { run: run() }),
        Err(Unreadable::Damaged(why)) => return Err(damaged(why)),
    };
    let mut items = zstd::Decoder::new(decrypted).map_err(broken)?;
    let (mut count, mut tables) = (0u64, Vec::new());
    loop {
        match Item::read(&mut items).map_err(broken)? {
            Item::End { items: said } if said == count => break,
            Item::End { .. } => return Err(damaged("items are missing".to_owned())),
            Item::Table {
                number,
                name,
                columns,
            } => {
                if number != tables.len() as u64 {
                    return Err(damaged("its tables are out of order".to_owned()));
                }
                tables.push(crate::backup::tables::named(&name).map(|table| Carried::new(table, &columns)));
            }
            Item::Row { table, values } => {
                let carried = usize::try_from(table).ok().and_then(|table| tables.get(table));
                match carried {
                    None => return Err(damaged("a row of no table".to_owned())),
                    // A table that this release no longer has.
                    Some(None) => {}
                    Some(Some(carried)) => each(Found::Row(carried.table, carried.arrange(values)))?,
                }
            }
            Item::File { path, offset, bytes } => each(Found::Piece { path, offset, bytes })?,
        }
        count += 1;
    }
    let mut rest = [0];
    match items.read(&mut rest).map_err(broken)? {
        0 => Ok(()),
        _ => Err(damaged("something follows its end".to_owned())),
    }
}

/// What a file hands out.
pub(crate) enum Found {
    /// A row, its values in the order of this release's columns.
    Row(&'static Table, Vec<Value>),
    /// A piece of a file of the data directory.
    Piece {
        path: String,
        offset: u64,
        bytes: Vec<u8>,
    },
}

/// A table as the file has it: where each of our columns stands there.
struct Carried {
    table: &'static Table,
    places: Vec<Option<usize>>,
}

impl Carried {
    fn new(table: &'static Table, columns: &[String]) -> Carried {
        let place = |name: &str| columns.iter().position(|column| column == name);
        Carried {
            table,
            places: table.columns.iter().map(|(name, _)| place(name)).collect(),
        }
    }

    fn arrange(&self, mut values: Vec<Value>) -> Vec<Value> {
        let mut take = |at: usize| {
            values
                .get_mut(at)
                .map(|value| std::mem::replace(value, Value::Null))
        };
        self.places
            .iter()
            .map(|place| place.and_then(&mut take).unwrap_or(Value::Null))
            .collect()
    }
}
