//! Day, month and year in three inputs, as the NHS service manual asks for a date that the reader knows.

use askama::Template;
use jiff::civil::Date;

/// A date as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DateParts {
    pub(crate) day: String,
    pub(crate) month: String,
    pub(crate) year: String,
}

impl DateParts {
    /// The date, when the three make one.
    pub(crate) fn date(&self) -> Option<Date> {
        let number = |text: &str| text.trim().parse::<i16>().ok();
        let small = |text: &str| number(text).and_then(|number| i8::try_from(number).ok());
        Date::new(number(&self.year)?, small(&self.month)?, small(&self.day)?).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        [&self.day, &self.month, &self.year]
            .iter()
            .all(|part| part.trim().is_empty())
    }
}

/// Which of the three inputs are marked wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct WrongParts {
    pub(crate) day: bool,
    pub(crate) month: bool,
    pub(crate) year: bool,
}

impl WrongParts {
    pub(crate) const ALL: WrongParts = WrongParts {
        day: true,
        month: true,
        year: true,
    };

    /// The name of the first wrong input: where an error's link goes.
    pub(crate) fn first(self) -> &'static str {
        match self {
            WrongParts { day: true, .. } => "day",
            WrongParts { month: true, .. } => "month",
            WrongParts { year: true, .. } => "year",
            WrongParts { .. } => "day",
        }
    }
}

#[derive(Debug, Clone)]
struct Part {
    name: &'static str,
    label: &'static str,
    value: String,
    wide: bool,
    wrong: bool,
}

#[derive(Debug, Clone, Template)]
#[template(path = "components/date_field.html")]
pub(crate) struct DateField {
    id: &'static str,
    legend: &'static str,
    hint: &'static str,
    error: Option<String>,
    parts: [Part; 3],
}

impl askama::filters::HtmlSafe for DateField {}

impl DateField {
    pub(crate) fn new(
        id: &'static str,
        legend: &'static str,
        hint: &'static str,
        typed: &DateParts,
        error: Option<(String, WrongParts)>,
    ) -> DateField {
        let wrong = error.as_ref().map_or(WrongParts::default(), |(_, wrong)| *wrong);
        let part = |name, label, value: &String, wide, wrong| Part {
            name,
            label,
            value: value.clone(),
            wide,
            wrong,
        };
        DateField {
            id,
            legend,
            hint,
            error: error.map(|(words, _)| words),
            parts: [
                part("day", "Day", &typed.day, false, wrong.day),
                part("month", "Month", &typed.month, false, wrong.month),
                part("year", "Year", &typed.year, true, wrong.year),
            ],
        }
    }
}
