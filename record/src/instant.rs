//! How a stored time is written: a FHIR instant in UTC with microseconds.

use jiff::Timestamp;

use crate::writer::write::timestamp;

/// The FHIR instant of a time, as `meta.lastUpdated` shows it: UTC, six digits of the second, `Z`.
#[must_use]
pub fn instant(at: Timestamp) -> String {
    let mut out = String::with_capacity(27);
    write_instant(at.as_microsecond(), &mut out);
    out
}

pub(crate) fn write_instant(microseconds: i64, out: &mut String) {
    use std::fmt::Write;
    // Writing into a string cannot fail.
    let _ = write!(out, "{:.6}", timestamp(microseconds));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_six_digits_even_when_they_are_zero() {
        assert_eq!(
            instant(Timestamp::from_microsecond(0).expect("in range")),
            "1970-01-01T00:00:00.000000Z"
        );
        assert_eq!(
            instant(Timestamp::from_microsecond(1_700_000_000_000_001).expect("in range")),
            "2023-11-14T22:13:20.000001Z"
        );
    }
}
