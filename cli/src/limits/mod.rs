//! How much one person, and one place, may ask for in a short time, so that there is room for everybody.
//!
//! Whoever is signed in has an allowance of their own, one for pages and one for the FHIR door: care does not wait for
//! bulk. What nobody is signed in for (signing in, strangers, what has no token) counts against the address that it
//! came from. A hospital's thousand workers behind one address do not use up that one, because a
//! token or cookie that was good is remembered, as a digest, and counts against its person from then on. Ways that are begun, to
//! a provider or to an app's consent, count against the address a second time, with less room: each is kept for minutes.
//!
//! - `bucket`: an allowance that fills up again, and a bounded set of them
//! - `address`: where a request came from, also behind a proxy of ours
//! - `settings`: `[limits]`

mod address;
mod bucket;
mod settings;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use actions::access::Caller;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use sha2::{Digest, Sha256};
use web::WebSettings;

pub(crate) use address::Peer;
pub(crate) use settings::Settings;

use address::came_from;
use bucket::{Allowance, Buckets};

/// How many good tokens and cookies are remembered; at the limit all are forgotten, and each is learnt again.
const REMEMBERED: usize = 100_000;

/// Where a way is begun that somebody may come back from. Whoever begins may show no session: another site sends them.
const BEGINNINGS: [&str; 4] = [
    "/sign-in/with/",
    "/sign-in/further/",
    "/confirm/with",
    "/oauth/authorize",
];

/// Which of the two doors a request knocks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Door {
    Pages,
    Fhir,
}

impl Door {
    fn of(path: &str) -> Door {
        let rest = path.strip_prefix("/fhir");
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
            Door::Fhir
        } else {
            Door::Pages
        }
    }
}

/// Against whom a request counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Address(IpAddr),
    /// Somebody at an address who begins a way.
    Beginning(IpAddr),
    Actor(Arc<str>, Door),
}

/// The allowances of everybody.
#[derive(Clone)]
pub(crate) struct Limits(Arc<Inner>);

struct Inner {
    settings: Settings,
    buckets: Mutex<Buckets<Who>>,
    /// Digests of tokens and cookies that let somebody in, and whom.
    known: Mutex<HashMap<[u8; 32], Arc<str>>>,
    pages: WebSettings,
    fhir_base: String,
}

impl Limits {
    /// Nobody has asked for anything yet. `pages` and `fhir_base` say how a refusal looks.
    pub(crate) fn new(settings: Settings, pages: WebSettings, fhir_base: String) -> Limits {
        Limits(Arc::new(Inner {
            settings,
            buckets: Mutex::default(),
            known: Mutex::default(),
            pages,
            fhir_base,
        }))
    }

    /// Takes one request from the allowance; on a refusal, the seconds until there is room again.
    fn take(&self, who: &Who, now: Instant) -> Result<(), u64> {
        let Some(allowance) = self.allowance(who) else {
            return Ok(());
        };
        let mut buckets = self.0.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.take(who, allowance, now)
    }

    fn allowance(&self, who: &Who) -> Option<Allowance> {
        match who {
            Who::Address(_) => self.0.settings.of_address(),
            Who::Beginning(_) => self.0.settings.of_beginnings(),
            Who::Actor(..) => self.0.settings.of_actor(),
        }
    }

    fn knows(&self, credential: &[u8; 32]) -> Option<Arc<str>> {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(credential).cloned()
    }

    fn remember(&self, credential: [u8; 32], actor: &str) {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(credential, Arc::from(actor));
    }

    fn forget(&self, credential: &[u8; 32]) {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(credential);
    }

    fn refusal(&self, door: Door, path: &str, seconds: u64) -> Response {
        let mut response = match door {
            // Some of these stand below /fhir too.
            _ if interop::smart::serves(path) => interop::smart::too_many(&self.0.fhir_base),
            Door::Fhir => interop::fhir::too_many(&self.0.fhir_base),
            Door::Pages => web::too_many(&self.0.pages),
        };
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        response
    }
}

/// Lets a request through, or says when it may come again.
pub(crate) async fn keep(State(limits): State<Limits>, mut request: Request, next: Next) -> Response {
    let door = Door::of(request.uri().path());
    let peer = request.extensions().get::<Peer>().copied();
    let place = came_from(peer, request.headers(), &limits.0.settings.trusted_proxies);
    let credential = credential(request.headers(), door);
    let known = credential.and_then(|digest| limits.knows(&digest));
    let was_known = known.is_some();
    let who = match known {
        Some(actor) => Who::Actor(actor, door),
        None => Who::Address(place),
    };
    let begins = BEGINNINGS
        .iter()
        .any(|begin| request.uri().path().starts_with(begin));
    let now = Instant::now();
    let taken = limits.take(&who, now).and_then(|()| {
        if begins {
            limits.take(&Who::Beginning(place), now)
        } else {
            Ok(())
        }
    });
    if let Err(seconds) = taken {
        tracing::debug!(?door, by_actor = was_known, "a request was refused: too many");
        return limits.refusal(door, request.uri().path(), seconds);
    }
    let caller = Caller::default();
    request.extensions_mut().insert(caller.clone());
    // Whoever counts wrong passwords counts by the same place, so that a proxy in front locks out nobody.
    request.extensions_mut().insert(web::Source(place));
    let asks_for_somebody = !request.uri().path().starts_with("/assets/");
    let response = next.run(request).await;
    if let Some(digest) = credential {
        match caller.known() {
            Some(actor) if !was_known => limits.remember(digest, actor),
            // It was good once and lets nobody in any more: signed out, or ended.
            None if was_known && asks_for_somebody => limits.forget(&digest),
            _ => {}
        }
    }
    response
}

/// The digest of what a request shows to be let in by: the token at the FHIR door, our cookie at the pages.
fn credential(headers: &HeaderMap, door: Door) -> Option<[u8; 32]> {
    let text = match door {
        Door::Fhir => headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim(),
        Door::Pages => headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| [true, false].map(web::session_cookie_name).contains(name))
            .map(|(_, secret)| secret)?,
    };
    Some(Sha256::digest(text.as_bytes()).into())
}

#[cfg(test)]
mod tests;
