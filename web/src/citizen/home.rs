//! `/me`: where a citizen begins.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::app::{App, SignedIn};
use crate::failure::page;
use crate::frame::Frame;

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/home.html")]
pub(crate) struct HomeView {
    frame: Frame,
    /// They have a record of their own here.
    own: bool,
}

impl HomeView {
    pub(crate) fn samples() -> Vec<(&'static str, HomeView)> {
        let view = |own| HomeView {
            frame: Frame::sample_citizen(),
            own,
        };
        vec![("own", view(true)), ("acts-for-others", view(false))]
    }
}

/// `GET /me`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    let own = actions::sharing::own(&app.actions, session.actor()).await.is_ok();
    let frame = app.frame_of(Some(&session.0));
    page(StatusCode::OK, &HomeView { frame, own })
}
