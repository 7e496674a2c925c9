//! Sort keys: bytes that order entries as `_sort` asks.

use super::Query;
use crate::ParamId;
use crate::index::entry::{Id, Raw, ValuesOf};
use crate::index::rows::date_key;

/// One key of `_sort`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    pub param: ParamId,
    /// The parameter's code.
    pub code: &'static str,
    pub descending: bool,
}

impl Query {
    /// Bytes that sort entries as `_sort` asks; resources without a value come last. Ascending order takes a
    /// resource's least value, descending its greatest.
    #[must_use]
    pub fn sort_key(&self, entry: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for key in &self.sort {
            let param = key.param;
            let values = ValuesOf { entry, param }.map(bytes);
            let value = if key.descending {
                values.max()
            } else {
                values.min()
            };
            match value {
                None => out.push(1),
                Some(value) => {
                    out.push(0);
                    let from = out.len();
                    escape(&value, &mut out);
                    if key.descending {
                        out[from..].iter_mut().for_each(|byte| *byte = !*byte);
                    }
                }
            }
        }
        out
    }
}

/// Makes a value self-terminating without disturbing its order: 0 becomes 0 255, the end 0 0.
fn escape(value: &[u8], out: &mut Vec<u8>) {
    for byte in value {
        out.push(*byte);
        if *byte == 0 {
            out.push(u8::MAX);
        }
    }
    out.extend_from_slice(&[0, 0]);
}

fn bytes(value: Raw<'_>) -> Vec<u8> {
    match value {
        Raw::Token(_, code) | Raw::Identifier(_, code) => code.to_vec(),
        Raw::Text { normalised, .. } => normalised.to_vec(),
        Raw::Date { low, .. } => date_key(low).to_vec(),
        Raw::Reference(number, Id::Uuid(id) | Id::Text(id)) => [&number.to_be_bytes()[6..], id].concat(),
        Raw::Absolute(text) => text.to_vec(),
        Raw::Uri(uri) => uri.bytes().to_vec(),
    }
}
