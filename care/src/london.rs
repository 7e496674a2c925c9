//! Instants are kept in UTC and shown in Europe/London (NHS service manual).

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// Europe/London with its whole history of clock changes, built into the program: a bare machine shows the same times.
static LONDON: TimeZone = jiff::tz::get!("Europe/London");

/// The instant as read on a clock in London.
pub fn zoned(instant: Timestamp) -> Zoned {
    instant.to_zoned(LONDON.clone())
}

/// The date in London at the instant.
pub fn date_of(instant: Timestamp) -> Date {
    zoned(instant).date()
}

/// The instant of a London wall-clock time; a time skipped or repeated by a clock change is resolved as RFC 5545 says.
pub(crate) fn instant_of(local: DateTime) -> Option<Timestamp> {
    local.to_zoned(LONDON.clone()).ok().map(|zoned| zoned.timestamp())
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The English name of month 1 to 12.
pub fn month_name(month: i8) -> &'static str {
    usize::try_from(month)
        .ok()
        .and_then(|m| MONTHS.get(m.wrapping_sub(1)))
        .copied()
        .unwrap_or("")
}

/// A date as the NHS service manual writes it: "3 August 2026".
pub fn date_words(date: Date) -> String {
    format!("{} {} {}", date.day(), month_name(date.month()), date.year())
}

/// An instant for staff tables, 24-hour clock in London: "3 August 2026, 14:05".
pub fn moment_words(instant: Timestamp) -> String {
    let local = zoned(instant);
    format!(
        "{}, {:02}:{:02}",
        date_words(local.date()),
        local.hour(),
        local.minute()
    )
}

#[cfg(test)]
mod tests {
    use super::{date_of, moment_words};

    #[test]
    fn a_summer_instant_is_shown_an_hour_ahead_of_utc_and_may_fall_on_the_next_day() {
        let instant = "2026-08-02T23:30:00Z".parse().unwrap();
        assert_eq!(moment_words(instant), "3 August 2026, 00:30");
        assert_eq!(date_of(instant).day(), 3);
    }

    #[test]
    fn a_winter_instant_is_shown_as_utc() {
        assert_eq!(
            moment_words("2026-01-02T09:05:00Z".parse().unwrap()),
            "2 January 2026, 09:05"
        );
    }
}
