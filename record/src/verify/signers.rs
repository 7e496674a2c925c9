//! The keys that seals were signed with: each introduced by the one before, and one of them the key that is trusted.

use std::collections::BTreeMap;

use ed25519_dalek::VerifyingKey;

use crate::dialect::{Connection, engine_error};
use crate::error::RecordError;
use crate::seal::signers;
use crate::verify::VerifyReport;

/// The good signers by their number.
pub(super) fn check(
    connection: &Connection,
    trusted: &VerifyingKey,
    report: &mut VerifyReport,
) -> Result<BTreeMap<u64, VerifyingKey>, RecordError> {
    let rows = signers::all(connection).map_err(|error| engine_error(&error))?;
    let mut good: BTreeMap<u64, VerifyingKey> = BTreeMap::new();
    report.signers = rows.len() as u64;
    if rows.is_empty() {
        // A store of the first release, not opened since: one key, which has no row.
        return Ok(BTreeMap::from([(1, *trusted)]));
    }
    for (expected, row) in (1u64..).zip(&rows) {
        let Some(key) = row.key() else {
            report.fault("signer", format!("signer {} is no key", row.number));
            continue;
        };
        let by = if expected == 1 {
            Some(key)
        } else {
            good.get(&(expected - 1)).copied()
        };
        if row.number != expected || !by.is_some_and(|by| row.is_introduced_by(&by)) {
            report.fault(
                "signer",
                format!(
                    "signer {} was not introduced by the one before it: it is forged, or the one before was changed or removed",
                    row.number
                ),
            );
            continue;
        }
        good.insert(row.number, key);
    }
    if !good.values().any(|key| key == trusted) {
        report.fault(
            "signer",
            "none of the signers is the key that is trusted: all of them were replaced, or this is another store",
        );
    }
    Ok(good)
}
