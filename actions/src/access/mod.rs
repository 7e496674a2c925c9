//! Who comes in, and what they may see and do.
//!
//! - `rules` the policies (`policies/*.cedar`), checked and asked; `policies` which of them are in force
//! - `answers` what the policies said lately, by who asks as they see them
//! - `colleagues` whose records are those of colleagues
//! - `hand_over` a colleague is asked to take over from whoever is too close to a person
//! - `judge` facts about a person become a situation, and what the policies say of it a lens; `sights` keeps judges
//! - `open_up` a record opened in an emergency, or by saying that one has to do with the person
//! - `placed` who an actor is in records
//! - `reviews` the privacy office's inbox
//! - `withheld` looks that the person is not told of before a privacy officer says so
//! - `standing_to` how somebody stands to one person, for the pages
//! - `sign_in` tokens of the settings, `accounts/` accounts with passwords, second factors and passkeys, `sessions/` who is signed
//!   in, in every process of a store
//! - `provider`, `sign_in_with`, `staff_with`, `prove_again`, `identity`, `begun` providers of identities, which `interop` speaks with
//! - `smart/` what systems and apps are granted
//! - `caller` who a request turned out to be, for the limits

pub mod accounts;
mod answers;
mod begun;
mod caller;
mod colleagues;
mod hand_over;
mod identity;
mod judge;
mod open_up;
mod placed;
mod policies;
mod prove_again;
mod provider;
mod reviews;
mod rules;
pub mod sessions;
mod sights;
mod sign_in;
mod sign_in_with;
pub mod smart;
mod staff_with;
mod standing_to;
#[cfg(test)]
mod table;
mod withheld;

pub(crate) use accounts::reference;
pub use caller::Caller;
pub use colleagues::learn_colleagues;
pub use hand_over::{HandedOver, hand_over, handed_over, may_hand_over, take_over};
pub(crate) use judge::ActorJudge;
pub(crate) use open_up::PRIVACY_OFFICE;
pub use open_up::{Opened, Way, Whom, may_open_up, open_up};
pub use policies::Policies;
pub use reviews::{Finding, Review, close_review, may_review, reviews};
pub(crate) use reviews::{office_tasks, reasons_lately};
pub use rules::Rules;
pub(crate) use sights::Sights;
pub use sign_in::{Tokens, sign_in, takes_tokens};
pub use standing_to::{StandingTo, looks_through, standing_to};
pub(crate) use withheld::{Openings, openings_of};
pub use withheld::{release, withheld};

pub use prove_again::{NotProved, Proved, prove_again, proved_again};
pub use provider::{Ask, Begun, Fault, Later, Provider, StaffRole, StepUp, Vouched, Waiting, Who};
use sha2::{Digest, Sha256};
pub(crate) use sign_in_with::one_with;
pub use sign_in_with::{
    Arrival, Came, CameBack, NotLetIn, Providers, RoleChoice, come_back, go, providers, step_up, take_up,
};
pub use staff_with::choose;

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
