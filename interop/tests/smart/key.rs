//! A key of a client, and what it signs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

pub(crate) struct Key {
    id: &'static str,
    pair: EcdsaKeyPair,
}

pub(crate) fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Key {
    pub(crate) fn fresh(id: &'static str) -> Key {
        let random = SystemRandom::new();
        let how = &ECDSA_P384_SHA384_FIXED_SIGNING;
        let der = EcdsaKeyPair::generate_pkcs8(how, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(how, der.as_ref(), &random).expect("a key");
        Key { id, pair }
    }

    pub(crate) fn set(&self) -> Value {
        let (x, y) = self.pair.public_key().as_ref()[1..].split_at(48);
        json!({ "keys": [{ "kty": "EC", "crv": "P-384", "x": text(x), "y": text(y), "kid": self.id, "use": "sig" }] })
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        let message = self.message("ES384", claims);
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes());
        format!("{message}.{}", text(signature.expect("signed")))
    }

    /// Not signed at all.
    pub(crate) fn unsigned(&self, claims: &Value) -> String {
        format!("{}.", self.message("none", claims))
    }

    /// Signed with the public key as if it were a shared secret.
    pub(crate) fn confused(&self, claims: &Value) -> String {
        let message = self.message("HS384", claims);
        let key = hmac::Key::new(hmac::HMAC_SHA384, self.pair.public_key().as_ref());
        format!("{message}.{}", text(hmac::sign(&key, message.as_bytes())))
    }

    fn message(&self, algorithm: &str, claims: &Value) -> String {
        let header = json!({ "alg": algorithm, "kid": self.id, "typ": "JWT" });
        format!("{}.{}", text(header.to_string()), text(claims.to_string()))
    }
}
