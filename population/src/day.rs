//! Days as the columns hold them: sixteen bits each.

use care::partial_date::{PartialDate, Precision};
use jiff::civil::Date;

/// Days from 1970-01-01 back to 1899-12-31, which is no day of ours.
const BEFORE_EPOCH: i32 = 25_568;

/// A day from 1 January 1900 to 4 June 2079, or that it is not known.
///
/// ```
/// use population::Day;
/// let day = Day::of(jiff::civil::date(1900, 1, 1)).unwrap();
/// assert_eq!(day.number(), 1);
/// assert_eq!(day.date(), Some(jiff::civil::date(1900, 1, 1)));
/// assert_eq!(Day::of(jiff::civil::date(1899, 12, 31)), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day(u16);

impl Day {
    /// Not known. It comes before every day.
    pub const UNKNOWN: Day = Day(0);
    /// The last number there is; no day.
    const BEYOND: u16 = u16::MAX;

    /// The day of a date; `None` outside 1900-01-01 to 2079-06-04.
    #[must_use]
    pub fn of(date: Date) -> Option<Day> {
        let epoch = Date::constant(1970, 1, 1);
        let days = i32::try_from(date.duration_since(epoch).as_hours() / 24).ok()?;
        let number = u16::try_from(days + BEFORE_EPOCH).ok()?;
        Day::from_number(number).filter(|day| day.is_known())
    }

    /// Days since 1899-12-31: 1 to 65,534; 0 when not known.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The day with this number; `None` for 65,535, which is none.
    #[must_use]
    pub const fn from_number(number: u16) -> Option<Day> {
        if number == Day::BEYOND {
            None
        } else {
            Some(Day(number))
        }
    }

    /// Days since 1 January 1970, as files have it; `None` when not known.
    #[must_use]
    pub fn since_1970(self) -> Option<i32> {
        self.is_known().then(|| i32::from(self.0) - BEFORE_EPOCH)
    }

    /// The day of a number of days since 1 January 1970.
    #[must_use]
    pub fn from_1970(days: i32) -> Option<Day> {
        let number = u16::try_from(days.checked_add(BEFORE_EPOCH)?).ok()?;
        Day::from_number(number).filter(|day| day.is_known())
    }

    /// The date; `None` when not known.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        let days = self.since_1970()?;
        let span = jiff::SignedDuration::from_hours(i64::from(days) * 24);
        Date::constant(1970, 1, 1).checked_add(span).ok()
    }

    /// Whether it is known.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.0 != 0
    }

    /// The day so many days after; `None` of an unknown day, and when that lies after June 2079.
    #[must_use]
    pub fn after(self, days: u16) -> Option<Day> {
        let number = self.0.checked_add(days).filter(|_| self.is_known())?;
        Day::from_number(number)
    }

    /// The day so many days before; the first there is when that lies before 1900.
    #[must_use]
    pub fn before(self, days: u16) -> Day {
        Day(self.0.saturating_sub(days).max(1))
    }
}

/// Which facts count on a day, by their own day: those on it and before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UpTo {
    first: u16,
    /// Days from the first to the last that counts.
    span: u16,
}

impl UpTo {
    /// Facts without a day count too.
    pub(crate) const fn or_undated(day: Day) -> UpTo {
        UpTo {
            first: 0,
            span: day.0,
        }
    }

    /// Facts without a day do not count: they may have been written down later.
    pub(crate) const fn dated(day: Day) -> UpTo {
        UpTo {
            first: 1,
            span: day.0.saturating_sub(1),
        }
    }

    /// Whether a fact of this day counts. One comparison without a branch, for it stands in the hottest loop.
    #[inline]
    pub(crate) const fn holds(self, day: Day) -> bool {
        day.0.wrapping_sub(self.first) <= self.span
    }
}

/// A recorded date: the first and the last day that it could mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: Day,
    pub(crate) last: Day,
    /// Only the year, or the month of it, was recorded.
    pub(crate) partial: bool,
}

impl Span {
    /// Of a recorded date; `None` when it lies outside of what a column can hold.
    pub(crate) fn of(date: &PartialDate) -> Option<Span> {
        Some(Span {
            first: Day::of(date.first_day())?,
            last: Day::of(date.last_day())?,
            partial: date.precision() < Precision::Day,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_day_comes_back_and_those_outside_are_refused() {
        for number in 1..Day::BEYOND {
            let day = Day::from_number(number).expect("a day");
            let back = day.date().expect("a date");
            assert_eq!(Day::of(back), Some(day), "{back}");
            assert_eq!(day.since_1970().and_then(Day::from_1970), Some(day));
        }
        assert_eq!(Day::of(date(2079, 6, 4)).map(Day::number), Some(65_534));
        for outside in [
            date(1899, 12, 31),
            date(2079, 6, 5),
            date(1, 1, 1),
            date(9999, 12, 31),
        ] {
            assert_eq!(Day::of(outside), None, "{outside}");
        }
        assert_eq!(Day::from_1970(0).and_then(Day::date), Some(date(1970, 1, 1)));
        assert_eq!(Day::from_1970(i32::MAX), None);
    }

    #[test]
    fn what_counts_up_to_a_day_is_that_day_and_those_before_and_what_is_undated_if_asked() {
        let day = |number| Day::from_number(number).expect("a day");
        for (number, either, dated) in [
            (0, true, false),
            (1, true, true),
            (9, true, true),
            (10, false, false),
        ] {
            assert_eq!(UpTo::or_undated(day(9)).holds(day(number)), either, "{number}");
            assert_eq!(UpTo::dated(day(9)).holds(day(number)), dated, "{number}");
        }
        assert_eq!(day(9).after(365), Some(day(374)));
        assert_eq!(Day::UNKNOWN.after(1), None);
        assert_eq!(day(65_500).after(365), None);
    }

    #[test]
    fn a_year_alone_is_all_of_its_days() {
        let span = Span::of(&PartialDate::parse("2019").expect("a date")).expect("in range");
        assert_eq!(span.first.date(), Some(date(2019, 1, 1)));
        assert_eq!(span.last.date(), Some(date(2019, 12, 31)));
        assert!(span.partial);
    }
}
