//! Sealing what must not be read off the store or a backup, with a key of the data directory (`keys/cabinet.key`).

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::cabinet::drawer::Drawer;
use crate::error::RecordError;
use crate::keys;

/// Seals and opens. What is sealed for one drawer and key opens for no other.
#[derive(Clone)]
pub(crate) struct Sealing {
    cipher: XChaCha20Poly1305,
}

impl Sealing {
    pub(crate) fn new(key: &[u8; 32]) -> Sealing {
        Sealing {
            cipher: XChaCha20Poly1305::new(key.into()),
        }
    }

    pub(crate) fn seal(&self, drawer: Drawer, key: &str, plain: &[u8]) -> Result<Vec<u8>, RecordError> {
        let nonce = keys::random::<24>()?;
        let payload = Payload {
            msg: plain,
            aad: &place(drawer, key),
        };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| RecordError::Engine {
                detail: "a document was not sealed".to_owned(),
            })?;
        Ok([&nonce[..], &sealed].concat())
    }

    pub(crate) fn open(&self, drawer: Drawer, key: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
        let payload = Payload {
            msg: sealed,
            aad: &place(drawer, key),
        };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

fn place(drawer: Drawer, key: &str) -> Vec<u8> {
    [drawer.code().as_bytes(), b"/", key.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_own_place_only() {
        let sealing = Sealing::new(&[3; 32]);
        let sealed = sealing.seal(Drawer::Account, "a", b"secret").expect("sealed");
        assert_eq!(
            sealing.open(Drawer::Account, "a", &sealed).as_deref(),
            Some(&b"secret"[..])
        );
        assert_eq!(sealing.open(Drawer::Account, "b", &sealed), None);
        assert_eq!(sealing.open(Drawer::Grant, "a", &sealed), None);
        assert_eq!(Sealing::new(&[4; 32]).open(Drawer::Account, "a", &sealed), None);
        assert_eq!(sealing.open(Drawer::Account, "a", b"short"), None);
    }
}
