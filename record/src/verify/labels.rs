//! The labels of a current row, on which readers decide who sees it, compared with what its body bears. No chain covers
//! the row.

use fhir::Prepared;

use crate::backfill::derive::{Derived, derive};
use crate::body;
use crate::dialect::{self, Connection, OptionalExtension, params};
use crate::reader::seen::KNOWN;
use crate::sql;

/// Whether a row says of labels what a body bears.
pub(super) fn agree(row: u64, body: &Prepared) -> bool {
    let borne = fhir::labels(&body.index) | KNOWN;
    // A row of an older release says nothing, or not of a label that is newer: readers ask its entry, which is compared with the body too.
    row & KNOWN == 0 || row == borne || row == borne & !fhir::unsaid_labels(body.resource_type)
}

/// Whether the row of a deleted resource keeps the labels of the version that was deleted; true where that one cannot be
/// read, because it was destroyed with a former home or this release's scanner refuses it.
pub(super) fn agree_with_deleted(
    connection: &Connection,
    row: u64,
    (bucket, person, resource_type, id): (u16, u64, u16, &[u8]),
    deletion: u64,
) -> dialect::Result<bool> {
    let before = deletion.saturating_sub(1);
    let found: Option<(i64, Vec<u8>)> = connection
        .statement(sql::VERSION)?
        .query_row(params![bucket, person, resource_type, id, before], |row| {
            Ok((row.get(0)?, row.get(3)?))
        })
        .optional()?;
    let encoded = found.and_then(|(seq, stored)| body::unpack(&stored, seq).ok());
    let Some(encoded) = encoded.filter(|encoded| !encoded.is_empty()) else {
        return Ok(true);
    };
    Ok(match derive(&encoded, id, before) {
        Derived::Prepared(prepared) => agree(row, &prepared),
        Derived::Malformed | Derived::Refused => true,
    })
}
