//! A browser as far as sign-in needs one: it keeps cookies and follows redirects on this machine.

use std::collections::BTreeMap;

use http::{Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use url::Url;

#[derive(Default)]
pub(crate) struct Browser {
    cookies: BTreeMap<String, String>,
}

/// One request, with its answer's body.
pub(crate) async fn ask(request: Request<String>) -> Response<String> {
    let address = Url::parse(&request.uri().to_string()).expect("an address");
    let at = (
        address.host_str().expect("a host"),
        address.port().expect("a port"),
    );
    let stream = TcpStream::connect(at).await.expect("reached");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .expect("HTTP");
    let driven = tokio::spawn(connection);
    let (mut parts, body) = request.into_parts();
    let host = format!("{}:{}", at.0, at.1).parse().expect("a header");
    parts.headers.insert(header::HOST, host);
    parts.uri = address[url::Position::BeforePath..url::Position::AfterQuery]
        .parse()
        .expect("a path");
    let request = Request::from_parts(parts, Full::new(bytes::Bytes::from(body)));
    let answer = sender.send_request(request).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    driven.abort();
    Response::from_parts(parts, String::from_utf8_lossy(&body).into_owned())
}

impl Browser {
    /// Opens an address and goes where it is sent, until it is sent to one that begins with `end`: that one.
    pub(crate) async fn follow(&mut self, from: &str, end: &str) -> Url {
        let mut here = Url::parse(from).expect("an address");
        for _ in 0..10 {
            if here.as_str().starts_with(end) {
                return here;
            }
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let request = Request::get(here.as_str())
                .header(header::COOKIE, cookies.join("; "))
                .body(String::new());
            let answer = ask(request.expect("a request")).await;
            for cookie in answer.headers().get_all(header::SET_COOKIE) {
                let pair = cookie
                    .to_str()
                    .expect("text")
                    .split(';')
                    .next()
                    .unwrap_or_default();
                let (name, value) = pair.split_once('=').expect("a pair");
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            let to = answer.headers().get(header::LOCATION);
            let to = to.unwrap_or_else(|| panic!("{here}: {}\n{}", answer.status(), answer.body()));
            here = here.join(to.to_str().expect("text")).expect("an address");
        }
        panic!("sent round and round from {from}");
    }
}
