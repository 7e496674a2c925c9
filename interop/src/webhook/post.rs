//! One POST over a connection of its own: bounded in time and size, following nothing.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use record::trust::{Broken, rule_broken};
use rustls::ClientConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::webhook::address::Address;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long the whole may take.
const WHOLE: Duration = Duration::from_secs(20);
/// The most of an answer's body that is taken; it is thrown away.
const MOST_ANSWER: usize = 64 << 10;

/// Headers and body of a POST.
pub(crate) struct Message {
    pub(crate) key: String,
    pub(crate) signature: String,
    pub(crate) body: Bytes,
}

/// Posts; gives the status of the answer. `trusted` says whose certificates are believed, where the address is https.
///
/// # Errors
/// A fixed word: the receiver was not reached, not believed, or did not answer as HTTP asks.
pub(crate) async fn post(
    address: &Address,
    trusted: Option<&Arc<ClientConfig>>,
    message: Message,
) -> Result<u16, &'static str> {
    tokio::time::timeout(WHOLE, talk(address, trusted, message))
        .await
        .unwrap_or(Err("timed-out"))
}

async fn talk(
    address: &Address,
    trusted: Option<&Arc<ClientConfig>>,
    message: Message,
) -> Result<u16, &'static str> {
    let stream = tokio::time::timeout(CONNECT, TcpStream::connect(&address.connect))
        .await
        .map_err(|_| "timed-out")?
        .map_err(|_| "not-reached")?;
    let Some(name) = &address.certified else {
        return exchange(stream, address, message).await;
    };
    // Nothing of the letter is sent before the receiver has shown who it is.
    let connector = TlsConnector::from(Arc::clone(trusted.ok_or("no-tls")?));
    let stream = tokio::time::timeout(CONNECT, connector.connect(name.clone(), stream))
        .await
        .map_err(|_| "timed-out")?
        .map_err(|error| not_believed(&error))?;
    exchange(stream, address, message).await
}

/// The word for a certificate that was refused, or for TLS that did not come about.
fn not_believed(error: &std::io::Error) -> &'static str {
    match rule_broken(error) {
        Some(Broken::Authority) => "not-trusted",
        Some(Broken::Name) => "certificate-of-another",
        Some(Broken::Expired) => "certificate-expired",
        Some(Broken::Other) => "certificate-refused",
        None => "no-tls",
    }
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    address: &Address,
    message: Message,
) -> Result<u16, &'static str> {
    let request = Request::post(&address.path)
        .header(header::HOST, &address.host)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONNECTION, "close")
        .header("Idempotency-Key", message.key)
        .header("Sarsen-Signature", message.signature)
        .body(Full::new(message.body))
        .map_err(|_| "not-a-request")?;
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(64 << 10)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| "cut-off")?;
    // The connection is driven beside the request, and ends with it.
    let driven = async {
        let _ = connection.await;
        std::future::pending::<()>().await;
    };
    let answered = async {
        let answer = sender.send_request(request).await.map_err(|_| "cut-off")?;
        let status = answer.status().as_u16();
        // The status is what counts; a body that is too long or breaks off changes nothing about it.
        let _ = Limited::new(answer.into_body(), MOST_ANSWER).collect().await;
        Ok(status)
    };
    tokio::select! {
        answered = answered => answered,
        () = driven => Err("cut-off"),
    }
}
