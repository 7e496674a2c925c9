//! What waits for a browser to come back: kept sealed in the cabinet for minutes, found once, by the browser that began it.

use ::record::{Drawer, Expected};
use jiff::SignedDuration;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::{ActionError, Actions};

/// How long a browser may be away.
pub(crate) const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// Keeps `what` under `word` for `browser`; `kind` keeps words of different ways apart.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub(crate) async fn keep<T: Serialize>(
    actions: &Actions,
    kind: &str,
    word: &str,
    browser: &str,
    what: &T,
) -> Result<(), ActionError> {
    let key = key(kind, word, browser);
    let plain = serde_json::to_vec(what).map_err(|_| ActionError::Unavailable("not kept".to_owned()))?;
    let cabinet = actions.record.cabinet();
    let sealed = cabinet.seal(Drawer::Authorization, &key, &plain)?;
    let end = actions.system_now() + PATIENCE;
    cabinet
        .put(Drawer::Authorization, &key, Expected::Any, sealed, Some(end))
        .await?;
    Ok(())
}

/// What was kept under `word` by this browser; it goes on waiting.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub(crate) async fn see<T: DeserializeOwned>(
    actions: &Actions,
    kind: &str,
    word: &str,
    browser: &str,
) -> Result<Option<T>, ActionError> {
    let key = key(kind, word, browser);
    let cabinet = actions.record.cabinet();
    let kept = cabinet.get(Drawer::Authorization, &key).await?;
    let plain = kept.and_then(|kept| cabinet.open(Drawer::Authorization, &key, &kept.value));
    Ok(plain.and_then(|plain| serde_json::from_slice(&plain).ok()))
}

/// Takes what was kept under `word` by this browser: a second time there is nothing. Another browser takes nothing, and
/// takes nothing away.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub(crate) async fn take<T: DeserializeOwned>(
    actions: &Actions,
    kind: &str,
    word: &str,
    browser: &str,
) -> Result<Option<T>, ActionError> {
    let key = key(kind, word, browser);
    let cabinet = actions.record.cabinet();
    let Some(kept) = cabinet.get(Drawer::Authorization, &key).await? else {
        return Ok(None);
    };
    // Of two who come at once, one takes it.
    let expected = Expected::Version(kept.version);
    if !cabinet.delete(Drawer::Authorization, &key, expected).await? {
        return Ok(None);
    }
    let plain = cabinet.open(Drawer::Authorization, &key, &kept.value);
    Ok(plain.and_then(|plain| serde_json::from_slice(&plain).ok()))
}

fn key(kind: &str, word: &str, browser: &str) -> String {
    let digest = Sha256::new()
        .chain_update(word)
        .chain_update([0])
        .chain_update(browser)
        .finalize();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{kind}/{hex}")
}
