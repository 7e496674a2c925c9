//! OAuth 2 for systems and apps, as SMART App Launch 2.2 has it: tokens, what is said of ourselves, and the bearer tokens
//! that come to the FHIR door.
//!
//! Thin: what was signed is checked here, what is granted is decided in `actions::access::smart`. The page on which people
//! consent is `web`'s.

mod answer;
mod bearer;
mod client;
mod configuration;
mod form;
mod identity;
mod token;

use std::collections::HashMap;
use std::sync::Arc;

use actions::access::smart;
use actions::{ActionError, Actions};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use http::StatusCode;
use serde_json::json;
use tokio::sync::Mutex;

pub use bearer::{Bearer, BearerError, Issuer, IssuerSettings};

use crate::fhir::response_headers;
use crate::jose::{RemoteKeys, SigningKey};

/// The largest request at these addresses, in bytes.
const MOST: usize = 64 << 10;

/// The doors' settings and what they remember. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Smart {
    pub(crate) actions: Actions,
    /// How others know this server, without a slash at the end.
    pub(crate) public: Arc<str>,
    /// Keys of clients that stand at an address.
    remote: Arc<Mutex<HashMap<String, Arc<RemoteKeys>>>>,
}

/// The routes: `/oauth/…` and `/.well-known/…`. `public` is how others know this server.
pub fn router(actions: Actions, public: &str) -> Router {
    let smart = Smart {
        actions,
        public: public.into(),
        remote: Arc::default(),
    };
    let routes = table().into_iter();
    routes
        .fold(Router::new(), |router, (_, path, served)| {
            router.route(path, served)
        })
        .layer(DefaultBodyLimit::max(MOST))
        .layer(from_fn_with_state(
            Arc::new(response_headers::of(public)),
            response_headers::add,
        ))
        .with_state(smart)
}

/// Whether an address is one of these.
#[must_use]
pub fn serves(path: &str) -> bool {
    table().iter().any(|(_, served, _)| *served == path)
}

/// The answer to whoever asks here too often, as clients of these addresses read it. `base` is how the server is known.
#[must_use]
pub fn too_many(base: &str) -> Response {
    let body = json!({
        "error": "temporarily_unavailable",
        "error_description": "too many requests in a short time; wait as long as Retry-After says",
    });
    let mut response = answer::open(answer::json_of(StatusCode::TOO_MANY_REQUESTS, &body));
    response_headers::write(response.headers_mut(), &response_headers::of(base));
    response
}

/// Every address here: its method, its path, its handler.
pub(crate) fn table() -> Vec<(&'static str, &'static str, MethodRouter<Smart>)> {
    vec![
        ("POST", "/oauth/token", post(token::post)),
        ("POST", "/oauth/introspect", post(token::introspect)),
        ("POST", "/oauth/revoke", post(token::revoke)),
        ("GET", "/oauth/keys", get(configuration::keys)),
        (
            "GET",
            "/.well-known/smart-configuration",
            get(configuration::smart),
        ),
        (
            "GET",
            "/fhir/.well-known/smart-configuration",
            get(configuration::smart),
        ),
        (
            "GET",
            "/.well-known/openid-configuration",
            get(configuration::openid),
        ),
    ]
}

impl Smart {
    /// The keys of identity tokens, the one that signs first.
    async fn own_keys(&self) -> Result<Vec<SigningKey>, ActionError> {
        let keys = smart::identity_keys(&self.actions, SigningKey::generate).await?;
        keys.iter()
            .map(|key| SigningKey::from_pkcs8(key))
            .collect::<Result<_, _>>()
            .map_err(|words| ActionError::Unavailable(words.to_owned()))
    }

    /// The keys at an address, remembered between requests.
    async fn keys_at(&self, address: &str) -> Arc<RemoteKeys> {
        let mut remote = self.remote.lock().await;
        // Addresses stand in registrations, which operators make: there are few.
        let known = remote.entry(address.to_owned());
        Arc::clone(known.or_insert_with(|| Arc::new(RemoteKeys::new(address))))
    }
}
