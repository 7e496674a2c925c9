//! Where a request came from. A header says so only where a proxy of ours wrote it: anybody can write one.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::HeaderMap;

/// The address at the other end of the connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The place that a request counts against: the other end of the connection; where that is a trusted proxy, the last
/// address of `X-Forwarded-For` that is none. Of IPv6, the network of 64 bits, since one house has all of it.
pub(super) fn came_from(peer: Option<Peer>, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.to_canonical());
    if !trusted.contains(&peer) {
        return network(peer);
    }
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|text| {
            text.trim()
                .parse::<IpAddr>()
                .ok()
                .map(|address| address.to_canonical())
        })
        .collect::<Vec<_>>();
    // From the right: what stands further left was written by whoever asked.
    for address in forwarded.into_iter().rev() {
        match address {
            Some(address) if trusted.contains(&address) => {}
            Some(address) => return network(address),
            // Nothing left of what cannot be read is believed.
            None => break,
        }
    }
    network(peer)
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => IpAddr::V6((six.to_bits() & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Peer, came_from};
    use axum::http::{HeaderMap, HeaderValue};
    use std::net::IpAddr;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn from(peer: &str, forwarded: &[&'static str]) -> IpAddr {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        let trusted = [ip("10.0.0.1"), ip("10.0.0.2")];
        came_from(Some(Peer(ip(peer))), &headers, &trusted)
    }

    #[test]
    fn a_header_of_a_stranger_is_not_believed() {
        assert_eq!(from("192.0.2.7", &["198.51.100.1"]), ip("192.0.2.7"));
        assert_eq!(from("192.0.2.7", &["10.0.0.1"]), ip("192.0.2.7"));
    }

    #[test]
    fn behind_a_trusted_proxy_the_last_address_that_is_none_counts() {
        assert_eq!(from("10.0.0.1", &["198.51.100.1"]), ip("198.51.100.1"));
        // What the client wrote stands to the left of what the proxy added.
        assert_eq!(
            from("10.0.0.1", &["203.0.113.9, 198.51.100.1"]),
            ip("198.51.100.1")
        );
        assert_eq!(
            from("10.0.0.1", &["203.0.113.9", "198.51.100.1, 10.0.0.2"]),
            ip("198.51.100.1")
        );
        assert_eq!(from("::ffff:10.0.0.1", &["198.51.100.1"]), ip("198.51.100.1"));
        for nothing in [&[][..], &["unknown"], &["198.51.100.1, nonsense"]] {
            assert_eq!(from("10.0.0.1", nothing), ip("10.0.0.1"));
        }
    }

    #[test]
    fn a_house_with_a_network_of_ipv6_is_one_place() {
        assert_eq!(from("2001:db8:1:2::1", &[]), from("2001:db8:1:2:ffff::9", &[]));
        assert_ne!(from("2001:db8:1:2::1", &[]), from("2001:db8:1:3::1", &[]));
    }
}
