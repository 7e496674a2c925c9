//! The months of which movement between segments is told: the last twelve that are over.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::london::month_name;

/// How many months are looked back on.
const MONTHS: usize = 12;

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: Date,
}

impl Month {
    /// The month that a day lies in.
    #[must_use]
    pub fn of(day: Date) -> Month {
        Month {
            first: day.first_of_month(),
        }
    }

    /// Reads `2026-10`; nothing of any other form.
    ///
    /// ```
    /// use care::segment::Month;
    /// let month = Month::read("2026-10").unwrap();
    /// assert_eq!((month.key(), month.words()), ("2026-10".to_owned(), "October 2026".to_owned()));
    /// assert_eq!((Month::read("2026-13"), Month::read("2026-1")), (None, None));
    /// ```
    #[must_use]
    pub fn read(key: &str) -> Option<Month> {
        let (year, month) = key.split_once('-')?;
        let date = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
        let month = Month { first: date };
        (month.key() == key).then_some(month)
    }

    /// The last twelve months that are over on a day, the newest first; fewer at the beginning of time.
    ///
    /// ```
    /// use care::segment::Month;
    /// use jiff::civil::date;
    /// let months = Month::last_twelve(date(2026, 11, 29));
    /// assert_eq!((months[0].key(), months[11].key(), months.len()), ("2026-10".to_owned(), "2025-11".to_owned(), 12));
    /// // On its last day a month is not over yet.
    /// assert_eq!(Month::last_twelve(date(2026, 11, 30))[0].key(), "2026-10");
    /// ```
    #[must_use]
    pub fn last_twelve(today: Date) -> Vec<Month> {
        let this = today.first_of_month();
        (1..)
            .map_while(|back: i32| this.checked_sub(back.months()).ok())
            .take(MONTHS)
            .map(Month::of)
            .collect()
    }

    /// Its word in addresses and files: `2026-10`.
    #[must_use]
    pub fn key(self) -> String {
        self.first.strftime("%Y-%m").to_string()
    }

    /// In words: "October 2026".
    #[must_use]
    pub fn words(self) -> String {
        format!("{} {}", month_name(self.first.month()), self.first.year())
    }

    /// Its last day: how things stand on it is how they stand at the month's end.
    #[must_use]
    pub fn last_day(self) -> Date {
        self.first.last_of_month()
    }

    /// The last day of the month before it, from which movement within it is told; `None` at the beginning of time.
    #[must_use]
    pub fn day_before(self) -> Option<Date> {
        self.first.yesterday().ok()
    }
}
