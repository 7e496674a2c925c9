//! The lines of the store's history: each follows the one before, of the same store, and all but the first are signed.

use std::collections::BTreeMap;

use ed25519_dalek::VerifyingKey;

use crate::dialect::Connection;
use crate::error::RecordError;
use crate::seal::line::{self, Line};
use crate::verify::VerifyReport;

/// The lines that can be believed.
pub(super) fn check(
    connection: &Connection,
    signers: &BTreeMap<u64, VerifyingKey>,
    trusted: &VerifyingKey,
    report: &mut VerifyReport,
) -> Result<Vec<Line>, RecordError> {
    let lines = line::all(connection)?;
    let Some(first) = lines.first() else {
        report.fault("line", "the store has no line: all were removed");
        return Ok(Vec::new());
    };
    let store = first.store;
    let mut good = Vec::new();
    for (expected, line) in (1u64..).zip(lines) {
        let number = line.number;
        if number != expected {
            report.fault(
                "line",
                format!("line {number} stands where {expected} must: some were removed"),
            );
        }
        if line.store != store {
            report.fault("line", format!("line {number} is of another store"));
        } else if number > 1 {
            // Before the first seal there is no signer but the key itself.
            if signers.values().chain([trusted]).any(|key| line.is_signed(key)) {
                good.push(line);
            } else {
                report.fault(
                    "line",
                    format!("line {number} does not bear the signature of any signer: no restore wrote it, or it was changed"),
                );
            }
        }
    }
    Ok(good)
}
