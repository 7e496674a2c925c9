//! A labelled line of input with its hint and its error.

use askama::Template;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// Any text about another person: the browser must not fill in the reader's own.
    Text,
    /// Digits, shown as typed.
    Digits,
    /// A secret that a password manager may fill in.
    Secret,
    /// A new secret, which a password manager may make.
    NewSecret,
    /// The reader's own sign-in name.
    SignInName,
    /// A code of the reader's telephone, or a recovery code.
    OneTimeCode,
}

impl FieldKind {
    fn input_type(self) -> &'static str {
        match self {
            FieldKind::Text | FieldKind::Digits | FieldKind::SignInName | FieldKind::OneTimeCode => "text",
            FieldKind::Secret | FieldKind::NewSecret => "password",
        }
    }

    fn autocomplete(self) -> &'static str {
        match self {
            FieldKind::Text | FieldKind::Digits => "off",
            FieldKind::Secret => "current-password",
            FieldKind::NewSecret => "new-password",
            FieldKind::SignInName => "username",
            FieldKind::OneTimeCode => "one-time-code",
        }
    }

    fn input_mode(self) -> Option<&'static str> {
        (self == FieldKind::Digits).then_some("numeric")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldWidth {
    Ten,
    Twenty,
}

impl FieldWidth {
    fn class(self) -> &'static str {
        match self {
            FieldWidth::Ten => "nhsuk-input--width-10",
            FieldWidth::Twenty => "nhsuk-input--width-20",
        }
    }
}

#[derive(Debug, Clone, Template)]
#[template(path = "components/text_field.html")]
pub(crate) struct TextField {
    /// Both the id and the name of the input.
    pub(crate) id: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) kind: FieldKind,
    pub(crate) width: FieldWidth,
    pub(crate) value: String,
    pub(crate) error: Option<String>,
}

impl askama::filters::HtmlSafe for TextField {}

impl TextField {
    fn described_by(&self) -> Option<String> {
        match (self.hint.is_empty(), self.error.is_some()) {
            (true, false) => None,
            (false, false) => Some(format!("{}-hint", self.id)),
            (true, true) => Some(format!("{}-error", self.id)),
            (false, true) => Some(format!("{0}-hint {0}-error", self.id)),
        }
    }
}
