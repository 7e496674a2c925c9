//! FHIR dates and times, checked and turned into ranges of milliseconds.

/// The range of instants a date or time stands for: both ends inclusive, in milliseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) low: i64,
    pub(crate) high: i64,
    pub(crate) precision: Precision,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Precision {
    Year,
    Month,
    Day,
    /// Search only: hours and minutes without seconds.
    Minute,
    Second,
    /// With a fraction of a second.
    Fraction,
}

pub(crate) const DAY: i64 = 86_400_000;

/// Days from 1970-01-01 to a civil date (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// A number of exactly `count` digits at the front.
fn digits(text: &mut &[u8], count: usize) -> Option<i64> {
    let (head, rest) = text.split_at_checked(count)?;
    let mut value = 0;
    for byte in head {
        value = value * 10 + i64::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
    }
    *text = rest;
    Some(value)
}

fn take(text: &mut &[u8], byte: u8) -> bool {
    match text.split_first() {
        Some((first, rest)) if *first == byte => {
            *text = rest;
            true
        }
        _ => false,
    }
}

/// Reads a date or date and time of any precision. A time without a zone is taken as UTC (searches only; the
/// scanner refuses it through [`parse_strict`]).
pub(crate) fn parse(text: &str) -> Option<Span> {
    read(text.as_bytes()).map(|(span, _)| span)
}

/// Reads a `dateTime`: seconds and a zone are required once there is a time.
pub(crate) fn parse_strict(text: &str) -> Option<Span> {
    let (span, zone) = read(text.as_bytes())?;
    let timed = span.precision >= Precision::Minute;
    (span.precision != Precision::Minute && (!timed || zone)).then_some(span)
}

fn read(mut text: &[u8]) -> Option<(Span, bool)> {
    let text = &mut text;
    let year = digits(text, 4)?;
    if year == 0 {
        return None;
    }
    let at = |year, month, day| days_from_civil(year, month, day) * DAY;
    let span = |low, high, precision| Some((Span { low, high, precision }, false));
    if text.is_empty() {
        return span(at(year, 1, 1), at(year + 1, 1, 1) - 1, Precision::Year);
    }
    if !take(text, b'-') {
        return None;
    }
    let month = digits(text, 2).filter(|month| (1..=12).contains(month))?;
    if text.is_empty() {
        let next = if month == 12 {
            at(year + 1, 1, 1)
        } else {
            at(year, month + 1, 1)
        };
        return span(at(year, month, 1), next - 1, Precision::Month);
    }
    if !take(text, b'-') {
        return None;
    }
    let day = digits(text, 2).filter(|day| (1..=days_in(year, month)).contains(day))?;
    let midnight = at(year, month, day);
    if text.is_empty() {
        return span(midnight, midnight + DAY - 1, Precision::Day);
    }
    if !take(text, b'T') {
        return None;
    }
    let (since, width, precision) = clock(text)?;
    let (offset, zone) = offset(text)?;
    let low = midnight + since - offset;
    text.is_empty().then_some((
        Span {
            low,
            high: low + width - 1,
            precision,
        },
        zone,
    ))
}

/// Time of day: milliseconds since midnight, how long it lasts, its precision.
fn clock(text: &mut &[u8]) -> Option<(i64, i64, Precision)> {
    let hour = digits(text, 2).filter(|hour| *hour < 24)?;
    if !take(text, b':') {
        return None;
    }
    let minute = digits(text, 2).filter(|minute| *minute < 60)?;
    let since = (hour * 60 + minute) * 60_000;
    if !take(text, b':') {
        return Some((since, 60_000, Precision::Minute));
    }
    // A leap second is the last instant before the next minute.
    let second = digits(text, 2).filter(|second| *second <= 60)?.min(59);
    let since = since + second * 1000;
    if !take(text, b'.') {
        return Some((since, 1000, Precision::Second));
    }
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 || count > 12 {
        return None;
    }
    let mut fraction = [b'0'; 3];
    for (place, digit) in fraction.iter_mut().zip(text.iter().take(count)) {
        *place = *digit;
    }
    *text = &text[count..];
    let millis = digits(&mut &fraction[..], 3)?;
    Some((since + millis, 1, Precision::Fraction))
}

/// Offset from UTC in milliseconds, and whether one was given.
fn offset(text: &mut &[u8]) -> Option<(i64, bool)> {
    if text.is_empty() {
        return Some((0, false));
    }
    if take(text, b'Z') {
        return Some((0, true));
    }
    let sign = if take(text, b'-') { -1 } else { 1 };
    if sign == 1 && !take(text, b'+') {
        return None;
    }
    let hours = digits(text, 2).filter(|hours| *hours <= 14)?;
    if !take(text, b':') {
        return None;
    }
    let minutes = digits(text, 2).filter(|minutes| *minutes < 60 && (hours < 14 || *minutes == 0))?;
    Some((sign * (hours * 60 + minutes) * 60_000, true))
}

/// Whether `text` is a FHIR `time`: hours, minutes, seconds, no zone.
pub(crate) fn is_time(text: &str) -> bool {
    let mut rest = text.as_bytes();
    clock(&mut rest).is_some_and(|(_, _, precision)| precision >= Precision::Second) && rest.is_empty()
}
