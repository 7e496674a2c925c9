//! Keys that stand at an address: kept, and fetched again when a token names one that is not among them, but not at
//! everybody's bidding.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, StatusCode, header};
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::algorithm::Algorithm;
use super::key_set::KeySet;
use super::token::{Claims, TokenFault, peek, verify};
use crate::outward::ask;

/// Keys older than this are fetched again before they are used.
const OLD: Duration = Duration::from_secs(60 * 60);
/// How soon after one fetch that an unknown key caused another may follow.
const CALM: Duration = Duration::from_secs(30);

/// The keys at an address.
pub(crate) struct RemoteKeys {
    address: String,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    keys: Option<(Arc<KeySet>, Instant)>,
    forced: Option<Instant>,
}

impl RemoteKeys {
    pub(crate) fn new(address: &str) -> RemoteKeys {
        RemoteKeys {
            address: address.to_owned(),
            known: Mutex::default(),
        }
    }

    /// The claims of a token that one of these keys signed.
    ///
    /// # Errors
    /// [`TokenFault`]; [`TokenFault::Key`] also when the keys cannot be fetched.
    pub(crate) async fn verify(&self, token: &str, allowed: &[Algorithm]) -> Result<Claims, TokenFault> {
        let peeked = peek(token)?;
        if !allowed.contains(&peeked.algorithm) {
            return Err(TokenFault::Algorithm);
        }
        let keys = self.keys_with(peeked.key.as_deref(), peeked.algorithm).await;
        verify(token, keys.ok_or(TokenFault::Key)?.as_ref(), allowed)
    }

    async fn keys_with(&self, key: Option<&str>, algorithm: Algorithm) -> Option<Arc<KeySet>> {
        // Whoever comes meanwhile waits for the one fetch.
        let mut known = self.known.lock().await;
        let now = Instant::now();
        if let Some((keys, since)) = &known.keys
            && now.duration_since(*since) < OLD
        {
            let calm = known.forced.is_some_and(|at| now.duration_since(at) < CALM);
            if keys.has(key, algorithm) || calm {
                return Some(Arc::clone(keys));
            }
            known.forced = Some(now);
        }
        if let Some(keys) = fetch(&self.address).await {
            known.keys = Some((Arc::new(keys), now));
        }
        // Old keys are better than none while their address does not answer, for one more hour.
        known
            .keys
            .as_ref()
            .filter(|(_, since)| now.duration_since(*since) < OLD * 2)
            .map(|(keys, _)| Arc::clone(keys))
    }
}

async fn fetch(address: &str) -> Option<KeySet> {
    let request = Request::get(address)
        .header(header::ACCEPT, "application/json")
        .body(Vec::new())
        .ok()?;
    let answer = match ask(request).await {
        Ok(answer) if answer.status() == StatusCode::OK => answer,
        Ok(answer) => {
            tracing::warn!(status = answer.status().as_u16(), "keys could not be fetched");
            return None;
        }
        Err(error) => {
            tracing::warn!(%error, "keys could not be fetched");
            return None;
        }
    };
    let json: Value = serde_json::from_slice(answer.body()).ok()?;
    KeySet::parse(&json)
        .inspect_err(|error| tracing::warn!(error, "keys could not be read"))
        .ok()
}
