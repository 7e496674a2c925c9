//! The seals: each follows the one before, is signed with our key, and names heads that the feed and the read audit
//! really have.

use std::collections::BTreeMap;
use std::path::Path;

use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::ids::Bucket;
use crate::keys;
use crate::seal::{self, SealedHead};
use crate::sql;
use crate::verify::VerifyReport;
use crate::verify::reads::FoundFrames;

/// A row of `seal`.
struct Seal {
    number: u64,
    at: i64,
    heads: Vec<u8>,
    reads: Vec<u8>,
    hash: Vec<u8>,
    signature: Vec<u8>,
}

pub(super) fn check(
    connection: &Connection,
    directory: &Path,
    frames: &FoundFrames,
    report: &mut VerifyReport,
) -> Result<(), RecordError> {
    let seals = read(connection).map_err(|error| engine_error(&error))?;
    let mut sealed = BTreeMap::new();
    let mut reads_sealed = 0;
    if !seals.is_empty() {
        let key = keys::public(directory)?;
        let mut before = [0u8; 32];
        for (expected, seal) in (1u64..).zip(&seals) {
            report.seals += 1;
            let number = seal.number;
            if number != expected {
                report.fault("seal", format!("seal {number} stands where {expected} should"));
            }
            let (Some(heads), Some(reads), Ok(hash)) = (
                seal::load_heads(&seal.heads),
                seal::load_reads(&seal.reads),
                <[u8; 32]>::try_from(&seal.hash[..]),
            ) else {
                report.fault("seal", format!("seal {number} is malformed"));
                continue;
            };
            let mut named = Vec::with_capacity(heads.len());
            for (bucket, position) in heads {
                sealed.insert(bucket, position);
                match chain_at(connection, bucket, position).map_err(|error| engine_error(&error))? {
                    Some(chain) => named.push(SealedHead {
                        bucket,
                        position,
                        chain,
                    }),
                    None => report.fault(
                        "feed",
                        format!(
                            "bucket {}: seal {number} names entry {position}, which is gone",
                            bucket.number()
                        ),
                    ),
                }
            }
            if reads.segment > 0 {
                match frames.get(&(reads.segment, reads.end)) {
                    Some((chain, entries)) if *chain == reads.chain => reads_sealed = *entries,
                    _ => report.fault(
                        "reads",
                        format!(
                            "seal {number} names segment {} up to {}, which is gone or changed",
                            reads.segment, reads.end
                        ),
                    ),
                }
            }
            if seal::hash(&before, number, seal.at, &named, &reads) != hash {
                report.fault("seal", format!("seal {number} does not match what it covers"));
            }
            if !seal::is_signed(&key, &hash, &seal.signature) {
                report.fault("seal", format!("seal {number} does not bear our signature"));
            }
            before = hash;
        }
    }
    report.reads_after_seal = report.read_entries.saturating_sub(reads_sealed);
    report.feed_after_seal = after(connection, &sealed).map_err(|error| engine_error(&error))?;
    Ok(())
}

fn read(connection: &Connection) -> dialect::Result<Vec<Seal>> {
    connection
        .statement(sql::SEALS)?
        .query_map(params![], |row| {
            Ok(Seal {
                number: row.get(0)?,
                at: row.get(1)?,
                heads: row.get(2)?,
                reads: row.get(3)?,
                hash: row.get(4)?,
                signature: row.get(5)?,
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

/// How many feed entries no seal covers.
fn after(connection: &Connection, sealed: &BTreeMap<Bucket, u64>) -> dialect::Result<u64> {
    let mut statement = connection.prepare("SELECT bucket, position FROM bucket_head")?;
    let mut rows = statement.query(params![])?;
    let mut after = 0;
    while let Some(row) = rows.next()? {
        let covered = Bucket::new(row.get(0)?)
            .and_then(|bucket| sealed.get(&bucket))
            .copied()
            .unwrap_or(0);
        after += row.get::<_, u64>(1)?.saturating_sub(covered);
    }
    Ok(after)
}
