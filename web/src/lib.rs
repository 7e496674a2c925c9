//! Pages, server-rendered, in the design of the NHS.UK frontend.
//!
//! Every page works without JavaScript, at 320 pixels, by keyboard; loads nothing from another origin; and is printed
//! from a typed view that has samples of each of its states. Pages read people's records through `actions` only.

mod access;
mod app;
mod assets;
mod charts;
mod citizen;
mod components;
mod failure;
mod form;
mod frame;
mod gallery;
mod hex;
mod home;
mod pages;
mod path_segment;
mod routes;
mod security_headers;
mod session;
mod settings;
mod staff;
#[cfg(test)]
mod well_formed;

use std::sync::Arc;

use actions::Actions;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::get;
use http::HeaderMap;

pub use access::Source;
use app::App;
use failure::Failure;
pub use home::home_of;
pub use routes::{Access, Route, routes};
pub use security_headers::{
    CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_OF_LIVE_PAGES, CONTENT_SECURITY_POLICY_OF_MAPS,
    CONTENT_SECURITY_POLICY_OF_THE_APP,
};
use session::Searches;
pub use settings::WebSettings;
pub use staff::region::{Growth, ShownRegion};
pub use staff::risk::Stopping;

const ASSETS: &str = "/assets/{hash}/{*name}";
/// What search engines are told.
const ROBOTS: &str = "/robots.txt";

/// The pages over `actions`. Sessions stand in the record; the searches that they remember, in the router.
///
/// If the operating system has no randomness to give, nobody can sign in and the sign-in page says so.
pub fn router(actions: Actions, settings: WebSettings) -> Router {
    let app = App {
        actions,
        searches: Searches::default(),
        settings: Arc::new(settings.clone()),
    };
    let secure = settings.secure_cookies;
    let pages = routes::table()
        .into_iter()
        .fold(Router::new(), |router, (route, served)| {
            router.route(route.path, home::guarded(&app, route, served))
        });
    let pages = pages
        .method_not_allowed_fallback(wrong_method)
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(settings.max_form_bytes))
        .with_state(app)
        .route(ASSETS, get(assets::serve))
        .route(ROBOTS, get(assets::robots));
    let pages = if settings.gallery {
        pages.merge(gallery::router(settings))
    } else {
        pages
    };
    pages.layer(from_fn_with_state(secure, security_headers::add))
}

async fn not_found(State(app): State<App>, headers: HeaderMap) -> Response {
    Failure::NotFound.respond(app.frame(&headers).await)
}

async fn wrong_method(State(app): State<App>, headers: HeaderMap) -> Response {
    Failure::WrongMethod.respond(app.frame(&headers).await)
}

/// The name of the cookie that a session goes by, where browsers reach us over TLS or not.
#[must_use]
pub fn session_cookie_name(secure: bool) -> &'static str {
    session::Cookie::Session.name(secure)
}

/// The page for whoever asks too often; it knows nobody, so that it costs next to nothing.
#[must_use]
pub fn too_many(settings: &WebSettings) -> Response {
    let mut response = Failure::TooMany.respond(frame::Frame::new(settings, None));
    security_headers::write(&mut response, settings.secure_cookies);
    response
}

/// The gallery alone, for whoever designs without a record at hand.
pub fn gallery(settings: WebSettings) -> Router {
    let secure = settings.secure_cookies;
    gallery::router(settings)
        .route(ASSETS, get(assets::serve))
        .layer(from_fn_with_state(secure, security_headers::add))
}
