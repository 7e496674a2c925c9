//! The cookie of a sign-in that is on its way to a provider and back. It has to come along when the provider's site sends
//! the browser back, so it is `Lax`; it opens nothing by itself and ends after a quarter of an hour.

use http::{HeaderMap, HeaderValue, header};

fn name(secure: bool) -> &'static str {
    if secure {
        "__Host-sarsen-provider"
    } else {
        "sarsen-provider"
    }
}

fn attributes(secure: bool) -> &'static str {
    if secure {
        "Path=/; HttpOnly; SameSite=Lax; Secure"
    } else {
        "Path=/; HttpOnly; SameSite=Lax"
    }
}

/// The secret of this browser, if it is one of ours in form.
pub(crate) fn read(headers: &HeaderMap, secure: bool) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name(secure))
        .map(|(_, secret)| secret.to_owned())
        .filter(|secret| secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The header that gives the browser the secret.
pub(crate) fn give(secret: &str, secure: bool) -> Option<HeaderValue> {
    let text = format!("{}={secret}; Max-Age=900; {}", name(secure), attributes(secure));
    HeaderValue::from_str(&text).ok()
}
