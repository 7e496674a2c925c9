//! Value-first rows: keys that lead from a value to resources of any person, for the parameters of
//! `fhir/data/cross-person.csv` alone. Keys sort as their values do.

use super::{IndexValue, Value, ValueRow};
use crate::registry::{ParamId, ResourceType};
use crate::tables::{self, CrossForm};
use sha2::{Digest, Sha256};

/// The value-first rows of a resource.
#[must_use]
pub fn value_rows(resource_type: ResourceType, values: &[IndexValue]) -> Vec<ValueRow> {
    let tables = tables::get();
    let mut rows = Vec::new();
    for row in tables.cross_rows(resource_type) {
        let param = |at: usize| tables.param(resource_type, row.parameters.get(at)?)?.id;
        let Some(first) = param(0) else { continue };
        let mut add = |key: Vec<u8>| {
            rows.push(ValueRow {
                number: row.number,
                key,
            });
        };
        match row.form {
            CrossForm::Via => {}
            CrossForm::CodeDate => {
                let Some(second) = param(1) else { continue };
                let low = of(values, second).find_map(|value| match value {
                    Value::Date { low, .. } => Some(*low),
                    _ => None,
                });
                for value in of(values, first) {
                    if let Value::Token { system, code } = value {
                        let mut key = token_key(system, code);
                        key.push(0);
                        key.extend_from_slice(&date_key(low.unwrap_or(i64::MIN)));
                        add(key);
                    }
                }
            }
            CrossForm::Identifier => {
                for value in of(values, first) {
                    if let Value::Token { system, code } = value {
                        add(identifier_key(system, code));
                    }
                }
            }
            CrossForm::Token | CrossForm::String | CrossForm::Date | CrossForm::Reference => {
                of(values, first).filter_map(key_of).for_each(add);
            }
        }
    }
    rows.sort_unstable();
    rows.dedup();
    rows
}

fn of(values: &[IndexValue], param: ParamId) -> impl Iterator<Item = &Value> {
    values
        .iter()
        .filter(move |value| value.param == param)
        .map(|value| &value.value)
}

fn key_of(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Token { system, code } => Some(token_key(system, code)),
        Value::Text { normalised, .. } => Some(normalised.clone().into_bytes()),
        Value::Date { low, .. } => Some(date_key(*low).to_vec()),
        Value::Reference { resource_type, id } => Some(reference_key(*resource_type, id)),
        Value::ReferenceAbsolute(_) | Value::ReferenceIdentifier { .. } | Value::Uri(_) => None,
    }
}

/// A system's four bytes, code. Systems are long and few; two that share their four bytes are told apart on the packed
/// entry, against which every hit is matched.
pub(crate) fn token_key(system: &str, code: &str) -> Vec<u8> {
    [&system_part(system), code.as_bytes()].concat()
}

/// The first four bytes of SHA-256: the same for ever, whatever the registries come to hold.
fn system_part(system: &str) -> [u8; 4] {
    let digest = Sha256::digest(system.as_bytes());
    [digest[0], digest[1], digest[2], digest[3]]
}

/// Value, 0, the system's four bytes: an identifier is found by its value alone or with its system, by one row. (No value holds a 0.)
pub(crate) fn identifier_key(system: &str, value: &str) -> Vec<u8> {
    [value.as_bytes(), &[0], &system_part(system)].concat()
}

/// Type number (2 bytes), id.
pub(crate) fn reference_key(resource_type: ResourceType, id: &str) -> Vec<u8> {
    [&resource_type.0.to_be_bytes(), id.as_bytes()].concat()
}

/// Eight bytes that sort as the instant does.
pub(crate) fn date_key(millis: i64) -> [u8; 8] {
    ((millis as u64) ^ (1 << 63)).to_be_bytes()
}
