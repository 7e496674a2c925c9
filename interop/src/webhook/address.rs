//! The address of a receiver, taken apart once.

use rustls::pki_types::ServerName;

/// Where to connect and what to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// Host and port to connect to.
    pub(crate) connect: String,
    /// The name that the receiver's certificate has to be for; none where it is told by http.
    pub(crate) certified: Option<ServerName<'static>>,
    /// As the `Host` header has it.
    pub(crate) host: String,
    /// Path and query.
    pub(crate) path: String,
}

impl Address {
    /// Takes an address apart.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub(crate) fn parse(url: &str) -> Result<Address, &'static str> {
        let uri: http::Uri = url.parse().map_err(|_| "not an address")?;
        let by_tls = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err("begins with https:// or http://"),
        };
        let authority = uri.authority().ok_or("names a host")?;
        if authority.as_str().contains('@') {
            return Err("has no user name or password: the secret signs");
        }
        if uri.query().is_some() {
            return Err("has no query: what is told stands in the body");
        }
        let certified = by_tls.then(|| certified(authority.host())).transpose()?;
        let usual = if by_tls { 443 } else { 80 };
        Ok(Address {
            connect: format!("{}:{}", authority.host(), authority.port_u16().unwrap_or(usual)),
            certified,
            host: authority.as_str().to_owned(),
            path: uri.path().to_owned(),
        })
    }
}

/// The name as certificates have it: an IPv6 address without its brackets.
fn certified(host: &str) -> Result<ServerName<'static>, &'static str> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    ServerName::try_from(bare.to_owned()).map_err(|_| "names a host that no certificate can be for")
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_is_taken_apart_and_its_wrong_neighbours_are_refused() {
        let address = Address::parse("http://127.0.0.1:8090/told").expect("an address");
        assert_eq!(
            (
                address.connect.as_str(),
                address.host.as_str(),
                address.path.as_str()
            ),
            ("127.0.0.1:8090", "127.0.0.1:8090", "/told")
        );
        assert_eq!(address.certified, None);
        assert_eq!(
            Address::parse("http://egress/told").map(|one| one.connect),
            Ok("egress:80".to_owned())
        );
        for refused in [
            "ftp://example.org/told",
            "http://me:secret@example.org/told",
            "https://me:secret@example.org/told",
            "http://example.org/told?key=secret",
            "https://example.org/told?key=secret",
            "https://exam_ple..org/told",
            "example",
            "",
        ] {
            assert!(Address::parse(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn an_address_by_https_says_for_whom_the_certificate_has_to_be() {
        for (url, connect, name) in [
            ("https://pas.example/told", "pas.example:443", "pas.example"),
            ("https://pas.example:8443/told", "pas.example:8443", "pas.example"),
            ("https://127.0.0.1/told", "127.0.0.1:443", "127.0.0.1"),
            ("https://[::1]:9/told", "[::1]:9", "::1"),
        ] {
            let address = Address::parse(url).expect(url);
            assert_eq!(address.connect, connect);
            let certified = address.certified.expect("by TLS");
            assert_eq!(certified.to_str(), name);
        }
    }
}
