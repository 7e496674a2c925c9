//! Days and moments, small enough to keep millions of them.

use jiff::ToSpan as _;
use jiff::civil::Date;

/// A day of the proleptic Gregorian calendar, counted from 1 January 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day(pub i32);

impl Day {
    /// The day of a date.
    #[must_use]
    pub fn of(date: Date) -> Day {
        let epoch = Date::constant(1970, 1, 1);
        Day(date.since(epoch).map_or(0, |span| span.get_days()))
    }

    /// The day of a year, a month (1–12) and a day of the month, which is brought into the month.
    #[must_use]
    pub fn ymd(year: i16, month: i8, day: i8) -> Day {
        let first = Date::new(year, month.clamp(1, 12), 1).unwrap_or_default();
        let last = first.days_in_month();
        Day::of(first.with().day(day.clamp(1, last)).build().unwrap_or(first))
    }

    /// The date.
    #[must_use]
    pub fn date(self) -> Date {
        Date::constant(1970, 1, 1)
            .checked_add(self.0.days())
            .unwrap_or_default()
    }

    /// So many days later; earlier when negative.
    #[must_use]
    pub fn plus(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }

    /// So many years of 365.25 days later.
    #[must_use]
    pub fn plus_years(self, years: f64) -> Day {
        self.plus((years * 365.25) as i32)
    }

    /// Years from `birth` to this day, as a fraction.
    #[must_use]
    pub fn age_since(self, birth: Day) -> f64 {
        f64::from(self.0 - birth.0) / 365.25
    }

    /// Completed years from `birth` to this day; 0 before it.
    #[must_use]
    pub fn years_since(self, birth: Day) -> u8 {
        let (born, now) = (birth.date(), self.date());
        let before = (now.month(), now.day()) < (born.month(), born.day());
        (now.year() - born.year() - i16::from(before)).clamp(0, 120) as u8
    }

    /// The day of the week: 0 is Monday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        (self.0 + 3).rem_euclid(7) as u8
    }

    /// The next day that is not Saturday or Sunday, or this one.
    #[must_use]
    pub fn working(self) -> Day {
        match self.weekday() {
            5 => self.plus(2),
            6 => self.plus(1),
            _ => self,
        }
    }
}

/// A minute of a day, in the civil time of Europe/London.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment {
    /// The day.
    pub day: Day,
    /// Minutes since midnight, 0–1439.
    pub minute: u16,
}

impl Moment {
    /// So many minutes later.
    #[must_use]
    pub fn plus(self, minutes: i32) -> Moment {
        let all = i32::from(self.minute) + minutes;
        Moment {
            day: self.day.plus(all.div_euclid(1440)),
            minute: all.rem_euclid(1440) as u16,
        }
    }

    /// Minutes from `earlier` to this moment.
    #[must_use]
    pub fn minutes_since(self, earlier: Moment) -> i32 {
        (self.day.0 - earlier.day.0) * 1440 + i32::from(self.minute) - i32::from(earlier.minute)
    }
}

impl Day {
    /// A minute of this day.
    #[must_use]
    pub fn at(self, minute: u16) -> Moment {
        Moment { day: self, minute }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_go_to_dates_and_back() {
        for (year, month, day) in [(1900, 2, 28), (1970, 1, 1), (2000, 2, 29), (2026, 11, 28)] {
            assert_eq!(
                Day::ymd(year, month, day).date(),
                Date::constant(year, month, day)
            );
        }
        assert_eq!(Day::ymd(2026, 2, 31).date(), Date::constant(2026, 2, 28));
        // 28 November 2026 is a Saturday.
        assert_eq!(Day::ymd(2026, 11, 28).weekday(), 5);
        assert_eq!(Day::ymd(2026, 11, 28).working(), Day::ymd(2026, 11, 30));
        assert_eq!(Day::ymd(2026, 2, 28).years_since(Day::ymd(2000, 2, 29)), 25);
        assert_eq!(Day(0).at(1430).plus(20), Day(1).at(10));
    }
}
