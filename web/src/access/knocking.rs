//! Where a request comes from, for who counts what was wrong: the network's address and the browser's own cookie.

use std::convert::Infallible;
use std::net::IpAddr;

use actions::access::accounts::Knock;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};

use crate::app::App;
use crate::session::Cookie;

/// The address that a request came from; whoever serves puts it among the request's extensions. Without it all requests
/// count as from one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source(pub IpAddr);

/// What a request says of where it comes from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Knocking {
    source: String,
    pub(crate) device: Option<String>,
    /// The browser, in words for its own user.
    pub(crate) browser: String,
}

impl Knocking {
    pub(crate) fn knock(&self) -> Knock<'_> {
        Knock {
            source: &self.source,
            device: self.device.as_deref(),
        }
    }
}

impl FromRequestParts<App> for Knocking {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Knocking, Infallible> {
        let source = parts
            .extensions
            .get::<Source>()
            .map_or_else(|| "somewhere".to_owned(), |Source(address)| network(*address));
        Ok(Knocking {
            source,
            device: Cookie::Device.read(&parts.headers, app.settings.secure_cookies),
            browser: browser(&parts.headers),
        })
    }
}

/// An address as it is counted: of IPv6 the first 64 bits, of which one customer has at least as many.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

/// A browser and its system in a few words of ours; nothing of what it says of itself is repeated.
fn browser(headers: &HeaderMap) -> String {
    let said = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let first = |known: &[(&str, &'static str)]| {
        known
            .iter()
            .find(|(mark, _)| said.contains(mark))
            .map(|(_, words)| *words)
    };
    let program = first(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(words), None) | (None, Some(words)) => words.to_owned(),
        (None, None) => "A browser that does not say which".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_a_network_of_ipv6_count_as_one_and_others_do_not() {
        let counted = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(counted("2001:db8:1:2::1"), counted("2001:db8:1:2:ffff::9"));
        assert_ne!(counted("2001:db8:1:2::1"), counted("2001:db8:1:3::1"));
        assert_eq!(counted("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
