//! The anchor file: one line for each seal, on another volume or another machine, where the database's owner cannot
//! rewrite it (an append-only attribute, a write-once share). Only ever appended to, each line durable before the next.
//!
//! The first line says what the file is. Every other line is four words with a space between them and a line feed behind:
//! the seal's number, its time (RFC 3339, UTC, microseconds), its hash and the public key it was signed with (64
//! hexadecimal digits each). A line that was torn off when the machine stopped is followed by a whole line for the same
//! seal.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use jiff::Timestamp;

use crate::instant::instant;
use crate::keys::{hex, unhex};

/// The first line.
const HEADING: &str =
    "# Sarsen anchor 1: number, time, hash and public key of each seal; only ever appended to\n";
/// How much of the end is read to find the last line.
const TAIL: u64 = 4096;

/// One line: a seal as it was when it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Anchored {
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    pub(crate) hash: [u8; 32],
    pub(crate) public: [u8; 32],
}

impl Anchored {
    fn line(&self) -> String {
        format!(
            "{} {} {} {}\n",
            self.number,
            instant(self.at),
            hex(&self.hash),
            hex(&self.public)
        )
    }

    fn read(line: &str) -> Option<Anchored> {
        let mut words = line.split(' ');
        let anchored = Anchored {
            number: words.next()?.parse().ok()?,
            at: words.next()?.parse().ok()?,
            hash: unhex(words.next()?)?,
            public: unhex(words.next()?)?,
        };
        words.next().is_none().then_some(anchored)
    }
}

/// What an anchor file says.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) anchored: Vec<Anchored>,
    /// Lines that are not whole.
    pub(crate) torn: u64,
}

/// Reads a whole anchor file.
pub(crate) fn read(path: &Path) -> std::io::Result<Lines> {
    let mut lines = Lines::default();
    for line in std::fs::read_to_string(path)?.lines() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        match Anchored::read(line) {
            Some(anchored) => lines.anchored.push(anchored),
            None => lines.torn += 1,
        }
    }
    Ok(lines)
}

/// An anchor file that is appended to.
pub(crate) struct Anchor {
    file: File,
    /// Whether the file ends in a line that is not whole.
    torn: bool,
    /// The last whole line.
    pub(crate) last: Option<Anchored>,
}

impl Anchor {
    /// Opens or makes the file and finds its last line.
    pub(crate) fn open(path: &Path) -> std::io::Result<Anchor> {
        let mut file = File::options().read(true).append(true).create(true).open(path)?;
        let length = file.metadata()?.len();
        if length == 0 {
            file.write_all(HEADING.as_bytes())?;
            file.sync_all()?;
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                File::open(folder)?.sync_all()?;
            }
        }
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut tail = Vec::new();
        file.read_to_end(&mut tail)?;
        let tail = String::from_utf8_lossy(&tail);
        Ok(Anchor {
            file,
            torn: !tail.ends_with('\n'),
            last: tail.lines().rev().find_map(Anchored::read),
        })
    }

    /// Appends lines; returns once they are durable.
    pub(crate) fn append(&mut self, seals: &[Anchored]) -> std::io::Result<()> {
        let mut text = String::new();
        if self.torn {
            text.push('\n');
        }
        for seal in seals {
            text.push_str(&seal.line());
        }
        // Until they are known to be there, the end may be torn.
        self.torn = true;
        self.file.write_all(text.as_bytes())?;
        self.file.sync_all()?;
        self.torn = false;
        self.last = seals.last().cloned().or(self.last.take());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(number: u64) -> Anchored {
        Anchored {
            number,
            at: "2026-01-10T08:00:00.000001Z".parse().expect("a time"),
            hash: [number as u8; 32],
            public: [7; 32],
        }
    }

    #[test]
    fn what_is_appended_is_read_back_and_the_last_line_is_found_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("anchor");
        let mut anchor = Anchor::open(&path).expect("opens");
        assert_eq!(anchor.last, None);
        for number in 1..=50 {
            anchor.append(&[seal(number)]).expect("appended");
        }
        drop(anchor);
        assert_eq!(Anchor::open(&path).expect("opens").last, Some(seal(50)));
        let lines = read(&path).expect("reads");
        assert_eq!(
            (lines.anchored, lines.torn),
            ((1..=50).map(seal).collect::<Vec<_>>(), 0)
        );
    }

    #[test]
    fn a_line_torn_off_is_never_cut_and_what_follows_stands_on_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("anchor");
        Anchor::open(&path)
            .expect("opens")
            .append(&[seal(1), seal(2)])
            .expect("appended");
        let whole = std::fs::read(&path).expect("read");
        std::fs::write(&path, &whole[..whole.len() - 20]).expect("torn");
        let mut anchor = Anchor::open(&path).expect("opens");
        assert_eq!(anchor.last, Some(seal(1)));
        anchor.append(&[seal(2), seal(3)]).expect("appended");
        let now = std::fs::read(&path).expect("read");
        assert!(now.starts_with(&whole[..whole.len() - 20]));
        let lines = read(&path).expect("reads");
        assert_eq!((lines.anchored, lines.torn), (vec![seal(1), seal(2), seal(3)], 1));
    }
}
