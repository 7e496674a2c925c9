//! Writes seals, and takes up a new signing key when one was asked for.

use std::path::PathBuf;

use crate::audit::segment::AuditHead;
use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::ids::{BUCKETS, Bucket};
use crate::keys;
use crate::process::ProcessId;
use crate::seal::form::{self, By, Covered, SealedHead};
use crate::seal::signers::{self, SignerRow};
use crate::sql;
use ed25519_dalek::{Signer, SigningKey};

/// Writes seals; remembers what the last one of this process covered.
pub(crate) struct Sealer {
    directory: PathBuf,
    process: ProcessId,
    key: SigningKey,
    /// Position sealed in each bucket since this process began.
    sealed: Vec<u64>,
    reads: AuditHead,
}

/// What was written and is to be remembered once it is committed.
pub(crate) struct Written {
    moved: Option<Moved>,
    /// The key that was introduced and is to take the present one's place.
    next: Option<SigningKey>,
}

struct Moved {
    heads: Vec<SealedHead>,
    reads: AuditHead,
}

impl Sealer {
    pub(crate) fn new(directory: PathBuf, process: ProcessId, key: SigningKey) -> Sealer {
        Sealer {
            directory,
            process,
            key,
            sealed: vec![0; usize::from(BUCKETS)],
            reads: AuditHead::default(),
        }
    }

    /// Writes a seal over what moved since the last one, in the transaction that is open; nothing when nothing moved. A
    /// new signing key that was asked for is introduced by the present one, which signs this seal as its last.
    ///
    /// # Errors
    /// When the engine fails, or the key here is not the one that the store says is the newest.
    pub(crate) fn write(
        &mut self,
        connection: &Connection,
        reads: AuditHead,
        at: i64,
    ) -> Result<Written, RecordError> {
        let signer = self.signer(connection, at)?;
        let moved = self
            .seal(connection, signer, reads, at)
            .map_err(|error| engine_error(&error))?;
        let next = keys::next_seal_key(&self.directory)?;
        if let Some(next) = &next {
            signers::introduce(connection, signer + 1, &next.verifying_key(), &self.key, at)
                .map_err(|error| engine_error(&error))?;
        }
        Ok(Written { moved, next })
    }

    /// What was written is committed.
    ///
    /// # Errors
    /// When the new key cannot take its place; the next seal tries again.
    pub(crate) fn remember(&mut self, written: Written) -> Result<(), RecordError> {
        if let Some(moved) = written.moved {
            for head in &moved.heads {
                self.sealed[usize::from(head.bucket.number())] = head.position;
            }
            self.reads = moved.reads;
        }
        if let Some(next) = written.next {
            keys::take_up_next(&self.directory)?;
            self.key = next;
            tracing::info!("a new key signs the seals; the key before it introduced it and is gone");
        }
        Ok(())
    }

    /// The number of our key. It is written down when the store has none, and read again when another process has
    /// introduced a new one, or this one stopped before a new key took its place.
    fn signer(&mut self, connection: &Connection, at: i64) -> Result<u64, RecordError> {
        let newest = signers::all(connection)
            .map_err(|error| engine_error(&error))?
            .into_iter()
            .next_back();
        let Some(newest) = newest else {
            signers::introduce(connection, 1, &self.key.verifying_key(), &self.key, at)
                .map_err(|error| engine_error(&error))?;
            return Ok(1);
        };
        if !is_of(&newest, &self.key) {
            self.key = self.key_of(&newest)?;
        }
        Ok(newest.number)
    }

    fn key_of(&self, newest: &SignerRow) -> Result<SigningKey, RecordError> {
        if let Some(next) = keys::next_seal_key(&self.directory)?
            && is_of(newest, &next)
        {
            keys::take_up_next(&self.directory)?;
            return Ok(next);
        }
        keys::seal_key(&self.directory)?
            .filter(|key| is_of(newest, key))
            .ok_or(RecordError::SigningKey {
                signer: newest.number,
            })
    }

    fn seal(
        &self,
        connection: &Connection,
        signer: u64,
        reads: AuditHead,
        at: i64,
    ) -> dialect::Result<Option<Moved>> {
        let heads = self.moved(connection)?;
        if heads.is_empty() && reads == self.reads {
            return Ok(None);
        }
        let last = connection
            .statement(sql::LAST_SEAL)?
            .query_row(params![], |row| {
                Ok((row.get::<_, u64>(0)?, row.get::<_, [u8; 32]>(1)?))
            })
            .optional()?;
        let (number, before) = last.map_or((1, [0; 32]), |(number, hash)| (number + 1, hash));
        let covered = Covered {
            number,
            at,
            by: Some(By {
                signer,
                public: self.key.verifying_key().to_bytes(),
                process: &self.process.0,
            }),
            heads: &heads,
            reads: &reads,
        };
        let hash = form::hash(&before, &covered);
        let signature = self.key.sign(&hash).to_bytes();
        connection.statement(sql::INSERT_SEAL)?.put(params![
            number,
            at,
            form::store_heads(&heads),
            form::store_reads(&reads),
            hash,
            signature,
            signer,
            self.process.0
        ])?;
        Ok(Some(Moved { heads, reads }))
    }

    /// The heads that stand elsewhere than at the last seal of this process; the first covers all.
    fn moved(&self, connection: &Connection) -> dialect::Result<Vec<SealedHead>> {
        let mut moved = Vec::new();
        let mut statement = connection.statement(sql::SEALED_HEADS)?;
        let mut rows = statement.query(params![])?;
        while let Some(row) = rows.next()? {
            let (Some(bucket), position) = (Bucket::new(row.get(0)?), row.get(1)?) else {
                continue;
            };
            if position > 0 && self.sealed[usize::from(bucket.number())] != position {
                moved.push(SealedHead {
                    bucket,
                    position,
                    chain: row.get(2)?,
                });
            }
        }
        Ok(moved)
    }
}

fn is_of(signer: &SignerRow, key: &SigningKey) -> bool {
    signer.public == key.verifying_key().as_bytes()
}

/// Where the read audit of a process stood at its last seal; `None` before the first.
pub(crate) fn last_reads(connection: &Connection, process: ProcessId) -> dialect::Result<Option<AuditHead>> {
    // Seals of a store that knew one process name none.
    for process in [&process.0[..], &[]] {
        let stored: Option<Vec<u8>> = connection
            .statement(sql::LAST_SEALED_READS)?
            .query_row(params![process], |row| row.get(0))
            .optional()?;
        if let Some(stored) = stored {
            return Ok(form::load_reads(&stored));
        }
    }
    Ok(None)
}
