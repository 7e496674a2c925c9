//! What a session is, to those who begin one and to those who are asked in one.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Actor;
use crate::access::accounts::How;
use crate::access::identity::Identity;

/// By which provider somebody came, and who they are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CameFrom {
    /// The provider's name in the settings.
    pub provider: String,
    pub(crate) identity: Identity,
}

/// A session that is to begin.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose it is: an account's id, or another name for who signed in by a provider; at most 64 letters, digits and `-._~:`.
    pub holder: String,
    /// Who acts, in one role.
    pub actor: Actor,
    /// What pages call the role: "Community nurse at …".
    pub words: String,
    /// A member of staff, not a citizen.
    pub staff: bool,
    /// How they proved it.
    pub how: How,
    /// By which provider they came, if by one.
    pub from: Option<CameFrom>,
    /// When they proved it with more than a password, if they did.
    pub confirmed: Option<Timestamp>,
    /// It ends when nothing was asked for so long.
    pub idle: Duration,
    /// It ends after so long in any case.
    pub absolute: Duration,
    /// Digest of the browser's own cookie: at which desk it is.
    pub desk: Option<String>,
    /// The browser in words.
    pub browser: String,
}

/// A session that is open now.
#[derive(Debug, Clone)]
pub struct OpenSession {
    /// Under which key it is kept; tells nothing about the cookie.
    pub key: String,
    /// Whose it is.
    pub holder: String,
    /// Who acts.
    pub actor: Actor,
    /// What pages call the role.
    pub words: String,
    /// A member of staff, not a citizen.
    pub staff: bool,
    /// How they proved it.
    pub how: How,
    /// By which provider they came, if by one.
    pub from: Option<CameFrom>,
    /// When they last proved it with more than a password.
    pub confirmed: Option<Timestamp>,
    /// Since when they are signed in.
    pub begun: Timestamp,
    /// At which desk it is.
    pub desk: Option<String>,
}

impl OpenSession {
    /// Whether they proved who they are within so many minutes, with more than a password.
    #[must_use]
    pub fn fresh_within(&self, minutes: u32, now: Timestamp) -> bool {
        self.confirmed.is_some_and(|then| {
            let since = now.duration_since(then);
            !since.is_negative() && since.as_mins() < i64::from(minutes)
        })
    }
}

/// What changes when a session goes on under a new secret.
#[derive(Debug, Clone, Default)]
pub struct Renewed {
    /// Another role, with its words and its times (idle, absolute).
    pub role: Option<(Actor, String, Duration, Duration)>,
    /// They proved it again just now.
    pub confirmed: Option<Timestamp>,
}

/// A session in the list of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLine {
    /// Its key: it may stand in a form.
    pub key: String,
    /// The role.
    pub words: String,
    /// The browser.
    pub browser: String,
    /// Since when.
    pub begun: Timestamp,
    /// When it was used last, give or take a minute.
    pub used: Timestamp,
    /// It waits at a shared desk for its holder.
    pub parked: bool,
}
