//! Systems and apps that come in by OAuth 2, as SMART App Launch 2.2 has it: which clients there are, what they were
//! granted, and the tokens that show it. The doors in `interop` check signatures and speak HTTP; the pages in `web` ask
//! people for their consent; what is granted is decided here.
//!
//! Tokens are 256 random bits; the cabinet holds their digests alone. Nothing of this is ever logged.

mod authorise;
mod client;
mod granted;
mod identity_keys;
mod kept_actor;
mod let_in;
mod token;

pub use authorise::{
    Asked, Authorised, Consent, NotAuthorised, ask, authorise, consent, decline, launch, launchable,
    person_with, redeem,
};
pub use client::{Client, ClientKeys, Proof, add_client, client, clients, disable_client, prove_secret};
pub(crate) use granted::end_grants_of;
pub use granted::{
    Granted, NotGranted, for_system, introspect, public_client_of, refresh, revoke, use_assertion, with_token,
};
pub use identity_keys::identity_keys;
pub use let_in::{LetIn, let_in, shut_app_out};
