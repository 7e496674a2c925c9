//! Dates as they were recorded: a year, a month, a day or a moment, never made more precise than they are.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::london;

/// How much of a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Only the year: "2019".
    Year,
    /// Year and month: "2019-03".
    Month,
    /// A calendar day.
    Day,
    /// A point in time.
    Moment,
}

/// A FHIR `date`, `dateTime` or `instant` with the precision it was sent with, and its exact text.
///
/// Times without an offset are taken as UTC. Ordering is by [`PartialDate::start`].
///
/// ```
/// use care::partial_date::PartialDate;
/// assert_eq!(PartialDate::parse("2019-03").unwrap().words(), "March 2019");
/// assert_eq!(PartialDate::parse("2026-08-03").unwrap().words(), "3 August 2026");
/// assert_eq!(PartialDate::parse("2026-08-03T13:05:00Z").unwrap().words(), "3 August 2026, 14:05");
/// assert!(PartialDate::parse("2026-02-30").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartialDate {
    text: String,
    precision: Precision,
    start: Timestamp,
}

impl PartialDate {
    /// Reads a FHIR date or time; nothing when it is not one or does not exist in the calendar.
    pub fn parse(text: &str) -> Option<PartialDate> {
        let bytes = text.as_bytes();
        let ascii = text.is_ascii();
        let (precision, start) = match bytes.len() {
            4 if ascii => (
                Precision::Year,
                day_start(Date::new(digits(text, 0, 4)?, 1, 1).ok()?)?,
            ),
            7 if ascii && bytes[4] == b'-' => {
                let month = i8::try_from(digits(text, 5, 7)?).ok()?;
                (
                    Precision::Month,
                    day_start(Date::new(digits(text, 0, 4)?, month, 1).ok()?)?,
                )
            }
            10 if ascii => (Precision::Day, day_start(day(text)?)?),
            length if ascii && length > 10 && bytes[10] == b'T' => (Precision::Moment, moment(text)?),
            _ => return None,
        };
        Some(PartialDate {
            text: text.to_owned(),
            precision,
            start,
        })
    }

    /// A calendar day.
    pub fn of_day(date: Date) -> Option<PartialDate> {
        PartialDate::parse(&format!(
            "{:04}-{:02}-{:02}",
            date.year(),
            date.month(),
            date.day()
        ))
    }

    /// A point in time.
    pub fn of_moment(instant: Timestamp) -> Option<PartialDate> {
        PartialDate::parse(&instant.to_string())
    }

    /// The text as it was sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How much is known.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The earliest instant it can mean, in London.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// The first day it can mean, in London: the day itself for days and moments.
    pub fn first_day(&self) -> Date {
        london::date_of(self.start)
    }

    /// The last day it can mean, in London.
    pub fn last_day(&self) -> Date {
        let first = self.first_day();
        match self.precision {
            Precision::Year => first.last_of_year(),
            Precision::Month => first.last_of_month(),
            Precision::Day | Precision::Moment => first,
        }
    }

    /// The calendar day in London, when one is known.
    pub fn day(&self) -> Option<Date> {
        (self.precision >= Precision::Day).then(|| self.first_day())
    }

    /// The year in London.
    pub fn year(&self) -> i16 {
        self.first_day().year()
    }

    /// As a person reads it: "2019", "March 2019", "3 August 2026" or "3 August 2026, 14:05" (London, 24-hour).
    pub fn words(&self) -> String {
        match self.precision {
            Precision::Moment => london::moment_words(self.start),
            _ => self.date_words(),
        }
    }

    /// As [`PartialDate::words`], without the time of day.
    pub fn date_words(&self) -> String {
        let first = self.first_day();
        match self.precision {
            Precision::Year => first.year().to_string(),
            Precision::Month => format!("{} {}", london::month_name(first.month()), first.year()),
            Precision::Day | Precision::Moment => london::date_words(first),
        }
    }

    /// Whether all of it lies before the instant: a year that has not ended is not yet past.
    pub fn is_past(&self, now: Timestamp) -> bool {
        match self.precision {
            Precision::Moment => self.start <= now,
            _ => self.last_day() < london::date_of(now),
        }
    }

    /// Whether all of it lies after the instant.
    pub fn is_future(&self, now: Timestamp) -> bool {
        match self.precision {
            Precision::Moment => self.start > now,
            _ => self.first_day() > london::date_of(now),
        }
    }
}

impl PartialOrd for PartialDate {
    fn partial_cmp(&self, other: &PartialDate) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PartialDate {
    /// By earliest instant, then the more precise after the less precise, then the text.
    fn cmp(&self, other: &PartialDate) -> Ordering {
        (self.start, self.precision, &self.text).cmp(&(other.start, other.precision, &other.text))
    }
}

/// Newest first; what has no date comes last.
pub fn newest_first(a: Option<&PartialDate>, b: Option<&PartialDate>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => b.cmp(a),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

fn day_start(date: Date) -> Option<Timestamp> {
    london::instant_of(date.at(0, 0, 0, 0))
}

fn digits(text: &str, from: usize, to: usize) -> Option<i16> {
    let part = text.get(from..to)?;
    part.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| part.parse().ok())
        .flatten()
}

fn day(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    let month = i8::try_from(digits(text, 5, 7)?).ok()?;
    let number = i8::try_from(digits(text, 8, 10)?).ok()?;
    Date::new(digits(text, 0, 4)?, month, number).ok()
}

fn moment(text: &str) -> Option<Timestamp> {
    day(text.get(..10)?)?;
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    let local = text.parse::<jiff::civil::DateTime>().ok()?;
    Offset::UTC.to_timestamp(local).ok()
}
