//! What every handler works with: the actions, the settings, the sessions; and who is signed in.

use std::sync::Arc;

use actions::access::Caller;
use actions::{Actions, Actor};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use crate::failure::Failure;
use crate::frame::{Account, Frame};
use crate::session::{Cookie, OpenSession, Sessions, same_token};
use crate::settings::WebSettings;

/// How every page says what a care clock shows that does not show the time of day.
const CARE_CLOCK: &str = "%-d %B %Y, %H:%M";

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) actions: Actions,
    pub(crate) settings: Arc<WebSettings>,
    pub(crate) sessions: Sessions,
}

impl App {
    /// The frame of a page for whoever sent these headers, signed in or not.
    pub(crate) fn frame(&self, headers: &HeaderMap) -> Frame {
        let session = Cookie::Session
            .read(headers, self.settings.secure_cookies)
            .and_then(|secret| self.sessions.find(&secret, self.actions.system_now()));
        self.frame_of(session.as_ref())
    }

    pub(crate) fn frame_of(&self, session: Option<&OpenSession>) -> Frame {
        let account = session.map(|session| Account {
            role: role_words(&session.actor),
            operates: actions::followers::may_operate(&session.actor),
            teaches: self.actions.has_academy() && actions::academy::may_teach(&session.actor),
            csrf: session.csrf.clone(),
        });
        Frame {
            care_clock: self
                .actions
                .moved_care_clock()
                .map(|at| at.strftime(CARE_CLOCK).to_string()),
            ..Frame::new(&self.settings, account)
        }
    }
}

/// The actor's role, as the header says it.
fn role_words(actor: &Actor) -> String {
    role_words_of(actor.role)
}

/// A role in words.
pub(crate) fn role_words_of(role: actions::Role) -> String {
    let code = format!("{role:?}");
    let mut words = String::with_capacity(code.len() + 2);
    for (index, letter) in code.chars().enumerate() {
        if index > 0 && letter.is_uppercase() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

/// A request of somebody who is signed in. Whoever is not is sent to the sign-in page.
pub(crate) struct SignedIn(pub(crate) OpenSession);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<SignedIn, Response> {
        let secure = app.settings.secure_cookies;
        let Some(secret) = Cookie::Session.read(&parts.headers, secure) else {
            return Err(Redirect::to("/sign-in").into_response());
        };
        match app.sessions.find(&secret, app.actions.system_now()) {
            Some(session) => {
                if let Some(caller) = parts.extensions.get::<Caller>() {
                    caller.is(&session.actor);
                }
                Ok(SignedIn(session))
            }
            None => Err(Redirect::to("/sign-in?ended").into_response()),
        }
    }
}

impl SignedIn {
    pub(crate) fn actor(&self) -> &Actor {
        &self.0.actor
    }

    /// Refuses a form that does not carry this session's token, or that the browser says comes from another site.
    pub(crate) fn accepts(&self, token: &str, headers: &HeaderMap) -> Result<(), Failure> {
        if same_token(&self.0.csrf, token) && is_same_site(headers) {
            Ok(())
        } else {
            Err(Failure::Forbidden)
        }
    }
}

/// False only when the browser says that another site sent the request (fetch metadata); older browsers say nothing.
pub(crate) fn is_same_site(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    matches!(site, None | Some(b"same-origin" | b"none"))
}
