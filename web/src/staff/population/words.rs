//! How counts read.

use crate::staff::region::words::number_words;

/// What stands where a number is hidden.
pub(super) const HIDDEN: &str = "Hidden";

/// A count with its thousands apart, or that it is hidden.
pub(super) fn count_words(count: Option<u64>) -> String {
    count.map_or_else(|| HIDDEN.to_owned(), whole)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "people of a region are far fewer than 2^52"
)]
pub(super) fn whole(count: u64) -> String {
    number_words(count as f64, 0)
}

/// A share in per cent, where both numbers are shown.
#[expect(
    clippy::cast_precision_loss,
    reason = "people of a region are far fewer than 2^52"
)]
pub(super) fn share(part: Option<u64>, of: Option<u64>) -> Option<f64> {
    let (part, of) = (part?, of.filter(|of| *of > 0)?);
    Some(100.0 * part as f64 / of as f64)
}
