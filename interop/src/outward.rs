//! Asking other systems over HTTP: one request over a connection of its own, bounded in time and size, following nothing.
//! TLS by rustls with the certificates that the operating system trusts; plain HTTP to this machine alone.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use record::trust;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

/// How long the whole may take.
const WHOLE: Duration = Duration::from_secs(10);
/// The most of an answer's body that is taken.
const MOST_ANSWER: usize = 1 << 20;

/// Why there is no answer: a fixed word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NoAnswer(&'static str);

/// The trusted certificates, read once.
static TLS: LazyLock<Option<Arc<ClientConfig>>> = LazyLock::new(|| {
    // No setting names others: where the operating system trusts nobody, nobody is asked.
    trust::client(None, "").ok().map(Arc::new)
});

/// Whether an address may be asked: by TLS, or this machine.
pub(crate) fn may_ask(address: &Url) -> bool {
    match address.scheme() {
        "https" => address.host().is_some(),
        "http" => match address.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
            None => false,
        },
        _ => false,
    }
}

/// Asks.
///
/// # Errors
/// A fixed word: not reached, not trusted, too slow, too long, or not an address that may be asked.
pub(crate) async fn ask(request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, NoAnswer> {
    tokio::time::timeout(WHOLE, talk(request))
        .await
        .unwrap_or(Err(NoAnswer("timed-out")))
}

async fn talk(request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, NoAnswer> {
    let address = Url::parse(&request.uri().to_string()).map_err(|_| NoAnswer("not-an-address"))?;
    if !may_ask(&address) {
        return Err(NoAnswer("not-an-address"));
    }
    let (Some(host), Some(port)) = (address.host_str(), address.port_or_known_default()) else {
        return Err(NoAnswer("not-an-address"));
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((bare, port))
        .await
        .map_err(|_| NoAnswer("not-reached"))?;
    if address.scheme() == "http" {
        return exchange(stream, &address, request).await;
    }
    let config = TLS.as_ref().ok_or(NoAnswer("no-tls"))?;
    let name = ServerName::try_from(bare.to_owned()).map_err(|_| NoAnswer("not-an-address"))?;
    let stream = TlsConnector::from(Arc::clone(config))
        .connect(name, stream)
        .await
        .map_err(|_| NoAnswer("not-trusted"))?;
    exchange(stream, &address, request).await
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    address: &Url,
    request: Request<Vec<u8>>,
) -> Result<Response<Vec<u8>>, NoAnswer> {
    let (mut parts, body) = request.into_parts();
    let authority = &address[url::Position::BeforeHost..url::Position::AfterPort];
    let path = &address[url::Position::BeforePath..url::Position::AfterQuery];
    let host = HeaderValue::from_str(authority).map_err(|_| NoAnswer("not-an-address"))?;
    parts.headers.insert(header::HOST, host);
    parts
        .headers
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    parts.uri = path.parse().map_err(|_| NoAnswer("not-an-address"))?;
    let request = Request::from_parts(parts, Full::new(Bytes::from(body)));
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(64 << 10)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| NoAnswer("cut-off"))?;
    // The connection is driven beside the request, and ends with it.
    let driven = async {
        let _ = connection.await;
        std::future::pending::<()>().await;
    };
    let answered = async {
        let answer = sender
            .send_request(request)
            .await
            .map_err(|_| NoAnswer("cut-off"))?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, MOST_ANSWER).collect().await;
        let body = body.map_err(|_| NoAnswer("cut-off-or-too-long"))?.to_bytes();
        Ok(Response::from_parts(parts, body.to_vec()))
    };
    tokio::select! {
        answered = answered => answered,
        () = driven => Err(NoAnswer("cut-off")),
    }
}

#[cfg(test)]
mod tests {
    use super::may_ask;
    use url::Url;

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        let asked = |address: &str| may_ask(&Url::parse(address).expect("an address"));
        for taken in [
            "https://sign-in.example/x",
            "http://127.0.0.1:9/x",
            "http://[::1]:9/",
            "http://localhost/x",
        ] {
            assert!(asked(taken), "{taken}");
        }
        for refused in [
            "http://sign-in.example/x",
            "http://127.0.0.1.example/",
            "ftp://127.0.0.1/",
            "file:///x",
        ] {
            assert!(!asked(refused), "{refused}");
        }
    }
}
