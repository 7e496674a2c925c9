//! The feed of every bucket: positions without gaps, times that rise, chains that recompute, heads that agree.

use crate::body;
use crate::chain;
use crate::dialect::{Connection, engine_error, params};
use crate::error::RecordError;
use crate::feed::{FeedRow, LogRow, log_rows, rows};
use crate::ids::Bucket;
use crate::verify::VerifyReport;
use crate::verify::destroyed::Told;
use crate::verify::order::{self, Broken};
use crate::writer::heads::{Head, Heads};

/// Entries read at once.
const SLICE: i64 = 256;

pub(super) fn check(connection: &Connection, report: &mut VerifyReport) -> Result<(), RecordError> {
    let heads = Heads::load(connection).map_err(|error| engine_error(&error))?;
    let (mut logged, mut told) = (0, Told::default());
    for bucket in Bucket::all() {
        logged += check_bucket(connection, bucket, heads.get(bucket), &mut told, report)?;
    }
    let all: u64 = connection
        .query_row("SELECT count(*) FROM log", params![], |row| row.get(0))
        .map_err(|error| engine_error(&error))?;
    if all != logged {
        report.fault(
            "log",
            format!("{all} rows are stored, but the feed names {logged}"),
        );
    }
    told.compare(connection, report)
}

fn check_bucket(
    connection: &Connection,
    bucket: Bucket,
    head: Head,
    told: &mut Told,
    report: &mut VerifyReport,
) -> Result<u64, RecordError> {
    let number = bucket.number();
    let mut broken = Broken::default();
    let (mut position, mut updated, mut before, mut logged, mut last_seq) = (0, 0, [0u8; 32], 0, 0);
    loop {
        let slice = rows(connection, bucket, position, SLICE).map_err(|error| engine_error(&error))?;
        if slice.is_empty() {
            break;
        }
        for row in slice {
            if row.position != position + 1 {
                report.fault(
                    "feed",
                    format!(
                        "bucket {number}: entry {} follows {position}: those between were removed",
                        row.position
                    ),
                );
            }
            if row.at <= updated {
                report.fault(
                    "feed",
                    format!(
                        "bucket {number}: entry {} is not later than the one before",
                        row.position
                    ),
                );
            }
            let versions = log_rows(connection, bucket, row.first_seq, row.count)
                .map_err(|error| engine_error(&error))?;
            logged += versions.len() as u64;
            check_entry(bucket, &before, &row, &versions, &mut broken, report);
            told.take(bucket, &row, &versions, report);
            (position, updated, before) = (row.position, row.at, row.chain);
            if row.count > 0 {
                last_seq = row.first_seq + row.count - 1;
            }
            report.feed_entries += 1;
        }
    }
    broken.report(bucket, report);
    if (head.position, head.updated, head.chain) != (position, updated, before) {
        report.fault(
            "bucket_head",
            format!(
                "bucket {number}: the head is at {}, the feed ends at {position}",
                head.position
            ),
        );
    }
    if head.seq != last_seq {
        report.fault(
            "bucket_head",
            format!(
                "bucket {number}: the head's last log number is {}, the feed's is {last_seq}",
                head.seq
            ),
        );
    }
    Ok(logged)
}

/// Whether one entry with its versions follows the hash before it; the words say what does not hold.
pub(crate) fn follows(
    bucket: Bucket,
    before: &[u8; 32],
    row: &FeedRow,
    versions: &[LogRow],
) -> Result<(), String> {
    let (mut broken, mut report) = (Broken::default(), VerifyReport::default());
    check_entry(bucket, before, row, versions, &mut broken, &mut report);
    match report.faults.into_iter().next() {
        Some(fault) => Err(fault.words),
        None if broken.is_empty() => Ok(()),
        None => Err(format!(
            "bucket {}: the chain breaks at entry {}",
            bucket.number(),
            row.position
        )),
    }
}

fn check_entry(
    bucket: Bucket,
    before: &[u8; 32],
    row: &FeedRow,
    versions: &[LogRow],
    broken: &mut Broken,
    report: &mut VerifyReport,
) {
    let (number, position) = (bucket.number(), row.position);
    if versions.len() as i64 != row.count {
        report.fault(
            "log",
            format!(
                "bucket {number}: entry {position} names {} versions, {} are stored",
                row.count,
                versions.len()
            ),
        );
    }
    let mut digests = Vec::with_capacity(versions.len());
    for version in versions {
        if version.bucket != number || version.at != row.at {
            report.fault(
                "log",
                format!(
                    "row {} does not belong to entry {position} of bucket {number}",
                    version.seq
                ),
            );
        }
        digests.push(row_digest(version, report));
        report.versions += 1;
    }
    let facts = order::facts(bucket, row);
    let hash = chain::hash(before, &facts, digests.iter().copied());
    if hash != row.chain && !is_of_first_form(before, &facts, versions, &row.chain) {
        broken.add(*before, row, versions, &digests);
    }
}

/// The digest of a row: of a destroyed one the digest that was kept.
fn row_digest(version: &LogRow, report: &mut VerifyReport) -> [u8; 32] {
    if let Some(kept) = body::destroyed(&version.body) {
        report.destroyed += 1;
        return kept;
    }
    let digest = match body::unpack(&version.body, version.seq) {
        Ok(encoded) => body::digest_of(&encoded),
        Err(error) => {
            report.fault("log", error.to_string());
            [0; 32]
        }
    };
    chain::row(&order::version_facts(version, digest))
}

/// Whether the entry was chained before records could be destroyed, when the hash covered the rows themselves.
fn is_of_first_form(
    before: &[u8; 32],
    facts: &chain::EntryFacts<'_>,
    versions: &[LogRow],
    chain: &[u8; 32],
) -> bool {
    let rows: Option<Vec<_>> = versions
        .iter()
        .map(|version| {
            let encoded = body::unpack(&version.body, version.seq).ok()?;
            Some(order::version_facts(version, body::digest_of(&encoded)))
        })
        .collect();
    rows.is_some_and(|rows| chain::first_form(before, facts, &rows) == *chain)
}
