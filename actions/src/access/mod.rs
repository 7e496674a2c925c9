//! Who comes in: by a token of the settings, by an account of the house's own, or by a provider of identities; and who is
//! signed in now.
//!
//! - `sign_in.rs`: tokens of the settings
//! - `accounts/`: accounts with passwords, second factors and passkeys
//! - `sessions/`: who is signed in, in every process of a store
//! - `provider.rs`, `sign_in_with.rs`, `begun.rs`: providers of identities, which `interop` speaks with
//! - `smart/`: what systems and apps are granted

pub mod accounts;
mod begun;
mod provider;
pub mod sessions;
mod sign_in;
mod sign_in_with;
pub mod smart;

pub(crate) use accounts::reference;
pub use provider::{Ask, Begun, Fault, Later, Provider, StaffRole, StepUp, Vouched, Waiting, Who};
use sha2::{Digest, Sha256};
pub use sign_in::{Tokens, sign_in, takes_tokens};
pub use sign_in_with::{
    Arrival, CameBack, NotLetIn, Providers, RoleChoice, choose, come_back, go, providers, step_up,
};

use crate::ActionError;

/// Bytes that nobody can foretell.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], ActionError> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes)
        .map_err(|_| ActionError::Unavailable("the system has no randomness to give".to_owned()))?;
    Ok(bytes)
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest of a few words, each told from the next, as 64 hexadecimal digits: what stands in keys instead of them.
pub(crate) fn digest_of(words: &[&str]) -> String {
    let mut digest = Sha256::new();
    for word in words {
        digest.update((word.len() as u64).to_be_bytes());
        digest.update(word.as_bytes());
    }
    hex(&digest.finalize())
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub(crate) fn same_text(expected: &str, given: &str) -> bool {
    expected.len() == given.len()
        && expected
            .bytes()
            .zip(given.bytes())
            .fold(0u8, |difference, (a, b)| difference | (a ^ b))
            == 0
}
