//! Keys for rows that leave the house: the same person has the same key under one secret, and nobody can find the person
//! without it (HMAC-SHA-256, RFC 2104, its first 128 bits).

use hmac::{Hmac, KeyInit, Mac};
use record::PersonKey;
use sha2::Sha256;

/// Makes pseudonyms under one secret.
#[derive(Clone)]
pub struct Pseudonyms(Hmac<Sha256>);

impl Pseudonyms {
    /// Under a secret of 32 bytes. A new secret for each run makes rows of two runs unlinkable.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Pseudonyms {
        // HMAC fills a short secret up with noughts to its block of 64 bytes.
        let mut block = [0; 64];
        let (first, _) = block.split_at_mut(secret.len());
        first.copy_from_slice(secret);
        Pseudonyms(Hmac::new(&block.into()))
    }

    /// A person's key: 32 hexadecimal digits.
    #[must_use]
    pub fn of(&self, person: PersonKey) -> String {
        let mut mac = self.0.clone();
        mac.update(b"sarsen person ");
        mac.update(&person.value().to_be_bytes());
        let digest = mac.finalize().into_bytes();
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl std::fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pseudonyms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::Bucket;

    #[test]
    fn a_person_has_one_key_under_a_secret_and_another_under_another() {
        let key = |number| PersonKey::new(Bucket::new(3).expect("a bucket"), number);
        let (one, other) = (Pseudonyms::new(&[1; 32]), Pseudonyms::new(&[2; 32]));
        assert_eq!(one.of(key(1)), one.of(key(1)));
        assert_ne!(one.of(key(1)), one.of(key(2)));
        assert_ne!(one.of(key(1)), other.of(key(1)));
        assert_eq!(one.of(key(1)).len(), 32);
    }
}
