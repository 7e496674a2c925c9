//! Signing in by OpenID Connect: the authorization code flow with a proof key, for any number of providers.
//!
//! [`OpenId`] implements `actions::access::Provider`. The presets know what NHS CIS2 and NHS login ask for and say; the
//! protocol's checks are the crate openidconnect's, and what it leaves to its users is checked beside it: `at_hash`, `azp`,
//! when a token was made, and that signing keys are fetched again when they are changed.

mod claims;
mod flow;
mod known;
mod preset;
mod settings;

pub use flow::OpenId;
pub use settings::{Credential, Preset, ProviderSettings};
