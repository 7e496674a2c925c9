//! Who is signed in: sessions in memory, found by a cookie, ended by time or by signing out.
//!
//! The cookie carries 256 random bits; the store keeps only their digest. A session remembers its last searches, so that
//! a search stands in no address and the way back from a record works. Nothing here outlives the process.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actions::Actor;
use http::{HeaderMap, HeaderValue, header};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::hex;
use crate::staff::person::Asked;

/// How many searches a session remembers.
const SEARCHES: usize = 20;
/// How many sessions are kept; at the limit the one longest idle gives way.
const SESSIONS: usize = 10_000;

/// The part of a cookie or token that is secret: 64 hexadecimal digits.
pub(crate) type Secret = String;

#[derive(Debug, Clone)]
struct Session {
    actor: Actor,
    begun: Timestamp,
    used: Timestamp,
    searches: VecDeque<(String, Asked)>,
}

/// A session that is open now, as a request sees it.
#[derive(Debug, Clone)]
pub(crate) struct OpenSession {
    pub(crate) actor: Actor,
    /// The token that this session's forms must carry.
    pub(crate) csrf: String,
    key: [u8; 32],
}

#[derive(Clone)]
pub(crate) struct Sessions {
    open: Arc<Mutex<HashMap<[u8; 32], Session>>>,
    /// Known to this process only; ties form tokens to cookies.
    pepper: [u8; 32],
    idle: Duration,
    absolute: Duration,
}

impl Sessions {
    /// No session yet. `pepper` is 32 random bytes.
    pub(crate) fn new(pepper: [u8; 32], idle: Duration, absolute: Duration) -> Sessions {
        Sessions {
            open: Arc::default(),
            pepper,
            idle,
            absolute,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], Session>> {
        // A panic while the lock was held leaves a map that is still a map.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a session for `actor`; `secret` is fresh random and becomes the cookie.
    pub(crate) fn begin(&self, secret: &str, actor: Actor, now: Timestamp) {
        let mut open = self.lock();
        open.retain(|_, session| self.lives(session, now));
        if open.len() >= SESSIONS
            && let Some(oldest) = open
                .iter()
                .min_by_key(|(_, session)| session.used)
                .map(|(key, _)| *key)
        {
            open.remove(&oldest);
        }
        open.insert(
            digest(secret),
            Session {
                actor,
                begun: now,
                used: now,
                searches: VecDeque::new(),
            },
        );
    }

    /// The session of this cookie, if it lives; finding it counts as use.
    pub(crate) fn find(&self, secret: &str, now: Timestamp) -> Option<OpenSession> {
        let key = digest(secret);
        let mut open = self.lock();
        let session = open.get_mut(&key)?;
        if !self.lives(session, now) {
            open.remove(&key);
            return None;
        }
        session.used = now;
        Some(OpenSession {
            actor: session.actor.clone(),
            csrf: self.form_token(secret),
            key,
        })
    }

    /// Ends the session at once.
    pub(crate) fn end(&self, session: &OpenSession) {
        self.lock().remove(&session.key);
    }

    /// Remembers a search under a random name that may stand in an address.
    pub(crate) fn remember(&self, session: &OpenSession, name: String, asked: Asked) {
        if let Some(session) = self.lock().get_mut(&session.key) {
            session.searches.push_front((name, asked));
            session.searches.truncate(SEARCHES);
        }
    }

    /// The search that this session remembers under `name`.
    pub(crate) fn recall(&self, session: &OpenSession, name: &str) -> Option<Asked> {
        let open = self.lock();
        let searches = &open.get(&session.key)?.searches;
        searches
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, asked)| asked.clone())
    }

    /// The token that forms carry for the holder of this cookie.
    pub(crate) fn form_token(&self, secret: &str) -> String {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(self.pepper)
            .chain_update(b"form")
            .chain_update(secret)
            .finalize()
            .into();
        hex::words(&digest)
    }

    fn lives(&self, session: &Session, now: Timestamp) -> bool {
        within(session.used, now, self.idle) && within(session.begun, now, self.absolute)
    }
}

fn within(from: Timestamp, now: Timestamp, limit: Duration) -> bool {
    now.duration_since(from).unsigned_abs() <= limit
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
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
    fresh_bytes().map(|bytes| hex::words(&bytes))
}

/// 32 random bytes from the operating system.
pub(crate) fn fresh_bytes() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// The two cookies: of a session, and of a sign-in form before there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    Session,
    SignIn,
}

impl Cookie {
    pub(crate) fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Cookie::Session, true) => "__Host-sarsen",
            (Cookie::Session, false) => "sarsen",
            (Cookie::SignIn, true) => "__Host-sarsen-sign-in",
            (Cookie::SignIn, false) => "sarsen-sign-in",
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

    /// The header that gives the browser the secret, for as long as it runs.
    pub(crate) fn give(self, secret: &str, secure: bool) -> Option<HeaderValue> {
        HeaderValue::from_str(&format!("{}={secret}; {}", self.name(secure), attributes(secure))).ok()
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
    use super::{Cookie, Sessions, same_token};
    use crate::staff::person::Asked;
    use actions::Actor;
    use http::{HeaderMap, HeaderValue, header};
    use jiff::{SignedDuration, Timestamp};
    use std::time::Duration;

    const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn sessions() -> Sessions {
        Sessions::new([7; 32], Duration::from_secs(60), Duration::from_secs(300))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    fn begun(sessions: &Sessions) {
        let actor = Actor::new("a", record::Role::Development, None);
        sessions.begin(SECRET, actor, at(0));
    }

    #[test]
    fn a_session_lives_while_it_is_used_and_ends_when_idle() {
        let sessions = sessions();
        begun(&sessions);
        assert!(sessions.find(SECRET, at(60)).is_some());
        assert!(sessions.find(SECRET, at(120)).is_some());
        assert!(sessions.find(SECRET, at(181)).is_none());
        assert!(
            sessions.find(SECRET, at(120)).is_none(),
            "an ended session does not come back"
        );
    }

    #[test]
    fn a_session_ends_after_its_longest_time_however_much_it_is_used() {
        let sessions = sessions();
        begun(&sessions);
        for second in (50..=300).step_by(50) {
            assert!(sessions.find(SECRET, at(second)).is_some(), "{second}");
        }
        assert!(sessions.find(SECRET, at(301)).is_none());
    }

    #[test]
    fn a_session_that_was_signed_out_is_gone() {
        let sessions = sessions();
        begun(&sessions);
        let open = sessions.find(SECRET, at(1)).expect("open");
        sessions.end(&open);
        assert!(sessions.find(SECRET, at(1)).is_none());
    }

    #[test]
    fn a_session_remembers_its_own_last_searches_only() {
        let sessions = sessions();
        begun(&sessions);
        let open = sessions.find(SECRET, at(1)).expect("open");
        for n in 0..25 {
            sessions.remember(
                &open,
                format!("s{n}"),
                Asked {
                    name: n.to_string(),
                    ..Asked::default()
                },
            );
        }
        assert_eq!(sessions.recall(&open, "s24").expect("kept").name, "24");
        assert!(sessions.recall(&open, "s4").is_none(), "the oldest give way");
    }

    #[test]
    fn a_form_token_belongs_to_one_cookie_and_one_process() {
        let (here, elsewhere) = (sessions(), Sessions::new([8; 32], Duration::ZERO, Duration::ZERO));
        assert_eq!(here.form_token(SECRET), here.form_token(SECRET));
        assert_ne!(
            here.form_token(SECRET),
            here.form_token(&SECRET.replace('0', "1"))
        );
        assert_ne!(here.form_token(SECRET), elsewhere.form_token(SECRET));
        assert!(!same_token(&here.form_token(SECRET), ""));
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
        let plain = Cookie::Session.give(SECRET, false).expect("given");
        let plain = plain.to_str().expect("text").to_owned();
        assert!(
            plain.contains("HttpOnly") && plain.contains("SameSite=Strict"),
            "{plain}"
        );
        let secure = Cookie::Session.give(SECRET, true).expect("given");
        let secure = secure.to_str().expect("text").to_owned();
        assert!(
            secure.starts_with("__Host-") && secure.ends_with("Secure"),
            "{secure}"
        );
    }
}
