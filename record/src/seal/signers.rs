//! The keys that seals were signed with (table `signer`). The first vouches for itself; each further one is introduced
//! by a signature of the one before it, so that whoever trusts one key can trust those that follow. Keys before it are
//! named in the seals that it signed over.

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::bytes::Writer;
use crate::dialect::{self, Connection, params};
use crate::seal::form::is_signed;
use crate::sql;

/// A row of `signer`.
#[derive(Debug, Clone)]
pub(crate) struct SignerRow {
    pub(crate) number: u64,
    pub(crate) public: Vec<u8>,
    pub(crate) at: i64,
    pub(crate) signature: Vec<u8>,
}

impl SignerRow {
    /// The key; `None` when it is none.
    pub(crate) fn key(&self) -> Option<VerifyingKey> {
        VerifyingKey::from_bytes(self.public.as_slice().try_into().ok()?).ok()
    }

    /// Whether `by` introduced it.
    pub(crate) fn is_introduced_by(&self, by: &VerifyingKey) -> bool {
        is_signed(
            by,
            &introduction(self.number, &self.public, self.at),
            &self.signature,
        )
    }
}

/// What the key before signs.
fn introduction(number: u64, public: &[u8], at: i64) -> [u8; 32] {
    let mut bytes = Writer::default();
    bytes
        .fixed(b"sarsen signer 1")
        .number(number)
        .bytes(public)
        .fixed(&at.to_be_bytes());
    Sha256::digest(&bytes.0).into()
}

/// Every signer, in order.
pub(crate) fn all(connection: &Connection) -> dialect::Result<Vec<SignerRow>> {
    connection
        .statement(sql::SIGNERS)?
        .query_map(params![], |row| {
            Ok(SignerRow {
                number: row.get(0)?,
                public: row.get(1)?,
                at: row.get(2)?,
                signature: row.get(3)?,
            })
        })?
        .collect()
}

/// Writes down a new key, introduced by the key before; the first introduces itself.
pub(crate) fn introduce(
    connection: &Connection,
    number: u64,
    public: &VerifyingKey,
    by: &SigningKey,
    at: i64,
) -> dialect::Result<()> {
    let public = public.as_bytes();
    let signature = by.sign(&introduction(number, public, at)).to_bytes();
    connection
        .statement(sql::INSERT_SIGNER)?
        .put(params![number, public, at, signature])?;
    Ok(())
}
