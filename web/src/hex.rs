//! Bytes as lower-case hexadecimal digits.

use std::fmt::Write;

pub(crate) fn words(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}
