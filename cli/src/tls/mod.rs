//! TLS by rustls: a certificate and its key from files, read again when they change or on SIGHUP, while the service runs.
//!
//! A pair that cannot be used is told in the log and the one before goes on being shown. TLS 1.2 and 1.3, with ring's
//! ciphers; HTTP/1.1.

mod files;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context;
use rustls::ServerConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_rustls::TlsAcceptor;

use files::Stamp;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What is shown to whoever connects, as it stands now.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let shown = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&shown))
    }
}

/// The certificate of a running service.
pub(crate) struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
    shown: Arc<Shown>,
    acceptor: TlsAcceptor,
    stamp: Stamp,
    /// Listened for from the start: a signal that nobody listens for ends the process.
    told: Option<Signal>,
}

impl Certificate {
    /// Reads the pair for the first time.
    ///
    /// # Errors
    /// When a file is missing or holds none, or the key belongs to another certificate: the message names the setting.
    pub(crate) fn open(certificate: PathBuf, key: PathBuf) -> anyhow::Result<Certificate> {
        let stamp = Stamp::of(&certificate, &key);
        let pair = files::read(&certificate, &key)?;
        let shown = Arc::new(Shown(RwLock::new(Arc::new(pair))));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .context("TLS cannot be set up")?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&shown) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Certificate {
            certificate,
            key,
            shown,
            acceptor: TlsAcceptor::from(Arc::new(config)),
            stamp,
            told: signal(SignalKind::hangup()).ok(),
        })
    }

    /// What connections are taken by.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }

    /// Shows what the files hold, from now until the task is stopped.
    pub(crate) async fn keep(mut self) {
        loop {
            let hangup = async {
                match self.told.as_mut() {
                    Some(told) => {
                        told.recv().await;
                    }
                    None => std::future::pending().await,
                }
            };
            let forced = tokio::select! {
                () = hangup => true,
                () = tokio::time::sleep(LOOK_EVERY) => false,
            };
            let now = Stamp::of(&self.certificate, &self.key);
            if forced || now != self.stamp {
                self.stamp = now;
                self.show_again();
            }
        }
    }

    fn show_again(&self) {
        match files::read(&self.certificate, &self.key) {
            Ok(pair) => {
                *self.shown.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pair);
                tracing::warn!("the certificate was read again, and is shown from now on");
            }
            // Its words name settings and no contents.
            Err(error) => tracing::error!("the certificate before goes on being shown: {error:#}"),
        }
    }
}
