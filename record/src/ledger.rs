//! `destructions.log` in the data directory: a line for each person whose record was destroyed, appended and never
//! changed, so that a database put back from a backup forgets them again. Lines hold internal keys and ids of actors;
//! each ends with a check, so that a line torn off when the machine stopped is not taken for a whole one.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::deed::Destruction;
use crate::error::RecordError;
use crate::ids::{CommitId, PersonKey};
use crate::keys;
use crate::reason::Reason;
use crate::writer::write::timestamp;

pub(crate) const NAME: &str = "destructions.log";

fn path(directory: &Path) -> PathBuf {
    directory.join(NAME)
}

/// Every destruction that the file tells of; lines that are not whole are left out.
pub(crate) fn read(directory: &Path) -> Result<Vec<Destruction>, RecordError> {
    match std::fs::read(path(directory)) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).lines().filter_map(load).collect()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(keys::unusable(NAME, &error)),
    }
}

/// Lines of those that the file does not tell of yet.
fn missing(directory: &Path, destructions: &[Destruction]) -> Result<String, RecordError> {
    let known = read(directory)?;
    let mut text = String::new();
    for each in destructions {
        let is_known = |old: &Destruction| (old.person, old.commit) == (each.person, each.commit);
        if !known.iter().any(is_known) {
            // A line of its own, also behind one that was torn off.
            text.push('\n');
            text.push_str(&store(each));
            text.push('\n');
        }
    }
    Ok(text)
}

/// The file as it would be with all of these: each process appends to its own, and only what itself destroyed or found
/// when it started.
pub(crate) fn with(directory: &Path, destructions: &[Destruction]) -> Result<Vec<u8>, RecordError> {
    let missing = missing(directory, destructions)?;
    let mut whole = match std::fs::read(path(directory)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        found => found.map_err(|error| keys::unusable(NAME, &error))?,
    };
    whole.extend_from_slice(missing.as_bytes());
    Ok(whole)
}

/// Appends those that are not in the file yet; durable when it returns.
pub(crate) fn append(directory: &Path, destructions: &[Destruction]) -> Result<(), RecordError> {
    let text = missing(directory, destructions)?;
    if text.is_empty() {
        return Ok(());
    }
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(path(directory))
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            std::fs::File::open(directory)?.sync_all()
        })
        .map_err(|error| keys::unusable(NAME, &error))
}

fn store(each: &Destruction) -> String {
    let plain = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    let fields = [
        each.person.value().to_string(),
        hex(&each.mark),
        each.at.as_microsecond().to_string(),
        each.ground.code().to_owned(),
        plain(&each.first),
        plain(&each.second),
        hex(&each.commit.0),
        each.versions.to_string(),
    ];
    let line = fields.join("\t");
    let check = check(&line);
    format!("{line}\t{check}")
}

fn load(line: &str) -> Option<Destruction> {
    let (said, checked) = line.rsplit_once('\t')?;
    if check(said) != checked {
        return None;
    }
    let fields: Vec<&str> = said.split('\t').collect();
    let [person, mark, at, ground, first, second, commit, versions] = fields.try_into().ok()?;
    Some(Destruction {
        person: PersonKey::from_value(person.parse().ok()?),
        mark: unhex(mark)?,
        at: timestamp(at.parse().ok()?),
        ground: Reason::ALL.into_iter().find(|reason| reason.code() == ground)?,
        first: first.to_owned(),
        second: second.to_owned(),
        commit: CommitId(unhex(commit)?),
        versions: versions.parse().ok()?,
        finished: false,
    })
}

fn check(line: &str) -> String {
    hex(&Sha256::digest(line.as_bytes())[..8])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 16]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let mut bytes = [0u8; 16];
    (rest.is_empty() && pairs.len() == bytes.len()).then_some(())?;
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Bucket;

    #[test]
    fn a_torn_line_is_left_out_and_the_next_one_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let destruction = |number| Destruction {
            person: PersonKey::new(Bucket::of_hash(b"x"), number),
            mark: [7; 16],
            at: timestamp(1_000_000),
            ground: Reason::Retention,
            first: "one".to_owned(),
            second: "an\tother".to_owned(),
            commit: CommitId([number as u8; 16]),
            versions: 3,
            finished: false,
        };
        append(folder.path(), &[destruction(1), destruction(2)]).expect("written");
        let whole = std::fs::read(path(folder.path())).expect("read");
        std::fs::write(path(folder.path()), &whole[..whole.len() - 9]).expect("torn");
        append(folder.path(), &[destruction(1), destruction(3)]).expect("written");
        let read = read(folder.path()).expect("read");
        let numbers: Vec<_> = read.iter().map(|each| each.person.number()).collect();
        assert_eq!(numbers, [1, 3]);
        assert_eq!(read[0].second, "an other");
    }
}
