//! What every handler works with: the actions, the settings, the sessions; and who is signed in.

use std::sync::Arc;

use actions::access::Caller;
use actions::access::accounts::How;
use actions::{ActionError, Actions, Actor};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use crate::access::confirm_address;
use crate::failure::Failure;
use crate::frame::{Account, Frame};
use crate::session::{Cookie, OpenSession, Searches, same_token};
use crate::settings::WebSettings;

/// How every page says what a care clock shows that does not show the time of day.
const CARE_CLOCK: &str = "%-d %B %Y, %H:%M";

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) actions: Actions,
    pub(crate) settings: Arc<WebSettings>,
    pub(crate) searches: Searches,
}

impl App {
    /// The session whose cookie stands in these headers, if it lives.
    pub(crate) async fn find(&self, headers: &HeaderMap) -> Result<Option<OpenSession>, ActionError> {
        let Some(secret) = Cookie::Session.read(headers, self.settings.secure_cookies) else {
            return Ok(None);
        };
        let found = self.actions.sessions().find(&secret).await?;
        Ok(found.map(|held| OpenSession::new(held, &secret)))
    }

    /// The frame of a page for whoever sent these headers, signed in or not.
    pub(crate) async fn frame(&self, headers: &HeaderMap) -> Frame {
        let session = self.find(headers).await.unwrap_or_default();
        self.frame_of(session.as_ref())
    }

    pub(crate) fn frame_of(&self, session: Option<&OpenSession>) -> Frame {
        let account = session.map(|session| Account {
            role: session.held.words.clone(),
            organisation: session.actor.organisation.clone(),
            since: (session.actor.role != actions::Role::Citizen)
                .then(|| clock_words(session.held.begun))
                .flatten(),
            citizen: session.actor.role == actions::Role::Citizen,
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

/// The time of day in London.
fn clock_words(at: jiff::Timestamp) -> Option<String> {
    let at = at.in_tz("Europe/London").ok()?;
    Some(at.strftime("%H:%M").to_string())
}

/// The actor's role, as the header says it.
pub(crate) fn role_words(actor: &Actor) -> String {
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
        match app.find(&parts.headers).await {
            Ok(Some(session)) => {
                if let Some(caller) = parts.extensions.get::<Caller>() {
                    caller.is(&session.actor);
                }
                Ok(SignedIn(session))
            }
            Ok(None) => {
                let had = Cookie::Session.read(&parts.headers, app.settings.secure_cookies);
                let to = if had.is_some() {
                    "/sign-in?ended"
                } else {
                    "/sign-in"
                };
                Err(Redirect::to(to).into_response())
            }
            Err(error) => Err(Failure::of(error).respond(app.frame_of(None))),
        }
    }
}

impl SignedIn {
    pub(crate) fn actor(&self) -> &Actor {
        &self.0.actor
    }

    /// Whether they proved who they are within so many minutes, with more than a password. A token of the settings, or the
    /// button of an invented person, proves nothing more: on synthetic records alone it is as good.
    pub(crate) fn fresh_within(&self, app: &App, minutes: u32) -> bool {
        let invented = matches!(self.0.held.how, How::Token | How::Demo) && app.settings.synthetic;
        invented || self.0.held.fresh_within(minutes, app.actions.system_now())
    }

    /// Where they prove it, to come back to `next`, an address of ours, when they did not; none when they did.
    pub(crate) fn not_fresh(&self, app: &App, minutes: u32, next: &str) -> Option<Response> {
        (!self.fresh_within(app, minutes)).then(|| Redirect::to(&confirm_address(next)).into_response())
    }

    /// The form, when a page of this session sent it; `csrf` is the token in it.
    pub(crate) fn accepted<T>(
        &self,
        form: Result<T, Failure>,
        headers: &HeaderMap,
        csrf: impl Fn(&T) -> &str,
    ) -> Result<T, Failure> {
        form.and_then(|form| self.accepts(csrf(&form), headers).map(|()| form))
    }

    /// Refuses a form that does not carry this session's token, or that the browser says comes from another site.
    fn accepts(&self, token: &str, headers: &HeaderMap) -> Result<(), Failure> {
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
