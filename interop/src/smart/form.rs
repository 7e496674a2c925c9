//! A form as OAuth sends it. A parameter that stands twice makes the whole unreadable (RFC 6749, 3.2).

use std::collections::BTreeMap;

use http::{HeaderMap, header};

/// The parameters of a request, each at most once.
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    pub(super) fn parse(headers: &HeaderMap, body: &[u8]) -> Option<Form> {
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let kind = kind.split(';').next()?.trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return None;
        }
        let mut found = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            if found.insert(name.into_owned(), value.into_owned()).is_some() {
                return None;
            }
        }
        Some(Form(found))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}
