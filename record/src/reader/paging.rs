//! Page tokens: where the next page begins, encrypted, and bound to the actor, the lens and the question, so that a
//! token tells nothing and serves nobody else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

use crate::access::Sight;
use crate::actor::Actor;
use crate::bytes::Writer;
use crate::error::RecordError;
use crate::keys;

/// Closes and opens page tokens.
#[derive(Clone)]
pub(crate) struct Tokens {
    cipher: XChaCha20Poly1305,
}

impl Tokens {
    pub(crate) fn new(key: &[u8; 32]) -> Tokens {
        Tokens {
            cipher: XChaCha20Poly1305::new(key.into()),
        }
    }

    /// A token for `place`, good only with the same `bound`.
    pub(crate) fn close(&self, place: &[u8], bound: &[u8; 32]) -> Result<String, RecordError> {
        let nonce = keys::random::<24>()?;
        let sealed = self
            .cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: place,
                    aad: bound,
                },
            )
            .map_err(|_| RecordError::Engine {
                detail: "a page token was not encrypted".to_owned(),
            })?;
        Ok(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// The place behind a token; `None` when it is not ours or bound to something else.
    pub(crate) fn open(&self, token: &str, bound: &[u8; 32]) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<24>()?;
        self.cipher
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: bound,
                },
            )
            .ok()
    }
}

/// What a token is bound to.
pub(crate) fn bound(actor: &Actor, sight: &Sight, question: &[u8]) -> [u8; 32] {
    let mut bytes = Writer::default();
    bytes
        .bytes(actor.id.as_bytes())
        .number(u64::from(actor.role.number()))
        .bytes(actor.organisation.as_deref().unwrap_or_default().as_bytes())
        .fixed(&sight.judge().fingerprint())
        .bytes(question);
    Sha256::digest(&bytes.0).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Role;

    fn actor(id: &str) -> Actor {
        Actor::new(id.to_owned(), Role::Development, None)
    }

    #[test]
    fn a_token_opens_for_the_same_actor_and_question_only() {
        let tokens = Tokens::new(&[7; 32]);
        let (one, other) = (actor("a"), actor("b"));
        let lens = Sight::own();
        let token = tokens.close(b"place", &bound(&one, &lens, b"q")).expect("closes");
        assert_eq!(
            tokens.open(&token, &bound(&one, &lens, b"q")).as_deref(),
            Some(&b"place"[..])
        );
        assert_eq!(tokens.open(&token, &bound(&other, &lens, b"q")), None);
        assert_eq!(tokens.open(&token, &bound(&one, &lens, b"r")), None);
        assert_eq!(tokens.open("AAAA", &bound(&one, &lens, b"q")), None);
        let mut flipped = token.clone();
        flipped.replace_range(40..41, if &token[40..41] == "A" { "B" } else { "A" });
        assert_eq!(tokens.open(&flipped, &bound(&one, &lens, b"q")), None);
    }
}
