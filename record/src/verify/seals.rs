//! The seals: each follows the one before, is signed by its signer, and names heads that the feed and the read audit of
//! its process really have.

use std::collections::BTreeMap;

use crate::audit::segment::AuditHead;
use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::ids::Bucket;
use crate::process::ProcessId;
use crate::seal::form::{self, By, Covered, SealedHead};
use crate::sql;
use crate::verify::VerifyReport;
use crate::verify::reads::Reads;
use ed25519_dalek::VerifyingKey;

/// A row of `seal`.
struct Row {
    number: u64,
    at: i64,
    heads: Vec<u8>,
    reads: Vec<u8>,
    hash: Vec<u8>,
    signature: Vec<u8>,
    signer: u64,
    process: Vec<u8>,
}

/// A seal as it was read.
pub(super) struct Seal {
    pub(super) number: u64,
    pub(super) hash: [u8; 32],
    pub(super) signer: Option<VerifyingKey>,
    heads: Vec<(Bucket, u64)>,
    reads: AuditHead,
    process: Vec<u8>,
}

/// What the seals cover together.
pub(super) struct Sealed {
    pub(super) seals: Vec<Seal>,
}

impl Sealed {
    /// The last seal of a process.
    pub(super) fn last_of(&self, process: &str) -> u64 {
        let is_its =
            |seal: &&Seal| ProcessId::load(&seal.process).is_some_and(|its| its.to_string() == process);
        self.seals.iter().rfind(is_its).map_or(0, |seal| seal.number)
    }

    /// How far the feed and the read audits are covered by the seals up to a number, and how much lies after them.
    pub(super) fn after(
        &self,
        connection: &Connection,
        until: u64,
        reads: &[Reads],
    ) -> Result<(u64, u64), RecordError> {
        let mut heads = BTreeMap::new();
        let mut read = vec![0; reads.len()];
        for seal in self.seals.iter().filter(|seal| seal.number <= until) {
            heads.extend(seal.heads.iter().copied());
            if let Some(at) = whose(reads, &seal.process)
                && let Ok(entries) = reads[at].up_to(&seal.reads)
            {
                read[at] = entries;
            }
        }
        let feed = after(connection, &heads).map_err(|error| engine_error(&error))?;
        let reads = reads.iter().zip(read);
        let reads = reads.map(|(reads, covered)| reads.entries.saturating_sub(covered));
        Ok((feed, reads.sum()))
    }
}

/// Which of the audits a seal of this process covers. Seals of a store that knew one process name none.
fn whose(reads: &[Reads], process: &[u8]) -> Option<usize> {
    if process.is_empty() {
        return (!reads.is_empty()).then_some(0);
    }
    let process = ProcessId::load(process)?;
    reads.iter().position(|reads| reads.process == Some(process))
}

pub(super) fn check(
    connection: &Connection,
    signers: &BTreeMap<u64, VerifyingKey>,
    reads: &[Reads],
    report: &mut VerifyReport,
) -> Result<Sealed, RecordError> {
    let mut sealed = Sealed { seals: Vec::new() };
    let mut before = [0u8; 32];
    let mut last = 0;
    for row in read(connection).map_err(|error| engine_error(&error))? {
        report.seals += 1;
        if row.number != last + 1 {
            report.fault(
                "seal",
                format!("seal {} follows {last}: those between were removed", row.number),
            );
        }
        last = row.number;
        let Some(seal) = row.check(connection, &before, signers, reads, report)? else {
            report.fault("seal", format!("seal {} is malformed", row.number));
            continue;
        };
        before = seal.hash;
        sealed.seals.push(seal);
    }
    Ok(sealed)
}

impl Row {
    /// `None` when it is malformed.
    fn check(
        &self,
        connection: &Connection,
        before: &[u8; 32],
        signers: &BTreeMap<u64, VerifyingKey>,
        reads: &[Reads],
        report: &mut VerifyReport,
    ) -> Result<Option<Seal>, RecordError> {
        let number = self.number;
        let (Some(heads), Some(covered), Ok(hash)) = (
            form::load_heads(&self.heads),
            form::load_reads(&self.reads),
            <[u8; 32]>::try_from(&self.hash[..]),
        ) else {
            return Ok(None);
        };
        let named = self.named(connection, &heads, report)?;
        match whose(reads, &self.process) {
            Some(at) => {
                if let Err(words) = reads[at].up_to(&covered) {
                    report.fault("reads", format!("{words} (seal {number})"));
                }
            }
            None => report.read_elsewhere(&self.process),
        }
        let signer = signers.get(&self.signer);
        let facts = Covered {
            number,
            at: self.at,
            by: (!self.process.is_empty()).then(|| By {
                signer: self.signer,
                public: signer.map_or([0; 32], VerifyingKey::to_bytes),
                process: &self.process,
            }),
            heads: &named,
            reads: &covered,
        };
        if form::hash(before, &facts) != hash {
            report.fault(
                "seal",
                format!(
                    "seal {number} does not match what it covers: a chain beneath it was recomputed, or the seal was changed"
                ),
            );
        }
        if !signer.is_some_and(|signer| form::is_signed(signer, &hash, &self.signature)) {
            report.fault(
                "seal",
                format!(
                    "seal {number} does not bear the signature of signer {}",
                    self.signer
                ),
            );
        }
        Ok(Some(Seal {
            number,
            hash,
            signer: signer.copied(),
            heads,
            reads: covered,
            process: self.process.clone(),
        }))
    }

    /// The heads with the hashes that the feed has there.
    fn named(
        &self,
        connection: &Connection,
        heads: &[(Bucket, u64)],
        report: &mut VerifyReport,
    ) -> Result<Vec<SealedHead>, RecordError> {
        let mut named = Vec::with_capacity(heads.len());
        for &(bucket, position) in heads {
            let chain = chain_at(connection, bucket, position).map_err(|error| engine_error(&error))?;
            match chain {
                Some(chain) => named.push(SealedHead {
                    bucket,
                    position,
                    chain,
                }),
                None => report.fault(
                    "feed",
                    format!(
                        "bucket {}: seal {} names entry {position}, which is gone: the feed was cut or the entry removed",
                        bucket.number(),
                        self.number
                    ),
                ),
            }
        }
        Ok(named)
    }
}

fn read(connection: &Connection) -> dialect::Result<Vec<Row>> {
    connection
        .statement(sql::SEALS)?
        .query_map(params![], |row| {
            Ok(Row {
                number: row.get(0)?,
                at: row.get(1)?,
                heads: row.get(2)?,
                reads: row.get(3)?,
                hash: row.get(4)?,
                signature: row.get(5)?,
                signer: row.get(6)?,
                process: row.get(7)?,
            })
        })?
        .collect()
}

fn chain_at(connection: &Connection, bucket: Bucket, position: u64) -> dialect::Result<Option<[u8; 32]>> {
    connection
        .statement("SELECT chain FROM feed WHERE bucket = ?1 AND position = ?2")?
        .query_row(params![bucket.number(), position], |row| row.get(0))
        .optional()
}

/// How many feed entries lie after these positions.
fn after(connection: &Connection, covered: &BTreeMap<Bucket, u64>) -> dialect::Result<u64> {
    let mut statement = connection.statement(sql::SEALED_HEADS)?;
    let mut rows = statement.query(params![])?;
    let mut after = 0;
    while let Some(row) = rows.next()? {
        let covered = Bucket::new(row.get(0)?)
            .and_then(|bucket| covered.get(&bucket))
            .copied()
            .unwrap_or(0);
        after += row.get::<_, u64>(1)?.saturating_sub(covered);
    }
    Ok(after)
}
