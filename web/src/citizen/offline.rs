//! `/me/offline`: reading without a network what was last seen.
//!
//! A person chooses it for a device. A worker (`web/assets/own/kept.js`) then keeps the pages of their own record that they
//! opened, encrypted under a key that no script can read, and shows them, dated, when there is no connection. Nothing is kept of
//! those for whom they act: what a proxy may see can end at any time.

use actions::sharing::own as own_record;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

use crate::access::sign_out::CLEAR;
use crate::app::{App, SignedIn};
use crate::assets;
use crate::failure::{Failure, page};
use crate::frame::Frame;
use crate::security_headers::Needs;
use crate::session::{Cookie, OpenSession};

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/offline.html")]
pub(crate) struct OfflineView {
    frame: Frame,
}

impl OfflineView {
    pub(crate) fn samples() -> Vec<(&'static str, OfflineView)> {
        let frame = Frame::sample_citizen();
        vec![("normal", OfflineView { frame })]
    }
}

/// `GET /me/offline`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    let frame = app.frame_of(Some(&session.0));
    if let Err(error) = own_record(&app.actions, session.actor()).await {
        return Failure::of(error).respond(frame);
    }
    Needs::App.mark(page(StatusCode::OK, &OfflineView { frame }))
}

/// Where the worker may work: on addresses that begin so.
const SCOPE: (HeaderName, HeaderValue) = (
    HeaderName::from_static("service-worker-allowed"),
    HeaderValue::from_static("/me"),
);

/// `GET /me/worker.js`: the worker. It stands outside the assets, which a browser keeps for ever: a worker is asked for again.
pub(crate) async fn worker() -> Response {
    let words = format!("importScripts(\"{}/kept.js\");\n", assets::folder());
    let kind = HeaderValue::from_static("text/javascript; charset=utf-8");
    Needs::App.mark(([(header::CONTENT_TYPE, kind), SCOPE], words).into_response())
}

/// `GET /me/kept`: whether a worker may go on keeping what it keeps. It is asked when nobody is signed in any more: somebody may have
/// signed this browser out from elsewhere, because the device is lost, and then nothing may stay.
pub(crate) async fn may_keep(State(app): State<App>, headers: HeaderMap) -> Response {
    let secure = app.settings.secure_cookies;
    let session = Cookie::Session.read(&headers, secure);
    let device = Cookie::Device.read(&headers, secure);
    let ended = app
        .actions
        .sessions()
        .was_ended_elsewhere(session.as_deref(), device.as_deref())
        .await;
    match ended {
        Ok(false) => StatusCode::NO_CONTENT.into_response(),
        Ok(true) => (StatusCode::GONE, [CLEAR]).into_response(),
        Err(error) => Failure::of(error).respond(app.frame_of(None)),
    }
}

/// By this a worker knows that somebody else signed in here, and forgets what it kept for the one before.
const READER: HeaderName = HeaderName::from_static("sarsen-reader");

/// Says for which account an answer is, in a word that tells nothing of it.
pub(crate) fn mark_reader(response: &mut Response, session: &OpenSession) {
    let digest: [u8; 32] = Sha256::digest(session.held.holder.as_bytes()).into();
    if let Ok(word) = HeaderValue::try_from(crate::hex::words(&digest[..8])) {
        response.headers_mut().insert(READER, word);
    }
}
