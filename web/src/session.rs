//! What a browser is given of who is signed in: cookies, tokens of forms, and the searches that a session remembers.
//!
//! Who is signed in stands in the record's cabinet (`actions::access::sessions`); the cookie carries 256 random bits. Searches
//! are kept in memory of this process alone, because they hold people's details: so a search stands in no address, and the
//! way back from a record works.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actions::Actor;
use actions::access::sessions;
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};

use crate::hex;
use crate::staff::person::Asked;

/// How many searches a session remembers.
const SEARCHES: usize = 20;
/// Of how many sessions searches are kept.
const SESSIONS: usize = 10_000;
/// For how long a browser keeps its own cookie: 180 days.
const DEVICE_SECONDS: u32 = 180 * 24 * 60 * 60;

/// The part of a cookie or token that is secret: 64 hexadecimal digits.
pub(crate) type Secret = String;

/// A session that is open now, as a request sees it.
#[derive(Debug, Clone)]
pub(crate) struct OpenSession {
    pub(crate) actor: Actor,
    /// The token that this session's forms must carry.
    pub(crate) csrf: String,
    /// What is kept of it.
    pub(crate) held: sessions::OpenSession,
}

impl OpenSession {
    pub(crate) fn new(held: sessions::OpenSession, secret: &str) -> OpenSession {
        OpenSession {
            actor: held.actor.clone(),
            csrf: form_token(secret),
            held,
        }
    }
}

/// By the key of a session: its searches, the last first, each under its name.
type BySession = HashMap<String, VecDeque<(String, Asked)>>;

/// The searches that sessions remember.
#[derive(Clone, Default)]
pub(crate) struct Searches {
    kept: Arc<Mutex<BySession>>,
}

impl Searches {
    fn lock(&self) -> MutexGuard<'_, BySession> {
        // A panic while the lock was held leaves a map that is still a map.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a search under a random name that may stand in an address.
    pub(crate) fn remember(&self, session: &OpenSession, name: String, asked: Asked) {
        let mut kept = self.lock();
        if kept.len() >= SESSIONS && !kept.contains_key(&session.held.key) {
            // Those of somebody, no matter whom: they search again.
            let other = kept.keys().next().cloned();
            other.map(|other| kept.remove(&other));
        }
        let searches = kept.entry(session.held.key.clone()).or_default();
        searches.push_front((name, asked));
        searches.truncate(SEARCHES);
    }

    /// The search that this session remembers under `name`.
    pub(crate) fn recall(&self, session: &OpenSession, name: &str) -> Option<Asked> {
        let kept = self.lock();
        let searches = kept.get(&session.held.key)?;
        searches
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, asked)| asked.clone())
    }

    /// Forgets what a session remembers.
    pub(crate) fn forget(&self, key: &str) {
        self.lock().remove(key);
    }

    /// The session goes on under another key.
    pub(crate) fn move_to(&self, key: &str, new: &str) {
        let mut kept = self.lock();
        if let Some(searches) = kept.remove(key) {
            kept.insert(new.to_owned(), searches);
        }
    }
}

/// The token that forms carry for the holder of this cookie: whoever does not know the cookie cannot make it.
pub(crate) fn form_token(secret: &str) -> String {
    let digest: [u8; 32] = Sha256::new()
        .chain_update(b"the token of a form of Sarsen's: ")
        .chain_update(secret)
        .finalize()
        .into();
    hex::words(&digest)
}

/// Whether two tokens are the same, in a time that does not tell where they differ.
pub(crate) fn same_token(expected: &str, given: &str) -> bool {
    expected.len() == given.len()
        && expected
            .bytes()
            .zip(given.bytes())
            .fold(0u8, |difference, (a, b)| difference | (a ^ b))
            == 0
}

/// 256 random bits from the operating system, as 64 hexadecimal digits.
///
/// # Errors
/// The operating system's, when it has no randomness to give: nobody may sign in then.
pub(crate) fn fresh_secret() -> Result<Secret, getrandom::Error> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(hex::words(&bytes))
}

/// The cookies: of a session, of a sign-in before there is one, and of the browser itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    Session,
    SignIn,
    /// By which an account knows a browser that it was used from before.
    Device,
}

impl Cookie {
    pub(crate) fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Cookie::Session, true) => "__Host-sarsen",
            (Cookie::Session, false) => "sarsen",
            (Cookie::SignIn, true) => "__Host-sarsen-sign-in",
            (Cookie::SignIn, false) => "sarsen-sign-in",
            (Cookie::Device, true) => "__Host-sarsen-device",
            (Cookie::Device, false) => "sarsen-device",
        }
    }

    /// The secret this cookie carries in a request, if it is one of ours in form.
    pub(crate) fn read(self, headers: &HeaderMap, secure: bool) -> Option<Secret> {
        let name = self.name(secure);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(found, _)| *found == name)
            .map(|(_, secret)| secret.to_owned())
            .filter(|secret| secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }

    /// The header that gives the browser the secret: for as long as it runs, and its own for half a year.
    pub(crate) fn give(self, secret: &str, secure: bool) -> Option<HeaderValue> {
        let age = match self {
            Cookie::Device => format!("Max-Age={DEVICE_SECONDS}; "),
            Cookie::Session | Cookie::SignIn => String::new(),
        };
        let text = format!("{}={secret}; {age}{}", self.name(secure), attributes(secure));
        HeaderValue::from_str(&text).ok()
    }

    /// The header that makes the browser forget it.
    pub(crate) fn forget(self, secure: bool) -> Option<HeaderValue> {
        HeaderValue::from_str(&format!(
            "{}=; Max-Age=0; {}",
            self.name(secure),
            attributes(secure)
        ))
        .ok()
    }
}

fn attributes(secure: bool) -> &'static str {
    if secure {
        "Path=/; HttpOnly; SameSite=Strict; Secure"
    } else {
        "Path=/; HttpOnly; SameSite=Strict"
    }
}

#[cfg(test)]
mod tests {
    use super::{Cookie, form_token, same_token};
    use http::{HeaderMap, HeaderValue, header};

    const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn a_form_token_belongs_to_one_cookie() {
        assert_eq!(form_token(SECRET), form_token(SECRET));
        assert_ne!(form_token(SECRET), form_token(&SECRET.replace('0', "1")));
        assert!(!same_token(&form_token(SECRET), ""));
    }

    #[test]
    fn only_a_cookie_in_our_own_form_is_read() {
        let read = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_str(value).expect("a header"));
            Cookie::Session.read(&headers, false)
        };
        assert_eq!(
            read(&format!("other=1; sarsen={SECRET}")).as_deref(),
            Some(SECRET)
        );
        assert_eq!(read("sarsen=short"), None);
        assert_eq!(read(&format!("sarsen={}", SECRET.replace('0', "z"))), None);
        assert_eq!(read(&format!("xsarsen={SECRET}")), None);
    }

    #[test]
    fn a_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        for cookie in [Cookie::Session, Cookie::SignIn, Cookie::Device] {
            let plain = cookie.give(SECRET, false).expect("given");
            let plain = plain.to_str().expect("text").to_owned();
            assert!(
                plain.contains("HttpOnly") && plain.contains("SameSite=Strict"),
                "{plain}"
            );
            assert_eq!(plain.contains("Max-Age"), cookie == Cookie::Device, "{plain}");
            let secure = cookie.give(SECRET, true).expect("given");
            let secure = secure.to_str().expect("text").to_owned();
            assert!(
                secure.starts_with("__Host-") && secure.ends_with("Secure"),
                "{secure}"
            );
        }
    }
}
