//! The private keys that sign identity tokens: the same in every process of a store, kept sealed, made anew every so often. The
//! one before stays known, so that what it signed can still be checked.

use ::record::{Drawer, Expected};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{ActionError, Actions};

const KEY: &str = "identity-keys";
/// How long a key signs.
const SIGNS: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How many are known: the one that signs, and the one before.
const KNOWN: usize = 2;
/// How often it is tried again when another process makes one at the same time.
const TRIES: usize = 4;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    made: Timestamp,
    sealed: String,
}

/// The keys in PKCS #8, the one that signs first, at most two. `fresh` makes one where there is none, or none that is young
/// enough.
///
/// # Errors
/// [`ActionError::Unavailable`] when the record fails, `fresh` does, or the keys were sealed under another `keys/cabinet.key`.
pub async fn identity_keys(
    actions: &Actions,
    fresh: impl Fn() -> Result<Vec<u8>, &'static str>,
) -> Result<Vec<Vec<u8>>, ActionError> {
    let cabinet = actions.record.cabinet();
    for _ in 0..TRIES {
        let found = cabinet.get(Drawer::Authorization, KEY).await?;
        let (mut kept, expected) = match found {
            None => (Vec::new(), Expected::Absent),
            Some(found) => {
                let kept: Vec<Kept> = serde_json::from_slice(&found.value).map_err(|_| unreadable())?;
                (kept, Expected::Version(found.version))
            }
        };
        let now = actions.system_now();
        if kept
            .first()
            .is_some_and(|first| now.duration_since(first.made) < SIGNS)
        {
            let open = |kept: &Kept| {
                let sealed = STANDARD_NO_PAD.decode(&kept.sealed).ok()?;
                cabinet.open(Drawer::Authorization, KEY, &sealed)
            };
            let keys: Vec<Vec<u8>> = kept.iter().filter_map(open).collect();
            return if keys.is_empty() {
                Err(unreadable())
            } else {
                Ok(keys)
            };
        }
        let new = fresh().map_err(|words| ActionError::Unavailable(words.to_owned()))?;
        let sealed = cabinet.seal(Drawer::Authorization, KEY, &new)?;
        kept.insert(
            0,
            Kept {
                made: now,
                sealed: STANDARD_NO_PAD.encode(sealed),
            },
        );
        kept.truncate(KNOWN);
        let bytes = serde_json::to_vec(&kept).map_err(|_| unreadable())?;
        // Whoever was first decides; the next look reads what they kept.
        cabinet
            .put(Drawer::Authorization, KEY, expected, bytes, None)
            .await?;
    }
    Err(ActionError::Busy)
}

fn unreadable() -> ActionError {
    ActionError::Unavailable(
        "the keys of identity tokens cannot be opened: every process of a store needs the same keys/cabinet.key".to_owned(),
    )
}
