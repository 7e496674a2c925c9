//! Days and moments as FHIR writes them: `date`, and `dateTime` with the offset of Europe/London.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::day::{Day, Moment};

/// Europe/London from the system; on a machine without time zones, the rule that holds since 1996.
static LONDON: LazyLock<TimeZone> = LazyLock::new(|| {
    TimeZone::get("Europe/London")
        .or_else(|_| TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0"))
        .unwrap_or(TimeZone::UTC)
});

/// A `date`: "2026-11-28".
pub(super) fn date(day: Day) -> String {
    let mut text = String::with_capacity(10);
    push_date(&mut text, day.date());
    text
}

/// A `dateTime` or an `instant`: "2026-07-01T09:05:00+01:00".
pub(super) fn date_time(moment: Moment) -> String {
    let date = moment.day.date();
    let minute = moment.minute.min(1439);
    let mut text = String::with_capacity(25);
    push_date(&mut text, date);
    text.push('T');
    push_two(&mut text, u32::from(minute / 60));
    text.push(':');
    push_two(&mut text, u32::from(minute % 60));
    text.push_str(":00");
    let offset = offset_minutes(date, minute);
    text.push(if offset < 0 { '-' } else { '+' });
    push_two(&mut text, offset.unsigned_abs() / 60);
    text.push(':');
    push_two(&mut text, offset.unsigned_abs() % 60);
    text
}

/// The months in which no clock changed since 1972 are told apart without the time zone's table: most moments are.
fn offset_minutes(date: Date, minute: u16) -> i32 {
    if date.year() >= 1972 {
        match date.month() {
            4..=9 => return 60,
            11 | 12 | 1 | 2 => return 0,
            _ => {}
        }
    }
    let local = date.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
    let offset = local
        .to_zoned(LONDON.clone())
        .map(|zoned| zoned.offset().seconds());
    offset.unwrap_or(0) / 60
}

fn push_date(text: &mut String, date: Date) {
    let year = u32::from(date.year().unsigned_abs());
    push_two(text, year / 100);
    push_two(text, year % 100);
    text.push('-');
    push_two(text, u32::from(date.month().unsigned_abs()));
    text.push('-');
    push_two(text, u32::from(date.day().unsigned_abs()));
}

fn push_two(text: &mut String, number: u32) {
    text.push(char::from(b'0' + (number / 10 % 10) as u8));
    text.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_carry_the_offset_that_london_had() {
        let at = |year, month, day, minute| date_time(Day::ymd(year, month, day).at(minute));
        assert_eq!(date(Day::ymd(1931, 2, 3)), "1931-02-03");
        assert_eq!(at(2026, 7, 1, 545), "2026-07-01T09:05:00+01:00");
        assert_eq!(at(2026, 12, 24, 0), "2026-12-24T00:00:00+00:00");
        // 2026: clocks go on at 01:00 on 29 March and back at 02:00 on 25 October.
        assert_eq!(at(2026, 3, 29, 59), "2026-03-29T00:59:00+00:00");
        assert_eq!(at(2026, 3, 29, 121), "2026-03-29T02:01:00+01:00");
        assert_eq!(at(2026, 10, 26, 600), "2026-10-26T10:00:00+00:00");
        assert_eq!(at(2026, 10, 24, 600), "2026-10-24T10:00:00+01:00");
    }
}
