//! The public keys of somebody who signs (JWK set, RFC 7517). Keys that cannot be used are passed over.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::Value;

use super::algorithm::Algorithm;

/// The most keys that are taken from a set.
const MOST: usize = 64;

/// Public keys, each for some algorithms.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeySet(Vec<Key>);

#[derive(Debug, Clone)]
struct Key {
    id: Option<String>,
    /// The one algorithm it is for, when it says so.
    only: Option<String>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    Curve { curve: String, point: Vec<u8> },
}

impl KeySet {
    /// Reads a set. A private or shared key in it makes the whole unusable: it has been shown to the world.
    ///
    /// # Errors
    /// A fixed word.
    pub(crate) fn parse(json: &Value) -> Result<KeySet, &'static str> {
        let keys = json
            .get("keys")
            .and_then(Value::as_array)
            .ok_or("no keys in it")?;
        if keys.len() > MOST {
            return Err("too many keys in it");
        }
        if keys
            .iter()
            .any(|key| key.get("d").is_some() || key.get("k").is_some())
        {
            return Err("a private key in it");
        }
        Ok(KeySet(keys.iter().filter_map(Key::parse).collect()))
    }

    /// Whether there is a key that could have made such a signature.
    pub(crate) fn has(&self, id: Option<&str>, algorithm: Algorithm) -> bool {
        self.fitting(id, algorithm).next().is_some()
    }

    /// Whether one of the keys with this id, or any when there is none, made this signature.
    pub(crate) fn verify(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        self.fitting(id, algorithm)
            .any(|key| key.verify(algorithm, message, signature))
    }

    fn fitting(&self, id: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = &Key> {
        let named = id.map(str::to_owned);
        self.0.iter().filter(move |key| {
            let named = named.is_none() || key.id == named;
            named && key.fits(algorithm)
        })
    }
}

impl Key {
    fn parse(json: &Value) -> Option<Key> {
        let text = |name: &str| json.get(name).and_then(Value::as_str);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        if text("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let operations = json.get("key_ops").and_then(Value::as_array);
        if operations.is_some_and(|all| !all.iter().any(|one| one == "verify")) {
            return None;
        }
        let kind = match text("kty")? {
            "RSA" => Kind::Rsa {
                n: bytes("n")?,
                e: bytes("e")?,
            },
            "EC" => {
                let (x, y) = (bytes("x")?, bytes("y")?);
                let curve = text("crv")?.to_owned();
                let point = [&[4][..], &x, &y].concat();
                Kind::Curve { curve, point }
            }
            _ => return None,
        };
        Some(Key {
            id: text("kid").map(str::to_owned),
            only: text("alg").map(str::to_owned),
            kind,
        })
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        if self.only.as_deref().is_some_and(|only| only != algorithm.name()) {
            return false;
        }
        match &self.kind {
            Kind::Rsa { .. } => algorithm.rsa().is_some(),
            Kind::Curve { curve, .. } => algorithm.curve().is_some_and(|(name, _)| name == curve),
        }
    }

    fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match &self.kind {
            Kind::Rsa { n, e } => algorithm.rsa().is_some_and(|how| {
                RsaPublicKeyComponents { n, e }
                    .verify(how, message, signature)
                    .is_ok()
            }),
            Kind::Curve { point, .. } => algorithm.curve().is_some_and(|(_, how)| {
                UnparsedPublicKey::new(how, point)
                    .verify(message, signature)
                    .is_ok()
            }),
        }
    }
}
