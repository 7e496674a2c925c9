//! The keys of a data directory (`keys/`, readable by its owner alone): one signs seals, one closes page tokens, one
//! makes the marks of what was destroyed, one seals what the cabinet must not show.
//!
//! A new signing key is made beside the old one (`seal.next`). Whoever seals next introduces it by a signature of the old
//! key, and once that is committed the new key takes the old one's place: the old private key is gone.

use std::cell::RefCell;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use ed25519_dalek::{SigningKey, VerifyingKey};

use crate::error::RecordError;
use crate::mark::Marker;

/// The name of the signing key.
const SEAL: &str = "seal.key";
/// The name of the signing key to come.
const NEXT: &str = "seal.next";
/// How many random bytes a thread fetches at once for names.
const DRAWN: usize = 1024;

/// The keys of a data directory.
pub(crate) struct Keys {
    pub(crate) seal: SigningKey,
    pub(crate) page: [u8; 32],
    pub(crate) marker: Marker,
    pub(crate) cabinet: [u8; 32],
}

/// Reads the keys, making those that are not there.
pub(crate) fn open(directory: &Path) -> Result<Keys, RecordError> {
    let folder = directory.join("keys");
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)
        .map_err(|error| unusable("keys", &error))?;
    let seal = SigningKey::from_bytes(&key(&folder, SEAL)?);
    let page = key(&folder, "page.key")?;
    let marker = Marker(key(&folder, "mark.key")?);
    let cabinet = key(&folder, "cabinet.key")?;
    write_public(&folder, &seal)?;
    Ok(Keys {
        seal,
        page,
        marker,
        cabinet,
    })
}

fn write_public(folder: &Path, seal: &SigningKey) -> Result<(), RecordError> {
    let public = hex(seal.verifying_key().as_bytes());
    if std::fs::read_to_string(folder.join("seal.pub")).is_ok_and(|text| text.trim() == public) {
        return Ok(());
    }
    write_whole(folder, "seal.pub", public.as_bytes()).map_err(|error| unusable("keys/seal.pub", &error))
}

/// The signing key as it stands in the folder now: another process may have changed it.
pub(crate) fn seal_key(directory: &Path) -> Result<Option<SigningKey>, RecordError> {
    kept(&directory.join("keys"), SEAL)
}

/// The signing key to come, when somebody asked for one.
pub(crate) fn next_seal_key(directory: &Path) -> Result<Option<SigningKey>, RecordError> {
    kept(&directory.join("keys"), NEXT)
}

/// Makes the signing key to come, unless there is one.
pub(crate) fn prepare_next(directory: &Path) -> Result<(), RecordError> {
    key(&directory.join("keys"), NEXT).map(|_| ())
}

/// The key to come takes the place of the signing key, whose private half is gone thereby.
pub(crate) fn take_up_next(directory: &Path) -> Result<(), RecordError> {
    let folder = directory.join("keys");
    match std::fs::rename(folder.join(NEXT), folder.join(SEAL)) {
        Ok(()) => {}
        // Another process with the same folder was first.
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(unusable("keys/seal.key", &error)),
    }
    std::fs::File::open(&folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| unusable("keys", &error))?;
    match kept(&folder, SEAL)? {
        Some(seal) => write_public(&folder, &seal),
        None => Ok(()),
    }
}

fn kept(folder: &Path, name: &str) -> Result<Option<SigningKey>, RecordError> {
    let what = format!("keys/{name}");
    match std::fs::read_to_string(folder.join(name)) {
        Ok(text) => unhex(text.trim())
            .map(|bytes| Some(SigningKey::from_bytes(&bytes)))
            .ok_or(RecordError::Corrupt { detail: what }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(&what, &error)),
    }
}

/// Reads the public key that seals are checked with.
pub(crate) fn public(directory: &Path) -> Result<VerifyingKey, RecordError> {
    let text = std::fs::read_to_string(directory.join("keys/seal.pub"))
        .map_err(|error| unusable("keys/seal.pub", &error))?;
    public_from_hex(text.trim()).ok_or_else(|| RecordError::Corrupt {
        detail: "keys/seal.pub".to_owned(),
    })
}

/// A public key behind its 64 hexadecimal digits.
pub(crate) fn public_from_hex(text: &str) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&unhex(text)?).ok()
}

/// Bytes that nobody can foretell.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], RecordError> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|error| RecordError::Engine {
        detail: format!("random: {error}"),
    })?;
    Ok(bytes)
}

/// Bytes for a name that nobody else may draw (an id, not a secret): from the system's randomness, of which each thread
/// fetches enough for many names at once.
pub(crate) fn drawn<const N: usize>() -> Result<[u8; N], RecordError> {
    thread_local! {
        static STORE: RefCell<(usize, [u8; DRAWN])> = const { RefCell::new((DRAWN, [0; DRAWN])) };
    }
    const { assert!(N <= DRAWN) };
    STORE.with_borrow_mut(|(used, store)| {
        if *used + N > DRAWN {
            *store = random()?;
            *used = 0;
        }
        let (bytes, _) = store[*used..].split_first_chunk::<N>().unwrap_or((&[0; N], &[]));
        *used += N;
        Ok(*bytes)
    })
}

fn key(folder: &Path, name: &str) -> Result<[u8; 32], RecordError> {
    let path = folder.join(name);
    let what = format!("keys/{name}");
    match std::fs::read_to_string(&path) {
        Ok(text) => unhex(text.trim()).ok_or(RecordError::Corrupt { detail: what }),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let bytes = random::<32>()?;
            write_whole(folder, name, hex(&bytes).as_bytes()).map_err(|error| unusable(&what, &error))?;
            Ok(bytes)
        }
        Err(error) => Err(unusable(&what, &error)),
    }
}

/// Writes a small file that only its owner may read, beside its place and then into it, so that a kill leaves the whole
/// file or none; its name is as durable as its content.
pub(crate) fn write_whole(folder: &Path, name: &str, content: &[u8]) -> std::io::Result<()> {
    let part = folder.join(format!("{name}.part"));
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&part)
        .and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()
        })?;
    std::fs::rename(&part, folder.join(name))?;
    std::fs::File::open(folder)?.sync_all()
}

pub(crate) fn unusable(what: &str, error: &std::io::Error) -> RecordError {
    match crate::audit::appender::io_error(error) {
        RecordError::Disk { detail } => RecordError::Directory {
            what: what.to_owned(),
            why: detail,
        },
        other => other,
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes behind exactly as many pairs of hexadecimal digits.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || pairs.len() != N {
        return None;
    }
    let mut bytes = [0u8; N];
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn keys_are_kept_and_only_their_owner_may_read_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = open(folder.path()).expect("opens");
        let again = open(folder.path()).expect("opens again");
        assert_eq!(
            (first.seal.to_bytes(), first.page),
            (again.seal.to_bytes(), again.page)
        );
        let mode = std::fs::metadata(folder.path().join("keys/seal.key"))
            .expect("is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(public(folder.path()).expect("reads"), first.seal.verifying_key());
    }
}
