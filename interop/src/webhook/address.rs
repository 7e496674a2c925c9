//! The address of a receiver, taken apart once.

/// Where to connect and what to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// Host and port to connect to.
    pub(crate) connect: String,
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
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => {
                return Err("https is not built in; name a proxy of your own that speaks it for us, by http");
            }
            _ => return Err("begins with http://"),
        }
        let authority = uri.authority().ok_or("names a host")?;
        if authority.as_str().contains('@') {
            return Err("has no user name or password: the secret signs");
        }
        if uri.query().is_some() {
            return Err("has no query: what is told stands in the body");
        }
        Ok(Address {
            connect: format!("{}:{}", authority.host(), authority.port_u16().unwrap_or(80)),
            host: authority.as_str().to_owned(),
            path: uri.path().to_owned(),
        })
    }
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
        assert_eq!(
            Address::parse("http://egress/told").map(|one| one.connect),
            Ok("egress:80".to_owned())
        );
        for refused in [
            "https://example.org/told",
            "ftp://example.org/told",
            "http://me:secret@example.org/told",
            "http://example.org/told?key=secret",
            "example",
            "",
        ] {
            assert!(Address::parse(refused).is_err(), "{refused}");
        }
    }
}
