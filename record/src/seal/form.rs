//! What a seal covers, and how it is stored.

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::audit::segment::AuditHead;
use crate::bytes::{Reader, Writer};
use crate::ids::Bucket;

/// Where one bucket's feed stood.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SealedHead {
    pub(crate) bucket: Bucket,
    pub(crate) position: u64,
    pub(crate) chain: [u8; 32],
}

/// What a seal's hash covers, beside the hash before it.
pub(crate) struct Covered<'a> {
    pub(crate) number: u64,
    pub(crate) at: i64,
    /// Number and public key of the signer, and the process whose reads are covered. Seals of stores that knew one key
    /// and one process name neither.
    pub(crate) by: Option<By<'a>>,
    pub(crate) heads: &'a [SealedHead],
    pub(crate) reads: &'a AuditHead,
}

/// Who sealed.
pub(crate) struct By<'a> {
    pub(crate) signer: u64,
    pub(crate) public: [u8; 32],
    pub(crate) process: &'a [u8],
}

/// The hash that is signed.
pub(crate) fn hash(before: &[u8; 32], seal: &Covered<'_>) -> [u8; 32] {
    let mut bytes = Writer::default();
    match &seal.by {
        None => bytes.fixed(b"sarsen seal 1").fixed(before),
        Some(_) => bytes.fixed(b"sarsen seal 2").fixed(before),
    };
    bytes.number(seal.number).fixed(&seal.at.to_be_bytes());
    if let Some(by) = &seal.by {
        bytes.number(by.signer).fixed(&by.public).bytes(by.process);
    }
    bytes.number(seal.heads.len() as u64);
    for head in seal.heads {
        bytes
            .number(u64::from(head.bucket.number()))
            .number(head.position)
            .fixed(&head.chain);
    }
    bytes.fixed(&store_reads(seal.reads));
    Sha256::digest(&bytes.0).into()
}

/// Whether the signature is this key's.
pub(crate) fn is_signed(key: &VerifyingKey, hash: &[u8; 32], signature: &[u8]) -> bool {
    Signature::from_slice(signature).is_ok_and(|signature| key.verify_strict(hash, &signature).is_ok())
}

/// Buckets and positions as a seal keeps them; the chain hashes stand in the feed.
pub(crate) fn store_heads(heads: &[SealedHead]) -> Vec<u8> {
    let mut bytes = Writer::default();
    for head in heads {
        bytes
            .number(u64::from(head.bucket.number()))
            .number(head.position);
    }
    bytes.0
}

/// Buckets and positions behind their stored form.
pub(crate) fn load_heads(stored: &[u8]) -> Option<Vec<(Bucket, u64)>> {
    let mut bytes = Reader(stored);
    let mut heads = Vec::new();
    while !bytes.is_empty() {
        heads.push((
            Bucket::new(u16::try_from(bytes.number()?).ok()?)?,
            bytes.number()?,
        ));
    }
    Some(heads)
}

/// The head of a read audit as a seal keeps it.
pub(crate) fn store_reads(reads: &AuditHead) -> Vec<u8> {
    let mut bytes = Writer::default();
    bytes.number(reads.segment).number(reads.end).fixed(&reads.chain);
    bytes.0
}

/// The head of a read audit behind its stored form.
pub(crate) fn load_reads(stored: &[u8]) -> Option<AuditHead> {
    let mut bytes = Reader(stored);
    let head = AuditHead {
        segment: bytes.number()?,
        end: bytes.number()?,
        chain: bytes.array()?,
    };
    bytes.is_empty().then_some(head)
}
