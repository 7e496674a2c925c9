//! Pages, server-rendered, in the design of the NHS.UK frontend.
//!
//! Every page works without JavaScript, at 320 pixels, by keyboard; loads nothing from another origin; and is printed
//! from a typed view that has samples of each of its states. Pages read people's records through `actions` only.

mod access;
mod assets;
mod charts;
mod components;
mod failure;
mod frame;
mod gallery;
mod hex;
mod pages;
mod path_segment;
mod security_headers;
mod session;
mod settings;
mod staff;

pub use security_headers::CONTENT_SECURITY_POLICY;
pub use settings::WebSettings;

/// The gallery alone, for whoever designs without a record at hand.
pub fn gallery(settings: WebSettings) -> axum::Router {
    gallery::router(settings)
        .route("/assets/{hash}/{*name}", axum::routing::get(assets::serve))
        .layer(axum::middleware::from_fn(security_headers::add))
}
