//! Other houses that know who somebody is: providers of OpenID Connect, behind one trait that `interop` implements.

use std::future::Future;
use std::pin::Pin;

use codes::nhs_number::NhsNumber;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::accounts::AccountKind;

/// What a provider gives back, later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;

/// Somebody who vouches for people: NHS CIS2 for staff, NHS login for citizens, an organisation's own directory.
pub trait Provider: Send + Sync + 'static {
    /// Its name in addresses: 1 to 40 of `a-z 0-9 -`.
    fn name(&self) -> &str;

    /// What it is called on the sign-in page.
    fn label(&self) -> &str;

    /// For whom it vouches.
    fn vouches_for(&self) -> AccountKind;

    /// Whether it lets in those members of staff alone whose identity there is linked to an account.
    fn linked_only(&self) -> bool;

    /// Whether an identity can be proved further there, by somebody who came with less than the record needs.
    fn can_step_up(&self) -> bool;

    /// Where to send the browser, and what has to be known when it comes back.
    fn begin<'a>(&'a self, ask: &'a Ask) -> Later<'a, Begun>;

    /// Who came back with this code, by tokens that were checked.
    fn finish<'a>(&'a self, waiting: &'a Waiting, code: &'a str) -> Later<'a, Vouched>;

    /// The issuer, as it names itself.
    fn issuer(&self) -> &str;
}

/// With what somebody is sent to a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What the NHS App hands over so that nobody has to sign in twice; passed on unread.
    pub asserted_login: Option<String>,
    /// The identity is to be proved as far as the record needs.
    pub step_up: Option<StepUp>,
    /// They are signed in, and prove just now that it is still them: the provider signs them in anew.
    #[serde(default)]
    pub again: bool,
}

/// Somebody who signed in with less than the record needs, and goes back to prove who they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepUp {
    /// The id of the token they signed in by, when the provider gave it one.
    pub token_id: Option<String>,
}

/// A sign-in that was begun.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Where the browser goes.
    pub address: String,
    /// What has to be known when it comes back.
    pub waiting: Waiting,
}

/// What has to be known when a browser comes back. It never leaves the server.
#[derive(Clone, Serialize, Deserialize)]
pub struct Waiting {
    /// Comes back in the address; whoever does not bring it did not begin here.
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// The secret half of the proof key (PKCE).
    pub verifier: String,
    /// With what it was begun.
    pub ask: Ask,
    /// When it was begun.
    pub begun: Timestamp,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waiting").finish_non_exhaustive()
    }
}

/// Who somebody is, as a provider vouches for it.
#[derive(Clone)]
pub struct Vouched {
    /// The provider's own name of them; a national number perhaps, so it is kept as a digest alone.
    pub subject: String,
    /// Staff or citizen, with what was proved.
    pub who: Who,
    /// The id of the token, for a step-up.
    pub token_id: Option<String>,
    /// The identifier (system, value) by which the directory knows a member of staff; never kept or logged.
    pub directory_id: Option<(&'static str, String)>,
}

impl std::fmt::Debug for Vouched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vouched").finish_non_exhaustive()
    }
}

/// What somebody was vouched for.
#[derive(Debug, Clone)]
pub enum Who {
    /// A member of staff with the roles that they hold.
    Staff {
        /// The roles, of which they act in one.
        roles: Vec<StaffRole>,
        /// How surely the identity was proved: 0 to 3.
        identity: u8,
        /// How surely they signed in just now: 0 to 3.
        authentication: u8,
    },
    /// A citizen.
    Citizen {
        /// Their number; never shown, and of no use below P9.
        nhs_number: Option<NhsNumber>,
        /// How surely the identity was proved: 0, 5 or 9.
        identity: u8,
        /// How surely they signed in just now: 1 to 3.
        authentication: u8,
    },
}

/// One role of a member of staff in one organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRole {
    /// The provider's id of this role of theirs.
    pub id: String,
    /// The national role code, `S8000:G8000:R8001`.
    pub code: String,
    /// What the provider calls it.
    pub label: String,
    /// The ODS code of the organisation.
    pub organisation: Option<String>,
    /// National activity codes.
    pub activities: Vec<String>,
}

/// Why a provider's word is not taken. The words are fixed: nothing of a token is in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It does not answer, or not in time.
    #[error("the provider does not answer")]
    Unreachable,
    /// What it says about itself does not fit what is configured.
    #[error("the provider's description of itself cannot be used")]
    Discovery,
    /// It refused the code: used before, made up, or too old.
    #[error("the provider refused the code")]
    Code,
    /// Its answer cannot be read.
    #[error("the provider's answer cannot be read")]
    Answer,
    /// The token is somebody else's.
    #[error("the token is of another issuer")]
    Issuer,
    /// The token is for somebody else.
    #[error("the token is for another client")]
    Audience,
    /// The token answers another sign-in.
    #[error("the token answers another sign-in")]
    Nonce,
    /// The token is too old, or from the future.
    #[error("the token's time is not now")]
    Time,
    /// The signature is not the issuer's, or made in a way that is not taken.
    #[error("the token's signature is not the issuer's")]
    Signature,
    /// The access token does not belong to the identity token.
    #[error("the tokens do not belong together")]
    Mismatch,
    /// Less was proved than was asked for.
    #[error("less was proved than was asked for")]
    Assurance,
    /// Whoever was to prove it again was not signed in anew.
    #[error("they did not sign in just now")]
    NotJustNow,
    /// When they signed in is not said, though it was asked for.
    #[error("the provider does not say when they signed in")]
    NoSignInTime,
}
