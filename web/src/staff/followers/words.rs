//! How an operator reads what followers and views say of themselves.

use actions::followers::DeadKind;
use jiff::{SignedDuration, Timestamp};

/// What was given up, in a word.
pub(super) fn kind_words(kind: DeadKind) -> &'static str {
    match kind {
        DeadKind::Entry => "Change",
        DeadKind::Due => "Timer",
        DeadKind::Letter => "Letter",
    }
}

/// A fixed word of a sender or reactor, in a sentence; one that is not known here stands as it is.
pub(super) fn error_words(word: &str) -> &str {
    match word {
        "refused" => "The receiver refused it",
        "receiver-failed" => "The receiver failed",
        "not-now" => "The receiver asked to wait",
        "not-reached" => "The receiver was not reached",
        "timed-out" => "It took too long",
        "no-tls" => "The receiver does not speak TLS as it should",
        "not-trusted" => "The receiver's certificate is not of an authority that is trusted here",
        "certificate-of-another" => "The receiver's certificate is for another name",
        "certificate-expired" => "The receiver's certificate has expired",
        "certificate-refused" => "The receiver's certificate cannot be used",
        "redirected" => "The receiver named another address",
        "cut-off" => "The connection was cut off",
        "no-such-receiver" => "No receiver of this name is in the settings",
        "panicked" => "A fault in the reactor's code",
        word => word,
    }
}

/// A moment, in Europe/London.
pub(super) fn moment_words(at: Timestamp) -> String {
    at.in_tz("Europe/London").map_or_else(
        |_| at.to_string(),
        |at| at.strftime("%-d %B %Y, %H:%M").to_string(),
    )
}

/// A length of time, in its largest whole unit.
pub(super) fn span_words(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    match seconds {
        1 => "1 second".to_owned(),
        0..120 => format!("{seconds} seconds"),
        120..7200 => format!("{} minutes", seconds / 60),
        7200..172_800 => format!("{} hours", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// A number with its thousands apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut words = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words
}

/// How many of something, in the singular where it is one.
pub(super) fn count_words(number: u64, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        number => format!("{} {many}", grouped(number)),
    }
}

/// Bytes of memory, to the nearest unit that an operator would say.
pub(super) fn bytes_words(bytes: u64) -> String {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;
    match bytes {
        0..KIB => count_words(bytes, "byte", "bytes"),
        KIB..MIB => format!("{} KiB", bytes / KIB),
        MIB..GIB => format!("{} MiB", bytes / MIB),
        _ => format!("{}.{} GiB", bytes / GIB, bytes % GIB * 10 / GIB),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_in_thousands() {
        let read = [0, 7, 999, 1_000, 12_345, 1_204_311].map(grouped);
        assert_eq!(read, ["0", "7", "999", "1,000", "12,345", "1,204,311"]);
        assert_eq!(count_words(1, "change", "changes"), "1 change");
        assert_eq!(count_words(5_210, "change", "changes"), "5,210 changes");
    }

    #[test]
    fn bytes_and_spans_are_told_in_their_largest_unit() {
        let read = [1, 900, 2_048, 5 << 20, 3 << 29].map(bytes_words);
        assert_eq!(read, ["1 byte", "900 bytes", "2 KiB", "5 MiB", "1.5 GiB"]);
        let read =
            [-3, 1, 119, 120, 7_200, 172_800].map(|seconds| span_words(SignedDuration::from_secs(seconds)));
        assert_eq!(
            read,
            [
                "0 seconds",
                "1 second",
                "119 seconds",
                "2 minutes",
                "2 hours",
                "2 days"
            ]
        );
    }
}
