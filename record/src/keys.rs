//! The keys of a data directory (`keys/`, readable by its owner alone): one signs seals, one closes page tokens.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use ed25519_dalek::{SigningKey, VerifyingKey};

use crate::error::RecordError;

/// The keys of a data directory.
pub(crate) struct Keys {
    pub(crate) seal: SigningKey,
    pub(crate) page: [u8; 32],
}

/// Reads the keys, making those that are not there.
pub(crate) fn open(directory: &Path) -> Result<Keys, RecordError> {
    let folder = directory.join("keys");
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)
        .map_err(|error| unusable("keys", &error))?;
    let seal = SigningKey::from_bytes(&key(&folder, "seal.key")?);
    let page = key(&folder, "page.key")?;
    let public = folder.join("seal.pub");
    if keys_differ(&public, &seal) {
        std::fs::write(&public, hex(seal.verifying_key().as_bytes()))
            .map_err(|error| unusable("keys/seal.pub", &error))?;
    }
    Ok(Keys { seal, page })
}

fn keys_differ(public: &Path, seal: &SigningKey) -> bool {
    std::fs::read_to_string(public).map_or(true, |text| text.trim() != hex(seal.verifying_key().as_bytes()))
}

/// Reads the public key that seals are checked with.
pub(crate) fn public(directory: &Path) -> Result<VerifyingKey, RecordError> {
    let text = std::fs::read_to_string(directory.join("keys/seal.pub"))
        .map_err(|error| unusable("keys/seal.pub", &error))?;
    unhex(text.trim())
        .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok())
        .ok_or_else(|| RecordError::Corrupt {
            detail: "keys/seal.pub".to_owned(),
        })
}

/// Bytes that nobody can foretell.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], RecordError> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|error| RecordError::Engine {
        detail: format!("random: {error}"),
    })?;
    Ok(bytes)
}

fn key(folder: &Path, name: &str) -> Result<[u8; 32], RecordError> {
    let path = folder.join(name);
    let what = format!("keys/{name}");
    match std::fs::read_to_string(&path) {
        Ok(text) => unhex(text.trim()).ok_or(RecordError::Corrupt { detail: what }),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let bytes = random::<32>()?;
            // Written beside and renamed, so that a kill leaves a whole key or none.
            let part = path.with_extension("part");
            OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&part)
                .and_then(|mut file| {
                    file.write_all(hex(&bytes).as_bytes())?;
                    file.sync_all()
                })
                .and_then(|()| std::fs::rename(&part, &path))
                // The name is to be as durable as the key.
                .and_then(|()| std::fs::File::open(folder)?.sync_all())
                .map_err(|error| unusable(&what, &error))?;
            Ok(bytes)
        }
        Err(error) => Err(unusable(&what, &error)),
    }
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

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || pairs.len() != 32 {
        return None;
    }
    let mut bytes = [0u8; 32];
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
