//! Who somebody is at a provider, as it is kept: a digest of the provider's issuer and of its own name for them, from which neither
//! can be read.

use ::record::{Drawer, Expected};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::provider::Provider;
use super::{hex, random};
use crate::{ActionError, Actions};

/// Somebody at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity(String);

impl Identity {
    /// Whoever this issuer calls `subject`.
    #[must_use]
    pub(crate) fn new(issuer: &str, subject: &str) -> Identity {
        let digest = Sha256::new()
            .chain_update(issuer)
            .chain_update([0])
            .chain_update(subject)
            .finalize();
        Identity(hex(&digest))
    }

    /// The identity that was kept as this digest.
    pub(crate) fn of_digest(digest: String) -> Identity {
        Identity(digest)
    }

    /// 64 hexadecimal digits.
    pub(crate) fn digest(&self) -> &str {
        &self.0
    }

    fn key(&self) -> String {
        format!("provider/{}", self.0)
    }
}

/// Sarsen's own id of this identity, if it ever came in without an account.
///
/// # Errors
/// When the record cannot be read.
pub(crate) async fn known_id(actions: &Actions, identity: &Identity) -> Result<Option<String>, ActionError> {
    let cabinet = actions.record.cabinet();
    let kept = cabinet.get(Drawer::AccountName, &identity.key()).await?;
    Ok(kept.and_then(|kept| String::from_utf8(kept.value).ok()))
}

/// Sarsen's own id of somebody whom a provider vouches for and who has no account: made when they first come, the same ever after,
/// and nothing can be read from it.
///
/// # Errors
/// When the record cannot be used, or there is no randomness.
pub(crate) async fn own_id(
    actions: &Actions,
    provider: &dyn Provider,
    identity: &Identity,
) -> Result<String, ActionError> {
    if let Some(id) = known_id(actions, identity).await? {
        return Ok(id);
    }
    let name: String = provider.name().chars().take(24).collect();
    let fresh = format!("{name}-{}", hex(&random::<16>()?));
    let cabinet = actions.record.cabinet();
    let (key, value) = (identity.key(), fresh.clone().into_bytes());
    let put = cabinet.put(Drawer::AccountName, &key, Expected::Absent, value, None);
    match put.await? {
        Some(_) => Ok(fresh),
        // They came in twice at once, and the other way was first.
        None => Ok(known_id(actions, identity).await?.unwrap_or(fresh)),
    }
}
