//! What is known of a provider: its description of itself and its keys, kept for an hour.

use std::sync::Arc;
use std::time::Duration;

use actions::access::Fault;
use openidconnect::core::{CoreJsonWebKeySet, CoreProviderMetadata};
use openidconnect::{DiscoveryError, IssuerUrl};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::outward::{NoAnswer, ask};

/// A description older than this is fetched again.
const OLD: Duration = Duration::from_secs(60 * 60);
/// How soon after one fetch that an unknown key caused another may follow: forged tokens cannot make us ask and ask.
const CALM: Duration = Duration::from_secs(30);

/// A provider's description of itself, fetched when it is needed.
pub(super) struct Known {
    issuer: IssuerUrl,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    metadata: Option<(Arc<CoreProviderMetadata>, Instant)>,
    forced: Option<Instant>,
}

impl Known {
    pub(super) fn new(issuer: IssuerUrl) -> Known {
        Known {
            issuer,
            kept: Mutex::default(),
        }
    }

    /// What the provider says of itself.
    ///
    /// # Errors
    /// [`Fault::Unreachable`], [`Fault::Discovery`].
    pub(super) async fn metadata(&self) -> Result<Arc<CoreProviderMetadata>, Fault> {
        let mut kept = self.kept.lock().await;
        if let Some((metadata, since)) = &kept.metadata
            && since.elapsed() < OLD
        {
            return Ok(Arc::clone(metadata));
        }
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &ask).await;
        let metadata = Arc::new(found.map_err(|error| fault(&error))?);
        kept.metadata = Some((Arc::clone(&metadata), Instant::now()));
        Ok(metadata)
    }

    /// The same with its keys fetched anew, for a token that names an unknown one; nothing when that was done just now.
    pub(super) async fn with_new_keys(&self) -> Option<Arc<CoreProviderMetadata>> {
        let mut kept = self.kept.lock().await;
        if kept.forced.is_some_and(|at| at.elapsed() < CALM) {
            return None;
        }
        kept.forced = Some(Instant::now());
        let (metadata, _) = kept.metadata.clone()?;
        let keys = CoreJsonWebKeySet::fetch_async(metadata.jwks_uri(), &ask)
            .await
            .ok()?;
        let metadata = Arc::new(metadata.as_ref().clone().set_jwks(keys));
        kept.metadata = Some((Arc::clone(&metadata), Instant::now()));
        Some(metadata)
    }
}

fn fault(error: &DiscoveryError<NoAnswer>) -> Fault {
    match error {
        DiscoveryError::Request(why) => {
            tracing::warn!(%why, "a provider of sign-in does not answer");
            Fault::Unreachable
        }
        _ => Fault::Discovery,
    }
}
