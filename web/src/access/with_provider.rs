//! Signing in with a provider: the way there, the way back, and the choice of a role.
//!
//! The way there is a link, not a form: a form of ours may not lead to another site. The way back ends on a page of ours,
//! not in a redirect: the session's cookie is for requests that begin on our own pages alone.

use actions::access::accounts::{How, new_device};
use actions::access::sessions::{self, NewSession, Sessions};
use actions::access::{Arrival, Ask, Came, CameBack, NotLetIn, RoleChoice};
use actions::{Role, access};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode, header};

use super::entered::{end_present, landing};
use super::knocking::Knocking;
use super::tied::no_randomness;
use super::{not_let_in, onward, provider_cookie};
use crate::app::{App, is_same_site, role_words};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;
use crate::session::{Cookie, fresh_secret};

/// What stands in the address of the way there.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct There {
    /// The NHS App's word that somebody is signed in.
    #[serde(rename = "assertedLoginIdentity")]
    asserted: Option<String>,
}

/// What stands in the address of the way back.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct Back {
    state: String,
    code: Option<String>,
    iss: Option<String>,
}

/// The form that chooses a role.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct RoleForm {
    word: String,
    role: String,
}

/// The page on which a way ends: it goes on by itself, and has a link for whoever it does not.
#[derive(Debug, Clone, Template)]
#[template(path = "access/arrived.html")]
pub(crate) struct ArrivedView {
    pub(crate) frame: Frame,
    pub(crate) heading: &'static str,
    /// Where it goes on to by itself; nowhere in a sample.
    pub(crate) refresh: Option<String>,
    pub(crate) href: String,
}

const IN: &str = "You are signed in";
const PROVED: &str = "It is confirmed that it is you";

/// Which of several roles somebody acts in.
#[derive(Debug, Clone, Template)]
#[template(path = "access/choose_role.html")]
pub(crate) struct ChooseRoleView {
    pub(crate) frame: Frame,
    pub(crate) word: String,
    pub(crate) roles: Vec<RoleChoice>,
}

impl ArrivedView {
    pub(crate) fn samples() -> Vec<(&'static str, ArrivedView)> {
        let view = |heading| ArrivedView {
            frame: Frame::sample(false),
            heading,
            refresh: None,
            href: "/".to_owned(),
        };
        vec![("normal", view(IN)), ("proved", view(PROVED))]
    }
}

impl ChooseRoleView {
    pub(crate) fn samples() -> Vec<(&'static str, ChooseRoleView)> {
        let role = |id: &str, label: &str, organisation: Option<&str>| RoleChoice {
            id: id.to_owned(),
            label: label.to_owned(),
            organisation: organisation.map(str::to_owned),
        };
        let view = |roles| ChooseRoleView {
            frame: Frame::sample(false),
            word: "sample-word".to_owned(),
            roles,
        };
        let long = "A role whose name somebody made far longer than any name of a role should ever be made";
        vec![
            (
                "normal",
                view(vec![
                    role("1", "Nurse", Some("RXX01")),
                    role("2", "Privacy officer", Some("QOX")),
                ]),
            ),
            (
                "long",
                view((0..12).map(|n| role(&n.to_string(), long, None)).collect()),
            ),
            (
                "hostile",
                view(vec![role(
                    "\"><script>alert(1)</script>",
                    "<img src=x onerror=\"alert(1)\">",
                    None,
                )]),
            ),
        ]
    }
}

/// `GET /sign-in/with/{provider}`: to the provider.
pub(crate) async fn there(
    State(app): State<App>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    knocking: Knocking,
    there: Result<Query<There>, QueryRejection>,
) -> Response {
    let there = there.map(|Query(there)| there).unwrap_or_default();
    let ask = Ask {
        asserted_login: there.asserted.filter(|word| is_token(word)),
        ..Ask::default()
    };
    let Some(secret) = secret(&app, &headers) else {
        return not_let_in::respond(&app, &provider, &NotLetIn::Randomness);
    };
    let at = desk(&headers, &knocking);
    let address = access::go(&app.actions, &provider, &secret, at.device.as_deref(), &ask).await;
    at.remembered(&app, away(&app, &provider, &secret, address))
}

/// `GET /sign-in/further/{provider}`: back to the provider, to prove more.
pub(crate) async fn further(
    State(app): State<App>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    knocking: Knocking,
) -> Response {
    let Some(secret) = secret(&app, &headers) else {
        return not_let_in::respond(&app, &provider, &NotLetIn::Randomness);
    };
    let at = desk(&headers, &knocking);
    let address = access::step_up(&app.actions, &provider, &secret, at.device.as_deref()).await;
    at.remembered(&app, away(&app, &provider, &secret, address))
}

/// The browser's own cookie, by which a desk is known again.
struct Desk {
    device: Option<String>,
    /// It was made just now.
    fresh: bool,
}

impl Desk {
    fn remembered(self, app: &App, mut response: Response) -> Response {
        let made = self.device.filter(|_| self.fresh);
        if let Some(cookie) = made.and_then(|made| Cookie::Device.give(&made, app.settings.secure_cookies)) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// Where the browser is that sets out. It is looked for now: when another site sends it back, its own cookie does not come along. One is
/// made only when the browser says that no other site sent it, for then it has none.
fn desk(headers: &HeaderMap, knocking: &Knocking) -> Desk {
    let from_here = headers
        .get("sec-fetch-site")
        .is_some_and(|site| matches!(site.as_bytes(), b"same-origin" | b"none"));
    match &knocking.device {
        Some(device) => Desk {
            device: Some(device.clone()),
            fresh: false,
        },
        None => Desk {
            device: new_device().ok().filter(|_| from_here),
            fresh: true,
        },
    }
}

pub(crate) fn secret(app: &App, headers: &HeaderMap) -> Option<String> {
    let known = provider_cookie::read(headers, app.settings.secure_cookies);
    known.map_or_else(|| fresh_secret().ok(), Some)
}

pub(crate) fn away(app: &App, provider: &str, secret: &str, address: Result<String, NotLetIn>) -> Response {
    match address {
        Err(why) => not_let_in::respond(app, provider, &why),
        Ok(address) => {
            let mut response = Redirect::to(&address).into_response();
            if let Some(cookie) = provider_cookie::give(secret, app.settings.secure_cookies) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
    }
}

/// A signed token in form: three parts of base64url. Anything else is not passed on.
fn is_token(word: &str) -> bool {
    let plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_' | b'.');
    word.len() <= 8192 && word.matches('.').count() == 2 && word.bytes().all(plain)
}

/// `GET /sign-in/back/{provider}`: from the provider.
pub(crate) async fn back(
    State(app): State<App>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    knocking: Knocking,
    back: Result<Query<Back>, QueryRejection>,
) -> Response {
    let secure = app.settings.secure_cookies;
    let (Ok(Query(back)), Some(secret)) = (back, provider_cookie::read(&headers, secure)) else {
        return not_let_in::respond(&app, &provider, &NotLetIn::NotBegun);
    };
    let came = CameBack {
        state: back.state,
        code: back.code,
        issuer: back.iss,
    };
    match access::come_back(&app.actions, &provider, &secret, &came).await {
        Err(why) => not_let_in::respond(&app, &provider, &why),
        Ok(Arrival::In(came)) => arrived(&app, &headers, knocking, came).await,
        // On to the session: its cookie comes along with a request that begins on a page of ours.
        Ok(Arrival::Proved(word)) => {
            let href = format!("/confirm/back/{word}");
            let view = ArrivedView {
                frame: app.frame_of(None),
                heading: PROVED,
                refresh: Some(href.clone()),
                href,
            };
            page(StatusCode::OK, &view)
        }
        Ok(Arrival::Choose(word, roles)) => {
            let frame = app.frame_of(None);
            page(StatusCode::OK, &ChooseRoleView { frame, word, roles })
        }
    }
}

/// `POST /sign-in/with-role`: in, in the role that was chosen.
pub(crate) async fn choose(
    State(app): State<App>,
    headers: HeaderMap,
    knocking: Knocking,
    Sent(form): Sent<RoleForm>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(None)),
    };
    let secret = provider_cookie::read(&headers, app.settings.secure_cookies);
    let Some(secret) = secret.filter(|_| is_same_site(&headers)) else {
        return not_let_in::respond(&app, "", &NotLetIn::NotBegun);
    };
    match access::choose(&app.actions, &secret, &form.word, &form.role).await {
        Err(why) => not_let_in::respond(&app, "", &why),
        Ok(came) => arrived(&app, &headers, knocking, came).await,
    }
}

/// The session that they left at this desk, or one of their own, and the page that goes on.
async fn arrived(app: &App, headers: &HeaderMap, knocking: Knocking, came: Came) -> Response {
    let secure = app.settings.secure_cookies;
    let Ok(secret) = fresh_secret() else {
        return no_randomness().respond(app.frame_of(None));
    };
    if let Err(error) = end_present(app, headers).await {
        return Failure::of(error).respond(app.frame_of(None));
    }
    match access::take_up(&app.actions, &came, &secret).await {
        Ok(Some(key)) => {
            app.searches.move_to(&key, &Sessions::key(&secret));
            return entered(app, &secret, onward::landing(headers, secure, "/"));
        }
        Ok(None) => {}
        Err(error) => return Failure::of(error).respond(app.frame_of(None)),
    }
    let Came { actor, from, desk } = came;
    let (idle, absolute) = app.settings.times(actor.role);
    let href = onward::landing(headers, secure, landing(actor.role));
    let session = NewSession {
        holder: actor.id.clone(),
        words: role_words(&actor),
        staff: actor.role != Role::Citizen,
        actor,
        how: How::Provider,
        from: Some(from),
        confirmed: Some(app.actions.system_now()),
        idle,
        absolute,
        desk,
        browser: knocking.browser,
    };
    match sessions::begin(&app.actions, &secret, session).await {
        Ok(()) => entered(app, &secret, href),
        Err(error) => Failure::of(error).respond(app.frame_of(None)),
    }
}

/// The page that goes on, with the cookie of the session.
fn entered(app: &App, secret: &str, href: String) -> Response {
    let view = ArrivedView {
        frame: app.frame_of(None),
        heading: IN,
        refresh: Some(href.clone()),
        href,
    };
    let mut response = page(StatusCode::OK, &view);
    // The cookie of the way stays: the request of an app may wait for this browser.
    if let Some(cookie) = Cookie::Session.give(secret, app.settings.secure_cookies) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
