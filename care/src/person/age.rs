//! Age on a day, no more exact than the birth date allows.

use jiff::civil::Date;

use crate::partial_date::PartialDate;

/// An age in whole units; `oldest` is above `youngest` when only the month or year of birth is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    /// Whole years, at least.
    pub youngest: i16,
    /// Whole years, at most.
    pub oldest: i16,
    /// Whole months in all, when the day of birth is known.
    pub months: Option<i32>,
    /// Days in all, when the day of birth is known.
    pub days: Option<i32>,
}

impl Age {
    /// The age on the day of somebody born then; nothing when birth lies after the day. A birthday on 29 February
    /// falls on 1 March in other years.
    pub fn between(birth: &PartialDate, on: Date) -> Option<Age> {
        let (first, last) = (birth.first_day(), birth.last_day().min(on));
        if first > on {
            return None;
        }
        let exact = birth.day();
        Some(Age {
            youngest: years(last, on),
            oldest: years(first, on),
            months: exact.map(|born| months(born, on)),
            days: exact
                .and_then(|born| on.since(born).ok())
                .map(|span| span.get_days()),
        })
    }

    /// For the banner, as NHS pages write it: days under four weeks, weeks under one year... up to "34 years".
    pub fn words(&self) -> String {
        if self.youngest != self.oldest {
            return format!("{} or {} years", self.youngest, self.oldest);
        }
        match (self.days, self.months) {
            (Some(days), _) if days < 28 => count(days, "day"),
            (Some(days), _) if self.youngest < 1 => count(days / 7, "week"),
            (_, Some(months)) if self.youngest < 2 => count(months, "month"),
            _ => count(i32::from(self.youngest), "year"),
        }
    }
}

fn count(number: i32, unit: &str) -> String {
    if number == 1 {
        format!("1 {unit}")
    } else {
        format!("{number} {unit}s")
    }
}

fn years(born: Date, on: Date) -> i16 {
    let passed = (on.month(), on.day()) >= (born.month(), born.day());
    on.year() - born.year() - i16::from(!passed)
}

fn months(born: Date, on: Date) -> i32 {
    let whole = i32::from(on.year() - born.year()) * 12 + i32::from(on.month() - born.month());
    whole - i32::from(on.day() < born.day())
}
