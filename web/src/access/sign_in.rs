//! The sign-in page: this release knows the development token.

use askama::Template;

use crate::components::{ErrorSummary, FieldKind, FieldWidth, Problem, TextField};
use crate::frame::Frame;

#[derive(Debug, Clone, Template)]
#[template(path = "access/sign_in.html")]
pub(crate) struct SignInView {
    frame: Frame,
    csrf: String,
    notice: Option<&'static str>,
    summary: Option<ErrorSummary>,
    token: TextField,
}

impl SignInView {
    pub(crate) fn new(frame: Frame, csrf: String, notice: Option<&'static str>, error: Option<&str>) -> SignInView {
        SignInView {
            frame,
            csrf,
            notice,
            summary: ErrorSummary::of(error.map(|words| Problem::new("token", words)).into_iter().collect()),
            token: TextField {
                id: "token",
                label: "Development token",
                hint: "",
                kind: FieldKind::Secret,
                width: FieldWidth::Twenty,
                value: String::new(),
                error: error.map(str::to_owned),
            },
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, SignInView)> {
        let view = |notice, error| SignInView::new(Frame::sample(false), "sample-token".to_owned(), notice, error);
        vec![
            ("normal", view(None, None)),
            ("error", view(None, Some("The token is not right. Copy it again from where the server was started"))),
            ("ended", view(Some("Your session has ended. Nothing you had sent was lost."), None)),
            ("signed-out", view(Some("You have signed out."), None)),
        ]
    }
}
