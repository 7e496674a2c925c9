//! Years by the calendar.

use jiff::ToSpan;
use jiff::civil::Date;

/// The same day so many years later; for 29 February in a year that has none, 1 March, as for birthdays.
pub(super) fn years_after(date: Date, years: i16) -> Date {
    let later = date.saturating_add(i32::from(years).years());
    if later.day() == date.day() {
        later
    } else {
        later.saturating_add(1.day())
    }
}

/// Whole years of age on a day.
pub(super) fn age_on(born: Date, on: Date) -> i16 {
    let passed = (on.month(), on.day()) >= (born.month(), born.day());
    on.year() - born.year() - i16::from(!passed)
}

#[cfg(test)]
mod tests {
    use super::{age_on, years_after};
    use jiff::civil::date;

    #[test]
    fn a_leap_day_comes_again_on_the_first_of_march() {
        assert_eq!(years_after(date(2020, 2, 29), 8), date(2028, 2, 29));
        assert_eq!(years_after(date(2020, 2, 29), 25), date(2045, 3, 1));
        assert_eq!(years_after(date(2021, 2, 28), 8), date(2029, 2, 28));
    }

    #[test]
    fn an_age_turns_on_the_birthday() {
        assert_eq!(age_on(date(2000, 6, 15), date(2018, 6, 14)), 17);
        assert_eq!(age_on(date(2000, 6, 15), date(2018, 6, 15)), 18);
    }
}
