//! Files, and the documents in them.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

/// What a file's name says it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One document.
    Json,
    /// One document a line.
    Lines,
}

/// One file to import.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) shape: Shape,
    gzip: bool,
    /// Its size on disk in bytes, for the progress bar.
    pub(super) size: u64,
}

/// Every file named, and every file in every folder named, in the order of their paths.
///
/// # Errors
/// When a path is not there or cannot be read.
pub(super) fn find(paths: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    let mut found = Vec::new();
    for path in paths {
        let metadata =
            std::fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?;
        if metadata.is_dir() {
            let mut inside = Vec::new();
            walk(path, &mut inside)?;
            inside.sort();
            for path in inside {
                if let Some(source) = source(&path) {
                    found.push(source);
                }
            }
        } else {
            // A file that is named is read whatever its name says.
            found.push(source(path).unwrap_or(Source {
                path: path.clone(),
                shape: Shape::Json,
                gzip: false,
                size: metadata.len(),
            }));
        }
    }
    Ok(found)
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        // Links are not followed: a link to a folder above would never end.
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), into)?;
        } else if kind.is_file() {
            into.push(entry.path());
        }
    }
    Ok(())
}

fn source(path: &Path) -> Option<Source> {
    let gzip = path.extension() == Some(OsStr::new("gz"));
    let plain = if gzip {
        path.with_extension("")
    } else {
        path.to_owned()
    };
    let shape = match plain.extension().and_then(OsStr::to_str)? {
        "json" => Shape::Json,
        "ndjson" | "jsonl" => Shape::Lines,
        _ => return None,
    };
    let size = std::fs::metadata(path).ok()?.len();
    Some(Source {
        path: path.to_owned(),
        shape,
        gzip,
        size,
    })
}

impl Source {
    /// A digest of the file's bytes: what makes it the same file next time.
    pub(super) fn digest(&self) -> io::Result<String> {
        let mut digest = Sha256::new();
        let mut file = File::open(&self.path)?;
        let mut buffer = vec![0; 1 << 20];
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                read => digest.update(&buffer[..read]),
            }
        }
        Ok(digest
            .finalize()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect())
    }

    /// The file's text, unpacked.
    pub(super) fn open(&self) -> io::Result<Box<dyn BufRead + Send>> {
        let file = File::open(&self.path)?;
        Ok(if self.gzip {
            Box::new(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(file)))
        } else {
            Box::new(BufReader::with_capacity(1 << 18, file))
        })
    }
}

/// One line or document that is no longer than `most` bytes.
pub(super) enum Piece {
    Document(Vec<u8>),
    /// Longer than the limit; its bytes were passed over.
    TooLong,
}

/// The next line; `None` at the end. Never holds more than `most` bytes of it.
pub(super) fn next_line(reader: &mut dyn BufRead, most: usize) -> io::Result<Option<Piece>> {
    let mut line = Vec::new();
    let mut too_long = false;
    let mut any = false;
    loop {
        let buffer = match reader.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        if line.len() + part.len() > most {
            too_long = true;
            line = Vec::new();
        } else if !too_long {
            line.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        reader.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok(match (any, too_long) {
        (false, _) => None,
        (true, true) => Some(Piece::TooLong),
        (true, false) => Some(Piece::Document(line)),
    })
}

/// The whole file as one document.
pub(super) fn whole(reader: &mut dyn BufRead, most: usize) -> io::Result<Piece> {
    let mut bytes = Vec::new();
    reader.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(if bytes.len() > most {
        Piece::TooLong
    } else {
        Piece::Document(bytes)
    })
}

#[cfg(test)]
mod tests {
    use super::{Piece, next_line};

    #[test]
    fn a_line_past_the_limit_is_passed_over_and_the_next_is_read() {
        let text = format!("{}\nshort\nlast", "x".repeat(100));
        let mut reader = std::io::BufReader::with_capacity(7, text.as_bytes());
        assert!(matches!(next_line(&mut reader, 10), Ok(Some(Piece::TooLong))));
        assert!(matches!(next_line(&mut reader, 10), Ok(Some(Piece::Document(line))) if line == b"short"));
        assert!(matches!(next_line(&mut reader, 10), Ok(Some(Piece::Document(line))) if line == b"last"));
        assert!(matches!(next_line(&mut reader, 10), Ok(None)));
    }
}
