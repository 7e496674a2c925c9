//! The limit of reading and searching: the same bytes from memory, through the same HTTP stack with the same connection settings.
//!
//! A process of its own, so that its CPU time is counted as the server's is.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};

use crate::house::say;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file whose bytes are every answer.
    file: PathBuf,
}

pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let file = arguments.file;
    let bytes = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let router = Router::new().nest(
        "/fhir",
        Router::new()
            .route("/{type}", get(answer))
            .route("/{type}/{id}", get(answer))
            .route("/{type}/{id}/{inner}", get(answer))
            .with_state(Bytes::from(bytes)),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    say(&format!("listening on http://{}", listener.local_addr()?));
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(connection(stream, router.clone()));
    }
}

/// The headers that the FHIR door sends with a resource.
async fn answer(State(bytes): State<Bytes>, Path(_path): Path<Vec<String>>) -> Response {
    let mut response = Body::from(bytes).into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/fhir+json;charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::ETAG, "W/\"1\""),
        (header::LAST_MODIFIED, "Thu, 01 Jan 2026 00:00:00 GMT"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// As `sarsen serve` sets its connections up.
async fn connection(stream: TcpStream, router: Router) {
    let _ = stream.set_nodelay(true);
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(30))
        .max_buf_size(64 << 10)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}
