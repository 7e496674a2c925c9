//! Ages on a day, from columns of birth days, without a calendar for each person.

use jiff::Span;
use jiff::civil::Date;

use crate::day::Day;
use crate::facts::flag;
use crate::people::PersonSlice;

/// The most years that are told apart.
const MOST: i16 = 130;

/// Ages on one day.
#[derive(Debug, Clone)]
pub struct Ages {
    /// The last birth day of those who are at least so old, by years; it falls as the age rises.
    born_by: Vec<Day>,
}

impl Ages {
    /// Ages on `today`.
    #[must_use]
    pub fn on(today: Date) -> Ages {
        let born_by = (0..=MOST)
            .filter_map(|years| today.checked_sub(Span::new().years(years)).ok())
            .map_while(Day::of)
            .collect();
        Ages { born_by }
    }

    /// Whole years, 0 to 130 (which stands for more); `None` when the birth is not known or comes after the day. Whoever was born on 29 February
    /// is a year older on 1 March where there is none.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use population::{Day, score::Ages};
    /// let ages = Ages::on(date(2026, 8, 1));
    /// assert_eq!(ages.of(Day::of(date(1961, 8, 1)).unwrap()), Some(65));
    /// assert_eq!(ages.of(Day::of(date(1961, 8, 2)).unwrap()), Some(64));
    /// assert_eq!(ages.of(Day::UNKNOWN), None);
    /// ```
    #[must_use]
    pub fn of(&self, birth: Day) -> Option<u8> {
        if !birth.is_known() {
            return None;
        }
        let reached = self.born_by.partition_point(|born_by| birth <= *born_by);
        u8::try_from(reached.checked_sub(1)?).ok()
    }

    /// The age of a person; `None` as well when the death comes before the birth.
    pub(super) fn of_person(&self, person: &PersonSlice<'_>) -> Option<u8> {
        let sound = !person.has(flag::DEATH_BEFORE_BIRTH);
        self.of(person.birth()).filter(|_| sound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::partial_date::PartialDate;
    use care::person::Age;
    use jiff::civil::date;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ages_are_those_of_care(born in 1u16..65_534, today in 1u16..65_534) {
            let (born, today) = (Day::from_number(born).expect("a day"), Day::from_number(today).expect("a day"));
            let (birth, on) = (born.date().expect("a date"), today.date().expect("a date"));
            let known = PartialDate::of_day(birth).expect("a date");
            let expected = Age::between(&known, on).map(|age| age.youngest.min(MOST));
            prop_assert_eq!(Ages::on(on).of(born).map(i64::from), expected.map(i64::from), "{} on {}", birth, on);
        }
    }

    #[test]
    fn who_was_born_on_29_february_is_older_on_1_march() {
        let born = Day::of(date(2004, 2, 29)).expect("a day");
        assert_eq!(Ages::on(date(2005, 2, 28)).of(born), Some(0));
        assert_eq!(Ages::on(date(2005, 3, 1)).of(born), Some(1));
        assert_eq!(Ages::on(date(2008, 2, 28)).of(born), Some(3));
        assert_eq!(Ages::on(date(2008, 2, 29)).of(born), Some(4));
    }
}
