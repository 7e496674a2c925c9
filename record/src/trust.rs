//! Whom Sarsen believes when it connects to somebody by TLS: the authorities that the operating system trusts, or those of
//! a file. PostgreSQL is reached by it, and so are the systems that others' doors speak to. A certificate is always
//! looked at, and the name in it; there is no way to say that it need not be.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};

/// Why nobody can be believed: the setting, and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The file is not there or is not text that holds PEM.
    #[error("{setting}: {} cannot be read as PEM", file.display())]
    NotRead {
        /// The setting that names the file.
        setting: String,
        /// The file.
        file: PathBuf,
    },
    /// The file holds nothing to believe.
    #[error("{setting}: {} holds no certificate", file.display())]
    Empty {
        /// The setting that names the file.
        setting: String,
        /// The file.
        file: PathBuf,
    },
    /// One of its certificates is damaged.
    #[error("{setting}: certificate {number} of {} is not one that can vouch for others", file.display())]
    NoAuthority {
        /// The setting that names the file.
        setting: String,
        /// The file.
        file: PathBuf,
        /// Which one, the first being 1.
        number: usize,
    },
    /// The operating system trusts nobody.
    #[error("{setting}: name a file of authorities (PEM); the operating system here trusts none")]
    NoneHere {
        /// The setting that would name a file.
        setting: String,
    },
    /// The provider of cryptography cannot do what TLS asks for: a fault in Sarsen.
    #[error("TLS is not available in this build")]
    NoTls,
}

/// How a client of TLS behaves that believes the authorities of `file`, or those of the operating system. `setting` is what
/// the file is called where it is set.
///
/// # Errors
/// When nobody would be believed: the error names the setting.
pub fn client(file: Option<&Path>, setting: &str) -> Result<ClientConfig, TrustError> {
    let roots = match file {
        Some(file) => from_file(file, setting)?,
        None => from_system(setting)?,
    };
    believing(roots)
}

/// A client that believes nobody: for a way on which no TLS is spoken.
pub(crate) fn nobody() -> Result<ClientConfig, TrustError> {
    believing(RootCertStore::empty())
}

fn believing(roots: RootCertStore) -> Result<ClientConfig, TrustError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| TrustError::NoTls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

fn from_file(file: &Path, setting: &str) -> Result<RootCertStore, TrustError> {
    let (setting, file) = (setting.to_owned(), file.to_owned());
    let read = CertificateDer::pem_file_iter(&file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let Ok(certificates) = read else {
        return Err(TrustError::NotRead { setting, file });
    };
    if certificates.is_empty() {
        return Err(TrustError::Empty { setting, file });
    }
    let mut roots = RootCertStore::empty();
    for (at, certificate) in certificates.into_iter().enumerate() {
        // Somebody named each of these on purpose: none of them is passed over.
        if roots.add(certificate).is_err() {
            let number = at + 1;
            return Err(TrustError::NoAuthority {
                setting,
                file,
                number,
            });
        }
    }
    Ok(roots)
}

fn from_system(setting: &str) -> Result<RootCertStore, TrustError> {
    let mut roots = RootCertStore::empty();
    for certificate in rustls_native_certs::load_native_certs().certs {
        // One that cannot be read is not trusted, and the others are.
        let _ = roots.add(certificate);
    }
    if roots.is_empty() {
        return Err(TrustError::NoneHere {
            setting: setting.to_owned(),
        });
    }
    Ok(roots)
}

/// The rule that the other side's certificate broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Nobody who is trusted vouches for it.
    #[error("its certificate is not of an authority that is trusted here")]
    Authority,
    /// The address has another name.
    #[error("its certificate is for another name than the address has")]
    Name,
    /// Its time is over.
    #[error("its certificate has expired")]
    Expired,
    /// Not valid yet, revoked, for another purpose, damaged.
    #[error("its certificate cannot be used")]
    Other,
}

/// The rule that was broken, when that is why there is no connection.
#[must_use]
pub fn rule_broken(error: &(dyn std::error::Error + 'static)) -> Option<Broken> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        // An I/O error gives its own cause's cause as its source, and would hide what rustls said.
        let inner = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            .and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match inner.or_else(|| error.downcast_ref::<rustls::Error>()) {
            Some(rustls::Error::InvalidCertificate(refused)) => return Some(broken(refused)),
            Some(_) => return None,
            None => cause = error.source(),
        }
    }
    None
}

fn broken(refused: &CertificateError) -> Broken {
    match refused {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Broken::Authority,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Broken::Name,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Broken::Expired,
        _ => Broken::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTING: &str = "record.postgres_roots";

    #[track_caller]
    fn refused(text: &[u8]) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("roots.pem");
        std::fs::write(&file, text).expect("written");
        client(Some(&file), SETTING).expect_err("refused").to_string()
    }

    #[test]
    fn a_file_that_cannot_vouch_for_anybody_is_refused_with_the_setting_s_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = client(Some(&folder.path().join("none.pem")), SETTING).expect_err("refused");
        assert!(
            missing.to_string().starts_with("record.postgres_roots: ")
                && missing.to_string().ends_with("none.pem cannot be read as PEM"),
            "{missing}"
        );
        for (text, rule) in [
            (&b"not a certificate"[..], "holds no certificate"),
            (b"", "holds no certificate"),
            (b"\xff\xfe\x00", "holds no certificate"),
            (
                b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
                "cannot be read as PEM",
            ),
            (
                b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "is not one that can vouch for others",
            ),
        ] {
            let words = refused(text);
            assert!(
                words.starts_with("record.postgres_roots: ") && words.contains(rule),
                "{words}"
            );
        }
    }

    #[test]
    fn the_rule_is_found_however_deep_the_refusal_lies() {
        let refused = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let wrapped = std::io::Error::new(std::io::ErrorKind::InvalidData, refused);
        assert_eq!(rule_broken(&wrapped), Some(Broken::Authority));
        let other = std::io::Error::other("reset");
        assert_eq!(rule_broken(&other), None);
    }
}
