//! Secrets that are shown once and kept as digests.

use sha2::{Digest, Sha256};

use crate::ActionError;

/// 256 random bits as 64 hexadecimal digits.
///
/// # Errors
/// [`ActionError::Unavailable`] when the operating system has no randomness to give.
pub(super) fn fresh() -> Result<String, ActionError> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|_| ActionError::Unavailable("the server has no randomness to give".to_owned()))?;
    Ok(hex(&bytes))
}

/// SHA-256 in hexadecimal digits.
pub(super) fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two digests are the same, in a time that does not tell where they differ.
pub(super) fn same(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).map(|(one, other)| one ^ other);
    one.len() == other.len() && differences.fold(0, |all, one| all | one) == 0
}
