//! `/me`: where a citizen begins.

use actions::ActionError;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::frame::Frame;

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/home.html")]
pub(crate) struct HomeView {
    frame: Frame,
    /// They have a record of their own here.
    own: bool,
    /// Records of the stories' people begin in the academy here.
    academy: bool,
}

impl HomeView {
    pub(crate) fn samples() -> Vec<(&'static str, HomeView)> {
        let view = |own| HomeView {
            frame: Frame::sample_citizen(),
            own,
            academy: !own,
        };
        vec![("own", view(true)), ("acts-for-others", view(false))]
    }
}

/// `GET /me`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let own = match actions::sharing::own(&app.actions, session.actor()).await {
        Ok(_) => true,
        Err(ActionError::NotFound) => false,
        Err(error) => return Failure::of(error).respond(frame),
    };
    let academy = app.actions.has_academy();
    page(StatusCode::OK, &HomeView { frame, own, academy })
}
