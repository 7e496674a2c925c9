//! Counts what was wrong, and slows down who guesses: by the address it came from, by the account it was for, and by the
//! browser that the account was used from before.
//!
//! An account that others guess at is closed to browsers it never was used from, and to those alone; a passkey is not
//! counted at all, since it cannot be guessed. Names that do not exist are counted as those that do.

use ::record::{Cabinet, Drawer, Expected};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ActionError;
use crate::access::digest_of;

/// For how long what was wrong is counted.
const COUNTED: SignedDuration = SignedDuration::from_mins(15);
/// How often something may be wrong for one account from browsers it was never used from.
const MOST_ACCOUNT: u32 = 10;
/// How often from one address.
const MOST_SOURCE: u32 = 50;
/// How often for an account from a browser it was used from: then that is forgotten.
pub(super) const MOST_DEVICE: u32 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Count {
    wrong: u32,
    since: Timestamp,
}

/// What is counted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of<'a> {
    /// A sign-in name, whether anybody has it or not.
    Name(&'a str),
    /// Where it came from.
    Source(&'a str),
    /// A browser that is known for an account.
    Device(&'a str),
}

impl Of<'_> {
    fn key(self) -> String {
        match self {
            Of::Name(name) => digest_of(&["name", name]),
            Of::Source(source) => digest_of(&["source", source]),
            Of::Device(device) => digest_of(&["device-wrong", device]),
        }
    }

    fn most(self) -> u32 {
        match self {
            Of::Name(_) => MOST_ACCOUNT,
            Of::Source(_) => MOST_SOURCE,
            Of::Device(_) => MOST_DEVICE,
        }
    }
}

/// How many minutes whoever comes with this has to wait; none when they need not.
pub(super) async fn wait(cabinet: &Cabinet, of: Of<'_>, now: Timestamp) -> Result<Option<u32>, ActionError> {
    let found = cabinet.get(Drawer::SignInAttempt, &of.key()).await?;
    let count: Option<Count> = found.and_then(|found| serde_json::from_slice(&found.value).ok());
    Ok(count.filter(|count| count.wrong >= of.most()).map(|count| {
        let end = count.since.saturating_add(COUNTED).unwrap_or(now);
        let seconds = end.duration_since(now).as_secs().max(1);
        u32::try_from(seconds.div_euclid(60) + 1).unwrap_or(1)
    }))
}

/// Counts one that was wrong; gives how many there were.
pub(super) async fn wrong(cabinet: &Cabinet, of: Of<'_>, now: Timestamp) -> Result<u32, ActionError> {
    let key = of.key();
    for _ in 0..6 {
        let found = cabinet.get(Drawer::SignInAttempt, &key).await?;
        let expected = found
            .as_ref()
            .map_or(Expected::Absent, |found| Expected::Version(found.version));
        let before: Option<Count> = found.and_then(|found| serde_json::from_slice(&found.value).ok());
        let count = Count {
            wrong: before.map_or(1, |before| before.wrong.saturating_add(1)),
            since: before.map_or(now, |before| before.since),
        };
        let value = serde_json::to_vec(&count).unwrap_or_default();
        let end = count.since.saturating_add(COUNTED).ok();
        if cabinet
            .put(Drawer::SignInAttempt, &key, expected, value, end)
            .await?
            .is_some()
        {
            return Ok(count.wrong);
        }
    }
    // Many at once: those that count beside this one are enough.
    Ok(0)
}

/// What was wrong is forgiven.
pub(super) async fn right(cabinet: &Cabinet, of: Of<'_>) -> Result<(), ActionError> {
    if cabinet.get(Drawer::SignInAttempt, &of.key()).await?.is_some() {
        cabinet
            .delete(Drawer::SignInAttempt, &of.key(), Expected::Any)
            .await?;
    }
    Ok(())
}
