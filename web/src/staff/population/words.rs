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

/// A share in per cent, 0 to 100, where both numbers are shown. Both are rounded, so a part may seem more than its whole by a little.
#[expect(
    clippy::cast_precision_loss,
    reason = "people of a region are far fewer than 2^52"
)]
pub(super) fn share(part: Option<u64>, of: Option<u64>) -> Option<f64> {
    let (part, of) = (part?, of.filter(|of| *of > 0)?);
    Some((100.0 * part as f64 / of as f64).min(100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_rounded_numbers_is_never_over_all() {
        assert_eq!(share(Some(30), Some(25)), Some(100.0));
        assert_eq!(share(Some(10), Some(40)), Some(25.0));
        assert_eq!((share(None, Some(40)), share(Some(0), Some(0))), (None, None));
    }
}
