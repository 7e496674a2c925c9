//! One keep-alive connection to a FHIR server, as cheap as a client can be: bytes out, bytes in.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::http::{self, Chunks, Framing};

/// Where a server is: `http://host:port/path`.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) authority: String,
    /// The path of the FHIR base, without a slash at its end; may be empty.
    pub(super) path: String,
    address: SocketAddr,
    token: Option<String>,
}

impl Target {
    /// Reads a base URL and looks its host up. `token` goes into every request's `Authorization: Bearer`.
    ///
    /// # Errors
    /// When the URL is not plain HTTP, or its host is not known.
    pub(super) async fn resolve(base: &str, token: Option<&str>) -> anyhow::Result<Target> {
        let (authority, path) = split(base)?;
        let with_port = if authority.contains(':') {
            authority.clone()
        } else {
            format!("{authority}:80")
        };
        let mut addresses = tokio::net::lookup_host(&with_port)
            .await
            .with_context(|| format!("{with_port} is not known"))?;
        let address = addresses
            .next()
            .ok_or_else(|| anyhow!("{with_port} has no address"))?;
        Ok(Target {
            authority,
            path,
            address,
            token: token.map(str::to_owned),
        })
    }

    /// The bytes of a request without a body. `path` goes after the base and begins with a slash.
    pub(super) fn get(&self, path: &str) -> Vec<u8> {
        self.get_with(
            path,
            &format!("{}Accept: application/fhir+json\r\n", self.authorization()),
        )
    }

    /// The bytes of a request without a body, with these header lines.
    pub(super) fn get_with(&self, path: &str, headers: &str) -> Vec<u8> {
        format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n",
            self.place(path),
            self.authority
        )
        .into_bytes()
    }

    /// The bytes of a request that posts FHIR JSON.
    pub(super) fn post(&self, path: &str, json: &str) -> Vec<u8> {
        let authorization = self.authorization();
        let headers = format!(
            "{authorization}Accept: application/fhir+json\r\nContent-Type: application/fhir+json\r\n"
        );
        self.post_with(path, &headers, json)
    }

    /// The bytes of a request that posts `body`, with these header lines.
    pub(super) fn post_with(&self, path: &str, headers: &str, body: &str) -> Vec<u8> {
        let (place, host, length) = (self.place(path), &self.authority, body.len());
        format!("POST {place} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
            .into_bytes()
    }

    fn place(&self, path: &str) -> String {
        match (self.path.as_str(), path) {
            ("", "") => "/".to_owned(),
            (base, path) => format!("{base}{path}"),
        }
    }

    fn authorization(&self) -> String {
        self.token
            .as_ref()
            .map(|token| format!("Authorization: Bearer {token}\r\n"))
            .unwrap_or_default()
    }
}

/// Authority and path of a base URL.
fn split(base: &str) -> anyhow::Result<(String, String)> {
    let Some(rest) = base.strip_prefix("http://") else {
        bail!("{base}: give the base as http://host:port/path; the load client speaks no TLS");
    };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    if authority.is_empty()
        || base
            .bytes()
            .any(|byte| byte <= b' ' || byte == b'?' || byte == b'#')
    {
        bail!("{base}: give the base as http://host:port/path, without a query");
    }
    Ok((authority.to_owned(), path.trim_end_matches('/').to_owned()))
}

/// An answer, lent until the next request.
#[derive(Debug)]
pub(super) struct Reply<'c> {
    pub(super) status: u16,
    pub(super) head: &'c [u8],
    pub(super) body: &'c [u8],
}

impl Reply<'_> {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Status and the beginning of the body, for a message.
    pub(super) fn words(&self) -> String {
        let body = String::from_utf8_lossy(&self.body[..self.body.len().min(400)]);
        format!("status {}: {body}", self.status)
    }
}

/// A connection; opened again when the server has closed it.
pub(super) struct Connection {
    target: Target,
    stream: Option<TcpStream>,
    incoming: Vec<u8>,
    unchunked: Vec<u8>,
}

impl Connection {
    pub(super) async fn open(target: &Target) -> anyhow::Result<Connection> {
        let mut connection = Connection {
            target: target.clone(),
            stream: None,
            incoming: Vec::with_capacity(64 << 10),
            unchunked: Vec::new(),
        };
        connection.connect().await?;
        Ok(connection)
    }

    async fn connect(&mut self) -> anyhow::Result<()> {
        let stream = TcpStream::connect(self.target.address)
            .await
            .with_context(|| format!("no connection to {}", self.target.authority))?;
        stream.set_nodelay(true)?;
        self.stream = Some(stream);
        Ok(())
    }

    /// Sends one request and reads its answer whole.
    ///
    /// # Errors
    /// When the connection breaks or the answer is not HTTP.
    pub(super) async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Reply<'_>> {
        if self.stream.is_none() {
            self.connect().await?;
        }
        let read = self.send_and_read(request).await;
        let (head, end) = match read {
            Ok(read) => read,
            Err(error) => {
                self.stream = None;
                return Err(error);
            }
        };
        if head.close || head.framing == Framing::UntilClose {
            self.stream = None;
        }
        let body = match head.framing {
            Framing::Chunked => &self.unchunked[..],
            _ => &self.incoming[head.end..end],
        };
        Ok(Reply {
            status: head.status,
            head: &self.incoming[..head.end],
            body,
        })
    }

    async fn send_and_read(&mut self, request: &[u8]) -> anyhow::Result<(http::Head, usize)> {
        let stream = self
            .stream
            .as_mut()
            .ok_or_else(|| anyhow!("the connection is closed"))?;
        stream.write_all(request).await?;
        self.incoming.clear();
        self.unchunked.clear();
        let head = loop {
            match http::head(&self.incoming)? {
                Some(head) if (100..200).contains(&head.status) => {
                    self.incoming.drain(..head.end);
                }
                Some(head) => break head,
                None => more(stream, &mut self.incoming).await?,
            }
        };
        let end = match head.framing {
            Framing::Length(length) => {
                let end = head.end + length;
                self.incoming.reserve(end.saturating_sub(self.incoming.len()));
                while self.incoming.len() < end {
                    more(stream, &mut self.incoming).await?;
                }
                end
            }
            Framing::Chunked => {
                let mut chunks = Chunks::new(head.end);
                loop {
                    if let Some(end) = chunks.advance(&self.incoming, &mut self.unchunked)? {
                        break end;
                    }
                    more(stream, &mut self.incoming).await?;
                }
            }
            Framing::UntilClose => {
                while stream.read_buf(&mut self.incoming).await? > 0 {}
                self.incoming.len()
            }
        };
        Ok((head, end))
    }
}

async fn more(stream: &mut TcpStream, into: &mut Vec<u8>) -> anyhow::Result<()> {
    if into.capacity() - into.len() < 4096 {
        into.reserve(64 << 10);
    }
    if stream.read_buf(into).await? == 0 {
        bail!("the server closed the connection before its answer was whole");
    }
    Ok(())
}

/// Tries for `within` to get an answer of success to a GET of `path`.
///
/// # Errors
/// The last failure, once the time is over.
pub(super) async fn wait_for(target: &Target, path: &str, within: Duration) -> anyhow::Result<()> {
    let request = target.get(path);
    let attempt = async {
        loop {
            let tried = async {
                let mut connection = Connection::open(target).await?;
                let reply = connection.exchange(&request).await?;
                if reply.is_success() {
                    Ok(())
                } else {
                    Err(anyhow!(reply.words()))
                }
            };
            match tried.await {
                Ok(()) => return,
                Err(error) => tracing::debug!(%error, "the server does not answer yet"),
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(within, attempt).await.with_context(|| {
        format!(
            "no answer from {} within {} s",
            target.authority,
            within.as_secs()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_base_url_is_split_into_authority_and_path() {
        assert_eq!(
            split("http://127.0.0.1:8080/fhir/").ok(),
            Some(("127.0.0.1:8080".into(), "/fhir".into()))
        );
        assert_eq!(
            split("http://localhost").ok(),
            Some(("localhost".into(), String::new()))
        );
    }

    #[test]
    fn what_the_client_cannot_speak_to_is_refused() {
        for base in [
            "https://a/fhir",
            "a/fhir",
            "http://",
            "http://a/fhir?x=1",
            "http://a/fh ir",
        ] {
            assert!(split(base).is_err(), "{base}");
        }
    }
}
