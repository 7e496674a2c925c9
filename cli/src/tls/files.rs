//! The two files: PEM, the certificate first and then those that vouch for it; the key in PKCS#8, PKCS#1 or SEC1.

use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, ensure};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

/// What tells that a file was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp([Option<(SystemTime, u64)>; 2]);

impl Stamp {
    pub(super) fn of(certificate: &Path, key: &Path) -> Stamp {
        Stamp([certificate, key].map(|path| {
            let about = std::fs::metadata(path).ok()?;
            Some((about.modified().ok()?, about.len()))
        }))
    }
}

/// Reads the pair.
///
/// # Errors
/// Words that name the setting, and nothing of what the files hold.
pub(super) fn read(certificate: &Path, key: &Path) -> anyhow::Result<CertifiedKey> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|_| {
            anyhow::anyhow!(
                "server.certificate: {} cannot be read as PEM",
                certificate.display()
            )
        })?;
    ensure!(
        !chain.is_empty(),
        "server.certificate: {} holds no certificate",
        certificate.display()
    );
    let private = PrivateKeyDer::from_pem_file(key)
        .map_err(|_| anyhow::anyhow!("server.key: {} holds no private key in PEM", key.display()))?;
    let signing = rustls::crypto::ring::sign::any_supported_type(&private).map_err(|_| {
        anyhow::anyhow!(
            "server.key: {} is a key of a kind that is not known",
            key.display()
        )
    })?;
    let pair = CertifiedKey::new(chain, signing);
    pair.keys_match()
        .context("server.key: it belongs to another certificate than server.certificate")?;
    Ok(pair)
}
