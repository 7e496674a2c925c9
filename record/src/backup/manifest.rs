//! The manifest of a run: the one file that is not encrypted. It holds what is needed to find the chain of runs and to
//! tell whether their files are whole: times, sizes, hashes and how far each bucket had come; nothing about a person.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::ids::{BUCKETS, Bucket};

/// The format that this release writes, and the newest it reads.
pub(crate) const FORMAT: u32 = 1;

/// What one run of `sarsen backup` wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Its name, which is its folder's.
    pub run: String,
    /// The run that this one continues; `None` for a full one.
    pub parent: Option<String>,
    /// The store's identity, drawn when it was made and kept through restores.
    pub store: [u8; 16],
    /// The process whose read audit and keys it holds, where it had an id: several may serve one database, each with a
    /// folder of its own.
    pub process: Option<[u8; 16]>,
    /// The line of the store's history: how often it was restored, plus one.
    pub line: u64,
    /// The release that wrote it.
    pub release: String,
    /// When the snapshot was taken.
    pub begun: Timestamp,
    /// When the last file was complete.
    pub ended: Timestamp,
    /// Time of the newest feed entry it holds, in microseconds; 0 without one.
    pub newest: i64,
    /// The last seal that it holds, and its hash (zeros without one).
    pub seal: (u64, [u8; 32]),
    /// Segment and offset up to which it holds the read audit.
    pub reads: (u64, u64),
    /// Position of the feed and the next number of a person, for every bucket that has any.
    pub buckets: BTreeMap<u16, (u64, u64)>,
    /// SHA-256 over every bucket's position and chain hash: tells whether a store is the continuation of this run.
    pub heads: [u8; 32],
    /// The encrypted files.
    pub parts: Vec<Part>,
}

/// One encrypted file of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name within the run's folder.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of it as it lies there.
    pub sha256: [u8; 32],
}

impl Manifest {
    /// What tells which of two runs of one store came later, whatever the machine's clock said: the line of its history,
    /// how many entries its feeds had, its last seal; the name where all of that is the same.
    pub(crate) fn age(&self) -> (u64, u64, u64, Timestamp, &str) {
        let entries = self.buckets.values().map(|(position, _)| position).sum();
        (self.line, entries, self.seal.0, self.begun, &self.run)
    }

    /// How far the feed of a bucket, and its numbers of people, had come.
    #[must_use]
    pub fn head(&self, bucket: Bucket) -> (u64, u64) {
        self.buckets.get(&bucket.number()).copied().unwrap_or((0, 1))
    }

    /// Bytes of all its files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.bytes).sum()
    }

    /// The text of the file: one fact a line, the last of them the hash of all lines before.
    pub(crate) fn to_text(&self) -> String {
        let mut text = format!(
            "sarsen backup {FORMAT}\nrun {}\nparent {}\nstore {}\nline {}\nrelease {}\nbegun {}\nended {}\nnewest {}\n\
             seal {} {}\nreads {} {}\nheads {}\n",
            self.run,
            self.parent.as_deref().unwrap_or("-"),
            hex(&self.store),
            self.line,
            self.release,
            self.begun,
            self.ended,
            self.newest,
            self.seal.0,
            hex(&self.seal.1),
            self.reads.0,
            self.reads.1,
            hex(&self.heads),
        );
        for (bucket, (position, next_person)) in &self.buckets {
            let _ = writeln!(text, "bucket {bucket} {position} {next_person}");
        }
        for part in &self.parts {
            let _ = writeln!(text, "part {} {} {}", part.name, part.bytes, hex(&part.sha256));
        }
        if let Some(process) = &self.process {
            let _ = writeln!(text, "process {}", hex(process));
        }
        let sum: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        let _ = writeln!(text, "sum {}", hex(&sum));
        text
    }

    /// The manifest behind its text.
    pub(crate) fn parse(text: &str) -> Result<Manifest, Unreadable> {
        let format = text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("sarsen backup "))
            .and_then(|format| format.parse().ok())
            .ok_or(Unreadable::Malformed)?;
        if format > FORMAT {
            return Err(Unreadable::Newer(format));
        }
        parse(text).ok_or(Unreadable::Malformed)
    }
}

/// Why a manifest cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It is cut, changed or no manifest.
    Malformed,
    /// It has this later format.
    Newer(u32),
}

fn parse(text: &str) -> Option<Manifest> {
    let at = text.rfind("sum ")?;
    let (said, sum) = text.split_at(at);
    let digest: [u8; 32] = Sha256::digest(said.as_bytes()).into();
    if !said.ends_with('\n') || unhex::<32>(sum.strip_prefix("sum ")?.strip_suffix('\n')?)? != digest {
        return None;
    }
    let mut facts: BTreeMap<&str, &str> = BTreeMap::new();
    let (mut buckets, mut parts) = (BTreeMap::new(), Vec::new());
    for line in said.lines().skip(1) {
        let (word, rest) = line.split_once(' ')?;
        match word {
            "bucket" => {
                let mut numbers = rest.split(' ').map(|number| number.parse::<u64>().ok());
                let bucket = u16::try_from(numbers.next()??).ok().filter(|b| *b < BUCKETS)?;
                buckets.insert(bucket, (numbers.next()??, numbers.next()??));
            }
            "part" => {
                let mut words = rest.split(' ');
                parts.push(Part {
                    name: words.next().filter(|name| is_file_name(name))?.to_owned(),
                    bytes: words.next()?.parse().ok()?,
                    sha256: unhex(words.next()?)?,
                });
            }
            _ => {
                facts.insert(word, rest);
            }
        }
    }
    let number = |text: &str| text.parse::<u64>().ok();
    let run = |text: &str| is_file_name(text).then(|| text.to_owned());
    let (seal, seal_hash) = facts.get("seal")?.split_once(' ')?;
    let (segment, end) = facts.get("reads")?.split_once(' ')?;
    Some(Manifest {
        run: run(facts.get("run")?)?,
        parent: match *facts.get("parent")? {
            "-" => None,
            parent => Some(run(parent)?),
        },
        store: unhex(facts.get("store")?)?,
        process: match facts.get("process") {
            Some(process) => Some(unhex(process)?),
            None => None,
        },
        line: number(facts.get("line")?)?,
        release: (*facts.get("release")?).to_owned(),
        begun: facts.get("begun")?.parse().ok()?,
        ended: facts.get("ended")?.parse().ok()?,
        newest: facts.get("newest")?.parse().ok()?,
        seal: (number(seal)?, unhex(seal_hash)?),
        reads: (number(segment)?, number(end)?),
        buckets,
        heads: unhex(facts.get("heads")?)?,
        parts,
    })
}

/// Whether the text is a plain file name of ours, so that no manifest leads out of its folder.
fn is_file_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('.')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || pairs.len() != N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            run: "20260110T080000Z-1a2b3c4d".to_owned(),
            parent: Some("20260109T080000Z-00000001".to_owned()),
            store: [3; 16],
            process: Some([8; 16]),
            line: 1,
            release: "0.1.0".to_owned(),
            begun: "2026-01-10T08:00:00Z".parse().expect("a time"),
            ended: "2026-01-10T08:00:02.5Z".parse().expect("a time"),
            newest: 1_768_032_000_000_000,
            seal: (7, [9; 32]),
            reads: (2, 4096),
            buckets: BTreeMap::from([(0, (3, 2)), (1023, (1, 9))]),
            heads: [4; 32],
            parts: vec![Part {
                name: "state.age".to_owned(),
                bytes: 1234,
                sha256: [5; 32],
            }],
        }
    }

    #[test]
    fn a_manifest_is_read_back_and_every_changed_byte_is_noticed() {
        let text = manifest().to_text();
        assert_eq!(Manifest::parse(&text), Ok(manifest()));
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] ^= 1;
            if let Ok(changed) = String::from_utf8(changed) {
                assert!(Manifest::parse(&changed).is_err(), "byte {at}");
            }
        }
        for end in 0..text.len() {
            assert!(Manifest::parse(&text[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn a_manifest_of_a_later_format_is_told_apart_and_no_name_leads_out_of_the_folder() {
        let later = manifest()
            .to_text()
            .replacen("sarsen backup 1", "sarsen backup 2", 1);
        assert_eq!(Manifest::parse(&later), Err(Unreadable::Newer(2)));
        let mut outside = manifest();
        outside.parts[0].name = "../../etc/passwd".to_owned();
        assert_eq!(Manifest::parse(&outside.to_text()), Err(Unreadable::Malformed));
    }
}
