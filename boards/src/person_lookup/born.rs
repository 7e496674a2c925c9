//! Dates of birth, whole or in part, and the slips people make in them.

use care::partial_date::{PartialDate, Precision};
use jiff::civil::Date;

use super::asked::Match;

/// A date of birth as far as it is known: a year, a month of it, a day of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Born {
    year: i16,
    /// 0 when not known.
    month: i8,
    /// 0 when not known.
    day: i8,
}

impl Born {
    /// A whole date.
    #[must_use]
    pub fn on(date: Date) -> Born {
        Born {
            year: date.year(),
            month: date.month(),
            day: date.day(),
        }
    }

    /// A year, or a month of it (1–12).
    #[must_use]
    pub fn in_year(year: i16, month: Option<i8>) -> Born {
        Born {
            year,
            month: month.filter(|month| (1..=12).contains(month)).unwrap_or(0),
            day: 0,
        }
    }

    /// As it was recorded.
    pub(super) fn recorded(date: &PartialDate) -> Born {
        let first = date.first_day();
        match date.precision() {
            Precision::Year => Born::in_year(first.year(), None),
            Precision::Month => Born::in_year(first.year(), Some(first.month())),
            Precision::Day | Precision::Moment => Born::on(first),
        }
    }

    fn is_whole(self) -> bool {
        self.day != 0
    }

    /// As one number above 0.
    pub(super) fn packed(self) -> u32 {
        let year = u32::try_from(self.year.max(0)).unwrap_or(0);
        let small = |part: i8| u32::try_from(part).unwrap_or(0);
        (year << 16) | (small(self.month) << 8) | small(self.day)
    }

    pub(super) fn from_packed(packed: u32) -> Option<Born> {
        let [high, low, month, day] = packed.to_be_bytes();
        (packed != 0).then_some(Born {
            year: i16::from_be_bytes([high, low]),
            month: i8::try_from(month).ok()?,
            day: i8::try_from(day).ok()?,
        })
    }

    /// How the date fits one that was recorded.
    pub(super) fn fits(self, recorded: Born) -> Option<Match> {
        if self == recorded {
            return Some(Match::Exact);
        }
        if self.is_whole() && recorded.is_whole() {
            return self.is_one_slip_from(recorded).then_some(Match::Slip);
        }
        let month = self.month == 0 || recorded.month == 0 || self.month == recorded.month;
        (self.year == recorded.year && month).then_some(Match::Part)
    }

    fn is_one_slip_from(self, other: Born) -> bool {
        if self.year == other.year && self.day == other.month && self.month == other.day {
            return true;
        }
        let (one, other) = (self.digits(), other.digits());
        one.iter().zip(&other).filter(|(one, other)| one != other).count() == 1
    }

    /// Year, month and day as they are typed.
    fn digits(self) -> [u8; 8] {
        let mut number = i32::from(self.year) * 10_000 + i32::from(self.month) * 100 + i32::from(self.day);
        let mut digits = [0; 8];
        for digit in digits.iter_mut().rev() {
            *digit = u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
        }
        digits
    }

    /// Every recorded date that this one fits, itself first.
    pub(super) fn fitting(self) -> Vec<Born> {
        let mut all = vec![self];
        let mut add = |born: Born| {
            if !all.contains(&born) {
                all.push(born);
            }
        };
        let days = |year: i16, month: i8| {
            (1..=31).filter_map(move |day| Date::new(year, month, day).ok().map(Born::on))
        };
        let months = if self.month == 0 {
            1..=12
        } else {
            self.month..=self.month
        };
        if self.is_whole() {
            self.slips().into_iter().for_each(&mut add);
            add(Born::in_year(self.year, Some(self.month)));
        } else {
            for month in months {
                add(Born::in_year(self.year, Some(month)));
                days(self.year, month).for_each(&mut add);
            }
        }
        add(Born::in_year(self.year, None));
        all
    }

    fn slips(self) -> Vec<Born> {
        let mut slips = Vec::new();
        let digits = self.digits();
        for at in 0..digits.len() {
            for digit in 0..10 {
                let mut wrong = digits;
                wrong[at] = digit;
                let number = wrong
                    .iter()
                    .fold(0i32, |number, digit| number * 10 + i32::from(*digit));
                let date = i16::try_from(number / 10_000).ok().and_then(|year| {
                    let month = i8::try_from(number / 100 % 100).ok()?;
                    Date::new(year, month, i8::try_from(number % 100).ok()?).ok()
                });
                slips.extend(date.map(Born::on));
            }
        }
        let swapped = Date::new(self.year, self.day, self.month).ok();
        slips.extend(swapped.map(Born::on));
        slips
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn on(year: i16, month: i8, day: i8) -> Born {
        Born::on(date(year, month, day))
    }

    #[test]
    fn a_date_fits_itself_its_slips_and_what_is_known_of_it() {
        let asked = on(1940, 3, 12);
        assert_eq!(asked.fits(on(1940, 3, 12)), Some(Match::Exact));
        assert_eq!(asked.fits(on(1940, 12, 3)), Some(Match::Slip));
        assert_eq!(asked.fits(on(1940, 3, 13)), Some(Match::Slip));
        assert_eq!(asked.fits(on(1949, 3, 12)), Some(Match::Slip));
        assert_eq!(asked.fits(on(1949, 3, 13)), None);
        assert_eq!(asked.fits(Born::in_year(1940, Some(3))), Some(Match::Part));
        assert_eq!(asked.fits(Born::in_year(1940, None)), Some(Match::Part));
        assert_eq!(asked.fits(Born::in_year(1940, Some(4))), None);
        assert_eq!(Born::in_year(1940, None).fits(on(1940, 3, 12)), Some(Match::Part));
        assert_eq!(Born::in_year(1941, None).fits(on(1940, 3, 12)), None);
    }

    proptest! {
        #[test]
        fn what_is_looked_up_is_exactly_what_fits(
            (year, month, day) in (1935..1945i16, 1..=12i8, 1..=28i8),
            (other_year, other_month, other_day) in (1935..1945i16, 0..=12i8, 0..=28i8),
            precision in 0..3u8,
        ) {
            let asked = match precision {
                0 => Born::in_year(year, None),
                1 => Born::in_year(year, Some(month)),
                _ => on(year, month, day),
            };
            let recorded = match (other_month, other_day) {
                (0, _) => Born::in_year(other_year, None),
                (month, 0) => Born::in_year(other_year, Some(month)),
                (month, day) => on(other_year, month, day),
            };
            prop_assert_eq!(asked.fitting().contains(&recorded), asked.fits(recorded).is_some());
        }

        #[test]
        fn a_date_is_kept_whole(year in 1850..2100i16, month in 1..=12i8, day in 1..=28i8) {
            let born = on(year, month, day);
            prop_assert_eq!(Born::from_packed(born.packed()), Some(born));
        }
    }
}
