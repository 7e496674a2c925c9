//! A private key of ours, and tokens signed with it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    RSA_PKCS1_SHA512, RsaKeyPair,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};

/// A private key: RSA (signs RS512) or P-384 (ES384) or P-256 (ES256).
pub(crate) struct SigningKey {
    id: String,
    kind: Kind,
    random: SystemRandom,
}

enum Kind {
    Rsa(Box<RsaKeyPair>),
    P384(EcdsaKeyPair),
    P256(EcdsaKeyPair),
}

impl SigningKey {
    /// Reads a key in PEM: PKCS #8, or the older form of RSA keys.
    ///
    /// # Errors
    /// Words for the operator, without anything of the key.
    pub(crate) fn from_pem(id: &str, pem: &str) -> Result<SigningKey, &'static str> {
        const NONE: &str = "no private key in PEM (RSA of 2048 bits or more, P-384 or P-256)";
        let random = SystemRandom::new();
        let kind = match PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| NONE)? {
            PrivateKeyDer::Pkcs1(der) => {
                let key = RsaKeyPair::from_der(der.secret_pkcs1_der()).map_err(|_| NONE)?;
                Kind::Rsa(Box::new(key))
            }
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                let curve = |how| EcdsaKeyPair::from_pkcs8(how, der, &random);
                if let Ok(key) = RsaKeyPair::from_pkcs8(der) {
                    Kind::Rsa(Box::new(key))
                } else if let Ok(key) = curve(&ECDSA_P384_SHA384_FIXED_SIGNING) {
                    Kind::P384(key)
                } else {
                    Kind::P256(curve(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| NONE)?)
                }
            }
            _ => return Err(NONE),
        };
        Ok(SigningKey {
            id: id.to_owned(),
            kind,
            random,
        })
    }

    /// A new P-384 key, in PKCS #8.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub(crate) fn generate() -> Result<Vec<u8>, &'static str> {
        let how = &ECDSA_P384_SHA384_FIXED_SIGNING;
        let der = EcdsaKeyPair::generate_pkcs8(how, &SystemRandom::new());
        der.map(|der| der.as_ref().to_vec())
            .map_err(|_| "no randomness for a key")
    }

    /// A P-384 key in PKCS #8, named by the digest of its public half.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn from_pkcs8(der: &[u8]) -> Result<SigningKey, &'static str> {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, der, &random)
            .map_err(|_| "no private key of P-384")?;
        let digest = ring::digest::digest(&ring::digest::SHA256, key.public_key().as_ref());
        Ok(SigningKey {
            id: URL_SAFE_NO_PAD.encode(&digest.as_ref()[..12]),
            kind: Kind::P384(key),
            random,
        })
    }

    /// These claims, signed.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub(crate) fn sign(&self, claims: &Value) -> Result<String, &'static str> {
        let header = json!({ "alg": self.algorithm(), "typ": "JWT", "kid": self.id });
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let message = format!("{}.{}", part(&header), part(claims));
        let signature = self.signature(message.as_bytes())?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    fn algorithm(&self) -> &'static str {
        match self.kind {
            Kind::Rsa(_) => "RS512",
            Kind::P384(_) => "ES384",
            Kind::P256(_) => "ES256",
        }
    }

    fn signature(&self, message: &[u8]) -> Result<Vec<u8>, &'static str> {
        const NONE: &str = "no randomness for a signature";
        match &self.kind {
            Kind::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA512, &self.random, message, &mut signature)
                    .map_err(|_| NONE)?;
                Ok(signature)
            }
            Kind::P384(key) | Kind::P256(key) => {
                let signature = key.sign(&self.random, message).map_err(|_| NONE)?;
                Ok(signature.as_ref().to_vec())
            }
        }
    }

    /// The public half, as a JWK.
    pub(crate) fn public_key(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut key = match &self.kind {
            Kind::Rsa(key) => {
                let public: RsaComponents = key.public().into();
                json!({ "kty": "RSA", "n": text(&public.n), "e": text(&public.e) })
            }
            Kind::P384(key) | Kind::P256(key) => {
                let point = key.public_key().as_ref();
                let (x, y) = point.split_at(1).1.split_at(point.len() / 2);
                let curve = if x.len() == 48 { "P-384" } else { "P-256" };
                json!({ "kty": "EC", "crv": curve, "x": text(x), "y": text(y) })
            }
        };
        key["use"] = "sig".into();
        key["alg"] = self.algorithm().into();
        key["kid"] = self.id.clone().into();
        key
    }
}

type RsaComponents = ring::rsa::PublicKeyComponents<Vec<u8>>;
