//! The form, read as pairs: the boxes of needs share one name.

use actions::person::{LANGUAGES, OwnDetails};

/// What was sent.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub(super) csrf: String,
    pub(super) details: OwnDetails,
}

impl Typed {
    /// From the pairs of a form; what is not ours is passed over.
    pub(super) fn of(pairs: &[(String, String)]) -> Typed {
        let mut typed = Typed::default();
        let mut other = String::new();
        let details = &mut typed.details;
        for (name, value) in pairs {
            match name.as_str() {
                "csrf" => typed.csrf.clone_from(value),
                "version" => details.version = value.parse().unwrap_or_default(),
                "telephone" => details.telephone.clone_from(value),
                "email" => details.email.clone_from(value),
                "language" => details.language.clone_from(value),
                "other-language" => other.clone_from(value),
                "interpreter" => {
                    details.interpreter = match value.as_str() {
                        "yes" => Some(true),
                        "no" => Some(false),
                        _ => None,
                    }
                }
                "method" => details.method.clone_from(value),
                "format" => details.format.clone_from(value),
                "times" => details.times.clone_from(value),
                "needs" => {
                    details.needs.insert(value.clone());
                }
                _ => {}
            }
        }
        if !other.trim().is_empty() {
            details.language = other.trim().to_owned();
        }
        typed
    }
}

/// The name of a language that is not offered; empty for one that is.
pub(super) fn other_language(language: &str) -> String {
    if LANGUAGES.iter().any(|(code, _)| *code == language) {
        String::new()
    } else {
        language.to_owned()
    }
}
