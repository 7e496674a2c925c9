//! Seals: every minute, and on close, a signed statement of where every bucket's feed and the read audit stand,
//! chained to the seal before. Whoever recomputes a chain must forge every seal since; whoever holds the newest
//! seal's hash elsewhere can tell.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::audit::segment::AuditHead;
use crate::bytes::{Reader, Writer};
use crate::dialect::{self, Connection, OptionalExtension, params};
use crate::ids::{BUCKETS, Bucket};
use crate::sql;
use crate::writer::heads::Heads;

/// Writes seals; remembers what the last one covered.
pub(crate) struct Sealer {
    key: SigningKey,
    /// Position sealed in each bucket since this process began.
    sealed: Vec<u64>,
    reads: AuditHead,
}

impl Sealer {
    pub(crate) fn new(key: SigningKey) -> Sealer {
        Sealer {
            key,
            sealed: vec![0; usize::from(BUCKETS)],
            reads: AuditHead::default(),
        }
    }

    /// Writes a seal over what moved since the last one; gives what to remember once it is committed. Writes nothing
    /// when nothing moved.
    pub(crate) fn write(
        &self,
        connection: &Connection,
        heads: &Heads,
        reads: AuditHead,
        at: i64,
    ) -> dialect::Result<Option<Moved>> {
        let moved: Vec<_> = heads
            .all()
            .filter(|(bucket, head)| self.sealed[usize::from(bucket.number())] != head.position)
            .map(|(bucket, head)| SealedHead {
                bucket,
                position: head.position,
                chain: head.chain,
            })
            .collect();
        if moved.is_empty() && reads == self.reads {
            return Ok(None);
        }
        let last = connection
            .statement(sql::LAST_SEAL)?
            .query_row(params![], |row| {
                Ok((row.get::<_, u64>(0)?, row.get::<_, [u8; 32]>(1)?))
            })
            .optional()?;
        let (number, before) = last.map_or((1, [0; 32]), |(number, hash)| (number + 1, hash));
        let hash = hash(&before, number, at, &moved, &reads);
        let signature = self.key.sign(&hash).to_bytes();
        connection.statement(sql::INSERT_SEAL)?.execute(params![
            number,
            at,
            store_heads(&moved),
            store_reads(&reads),
            hash,
            signature
        ])?;
        Ok(Some(Moved { heads: moved, reads }))
    }

    /// The seal was committed.
    pub(crate) fn remember(&mut self, moved: &Moved) {
        for head in &moved.heads {
            self.sealed[usize::from(head.bucket.number())] = head.position;
        }
        self.reads = moved.reads;
    }
}

/// What a seal covered beyond the one before.
pub(crate) struct Moved {
    heads: Vec<SealedHead>,
    reads: AuditHead,
}

/// Where the read audit stood at the last seal; `None` before the first.
pub(crate) fn last_reads(connection: &Connection) -> dialect::Result<Option<AuditHead>> {
    let stored: Option<Vec<u8>> = connection
        .statement(sql::LAST_SEALED_READS)?
        .query_row(params![], |row| row.get(0))
        .optional()?;
    Ok(stored.and_then(|stored| load_reads(&stored)))
}

/// Where one bucket's feed stood.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SealedHead {
    pub(crate) bucket: Bucket,
    pub(crate) position: u64,
    pub(crate) chain: [u8; 32],
}

/// The hash that is signed.
pub(crate) fn hash(
    before: &[u8; 32],
    number: u64,
    at: i64,
    heads: &[SealedHead],
    reads: &AuditHead,
) -> [u8; 32] {
    let mut bytes = Writer::default();
    bytes
        .fixed(b"sarsen seal 1")
        .fixed(before)
        .number(number)
        .fixed(&at.to_be_bytes())
        .number(heads.len() as u64);
    for head in heads {
        bytes
            .number(u64::from(head.bucket.number()))
            .number(head.position)
            .fixed(&head.chain);
    }
    bytes.fixed(&store_reads(reads));
    Sha256::digest(&bytes.0).into()
}

/// Whether the signature is ours.
pub(crate) fn is_signed(key: &VerifyingKey, hash: &[u8; 32], signature: &[u8]) -> bool {
    Signature::from_slice(signature).is_ok_and(|signature| key.verify_strict(hash, &signature).is_ok())
}

/// Buckets and positions as a seal keeps them; the chain hashes stand in the feed.
fn store_heads(heads: &[SealedHead]) -> Vec<u8> {
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

fn store_reads(reads: &AuditHead) -> Vec<u8> {
    let mut bytes = Writer::default();
    bytes.number(reads.segment).number(reads.end).fixed(&reads.chain);
    bytes.0
}

/// The head of the read audit behind its stored form.
pub(crate) fn load_reads(stored: &[u8]) -> Option<AuditHead> {
    let mut bytes = Reader(stored);
    let head = AuditHead {
        segment: bytes.number()?,
        end: bytes.number()?,
        chain: bytes.array()?,
    };
    bytes.is_empty().then_some(head)
}
