//! A page with one form and little else: the steps of signing in, of setting an account up, of proving who one is.

use askama::Template;

use crate::components::{ErrorSummary, FieldKind, FieldWidth, Problem, TextField};
use crate::frame::Frame;

/// One of several to choose.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) words: String,
    pub(crate) hint: String,
}

/// What a passkey is asked for, for the script of the page.
#[derive(Debug, Clone)]
pub(crate) struct PasskeyAsked {
    /// "get" or "create".
    pub(crate) verb: &'static str,
    /// What the browser is asked, as JSON.
    pub(crate) options: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "access/step.html")]
pub(crate) struct StepView {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) action: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) notice: Option<String>,
    pub(crate) summary: Option<ErrorSummary>,
    pub(crate) words: Vec<String>,
    /// The way on by another site: address and words. It stands before the form.
    pub(crate) on: Option<(String, String)>,
    pub(crate) hidden: Vec<(&'static str, String)>,
    pub(crate) fields: Vec<TextField>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) passkey: Option<PasskeyAsked>,
    /// To be written down: shown in large letters, line by line.
    pub(crate) lines: Vec<String>,
    /// The words of the button; none when there is nothing to send.
    pub(crate) button: Option<&'static str>,
    pub(crate) links: Vec<(String, &'static str)>,
}

impl StepView {
    pub(crate) fn new(frame: Frame, csrf: String, action: &'static str, heading: &'static str) -> StepView {
        StepView {
            frame,
            csrf,
            action,
            heading,
            notice: None,
            summary: None,
            words: Vec::new(),
            on: None,
            hidden: Vec::new(),
            fields: Vec::new(),
            choices: Vec::new(),
            passkey: None,
            lines: Vec::new(),
            button: Some("Continue"),
            links: Vec::new(),
        }
    }

    pub(crate) fn saying(mut self, words: impl Into<String>) -> StepView {
        self.words.push(words.into());
        self
    }

    /// With a line of input; its problem is said at the top too.
    pub(crate) fn asking(
        mut self,
        id: &'static str,
        label: &'static str,
        hint: &'static str,
        kind: FieldKind,
        error: Option<&str>,
    ) -> StepView {
        self.fields.push(TextField {
            id,
            label,
            hint,
            kind,
            width: FieldWidth::Twenty,
            value: String::new(),
            error: error.map(str::to_owned),
        });
        self.refused(error.map(|words| (id, words)))
    }

    pub(crate) fn refused(mut self, problem: Option<(&'static str, &str)>) -> StepView {
        if let Some((id, words)) = problem
            && self.summary.is_none()
        {
            self.summary = ErrorSummary::of(vec![Problem::new(id, words)]);
        }
        self
    }

    pub(crate) fn is_refused(&self) -> bool {
        self.summary.is_some()
    }

    pub(crate) fn samples() -> Vec<(&'static str, StepView)> {
        let step =
            |action, heading| StepView::new(Frame::sample(false), "sample-token".to_owned(), action, heading);
        let code = |error| {
            step("/sign-in/code", "Enter a code")
                .saying("Enter the code that your authenticator app shows now.")
                .asking(
                    "code",
                    "Code",
                    "6 digits, or a recovery code",
                    FieldKind::OneTimeCode,
                    error,
                )
        };
        let mut roles = step("/sign-in/role", "Choose your role");
        roles.choices = [
            "GP at Example Surgery",
            "Privacy officer of <script>alert(1)</script>",
        ]
        .into_iter()
        .zip(["1", "2"])
        .map(|(words, value)| Choice {
            value: value.to_owned(),
            words: words.to_owned(),
            hint: String::new(),
        })
        .collect();
        let mut passkey = step("/sign-in/passkey", "Sign in with a passkey");
        passkey.passkey = Some(PasskeyAsked {
            verb: "get",
            options: "{}".to_owned(),
        });
        let mut codes = step("/account", "Write down your recovery codes");
        codes.lines = vec!["abcd-efgh-ijkl-mnop".to_owned(), "qrst-uvwx-yz23-4567".to_owned()];
        codes.button = None;
        codes.links = vec![("/sign-in".to_owned(), "Sign in")];
        let confirm = |also_code: bool| {
            let mut view = step("/confirm", "Show that it is you")
                .saying("What you are about to do needs you to sign in again with NHS CIS2. You go back to where you were.");
            view.on = Some(("/confirm".to_owned(), "Confirm with NHS CIS2".to_owned()));
            view.button = view.button.filter(|_| also_code);
            if also_code {
                view = view.asking(
                    "code",
                    "Code",
                    "6 digits, or a recovery code",
                    FieldKind::OneTimeCode,
                    None,
                );
            }
            view
        };
        vec![
            ("confirm-with", confirm(false)),
            ("confirm-with-or-code", confirm(true)),
            ("code", code(None)),
            (
                "code-wrong",
                code(Some("The code is not right, or was used before")),
            ),
            ("role", roles),
            ("passkey", passkey),
            ("recovery-codes", codes),
        ]
    }
}
