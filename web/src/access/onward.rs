//! Where somebody goes after signing in: to the consent that an app waits for, or to the first page. What the cookie holds
//! is a word of ours, never an address, so nobody can be sent elsewhere by it.

use http::{HeaderMap, HeaderValue, header};

fn name(secure: bool) -> &'static str {
    if secure {
        "__Host-sarsen-onward"
    } else {
        "sarsen-onward"
    }
}

fn cookie(word: &str, age: u32, secure: bool) -> Option<HeaderValue> {
    let secured = if secure { "; Secure" } else { "" };
    let text = format!(
        "{}={word}; Max-Age={age}; Path=/; HttpOnly; SameSite=Lax{secured}",
        name(secure)
    );
    HeaderValue::from_str(&text).ok()
}

/// The header that remembers the consent that waits under `word`.
pub(crate) fn remember(word: &str, secure: bool) -> Option<HeaderValue> {
    cookie(word, 600, secure)
}

/// The header that forgets it.
pub(crate) fn forget(secure: bool) -> Option<HeaderValue> {
    cookie("", 0, secure)
}

/// Where to go now, or `otherwise`.
pub(crate) fn landing(headers: &HeaderMap, secure: bool, otherwise: &str) -> String {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let word = cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name(secure))
        .map(|(_, word)| word);
    match word {
        Some(word) if word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            format!("/oauth/consent/{word}")
        }
        _ => otherwise.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::landing;
    use http::{HeaderMap, HeaderValue, header};

    #[test]
    fn nobody_is_sent_elsewhere_by_the_cookie() {
        let sent = |word: &str| {
            let mut headers = HeaderMap::new();
            let value = HeaderValue::from_str(&format!("a=b; sarsen-onward={word}")).expect("a header");
            headers.insert(header::COOKIE, value);
            landing(&headers, false, "/")
        };
        let word = "0f".repeat(32);
        assert_eq!(sent(&word), format!("/oauth/consent/{word}"));
        for wrong in [
            "",
            "https://elsewhere.example",
            "//elsewhere.example",
            "../staff",
            &word[1..],
        ] {
            assert_eq!(sent(wrong), "/", "{wrong}");
        }
    }
}
