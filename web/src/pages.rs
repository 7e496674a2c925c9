//! Pages that are about no person: the accessibility statement, the gallery's contents.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use crate::app::{App, SignedIn};
use crate::failure::page;
use crate::frame::Frame;

#[derive(Debug, Clone, Template)]
#[template(path = "page/accessibility.html")]
pub(crate) struct AccessibilityView {
    pub(crate) frame: Frame,
}

impl AccessibilityView {
    pub(crate) fn samples() -> Vec<(&'static str, AccessibilityView)> {
        vec![(
            "normal",
            AccessibilityView {
                frame: Frame::sample(false),
            },
        )]
    }
}

#[derive(Debug, Clone, Template)]
#[template(path = "page/shortcuts.html")]
pub(crate) struct ShortcutsView {
    pub(crate) frame: Frame,
}

impl ShortcutsView {
    pub(crate) fn samples() -> Vec<(&'static str, ShortcutsView)> {
        vec![(
            "normal",
            ShortcutsView {
                frame: Frame::sample(true),
            },
        )]
    }
}

/// `GET /shortcuts`.
pub(crate) async fn shortcuts(State(app): State<App>, session: SignedIn) -> Response {
    let frame = app.frame_of(Some(&session.0));
    page(StatusCode::OK, &ShortcutsView { frame })
}

#[derive(Debug, Clone, Template)]
#[template(path = "page/gallery.html")]
pub(crate) struct GalleryView {
    pub(crate) frame: Frame,
    pub(crate) hrefs: Vec<String>,
}

/// `GET /accessibility`.
pub(crate) async fn accessibility(State(app): State<App>, headers: HeaderMap) -> Response {
    page(
        StatusCode::OK,
        &AccessibilityView {
            frame: app.frame(&headers).await,
        },
    )
}
