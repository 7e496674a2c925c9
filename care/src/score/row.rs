//! Reading the inputs of a score from a row of words, such as a line of a file: checked against the definition, and
//! every one accounted for as used, missing or refused.

use codes::clinical::icd10::Icd10;
use jiff::civil::Date;

use crate::eligibility::Past;
use crate::partial_date::PartialDate;
use crate::score::definition::{Allowed, Definition, Input, Missing};
use crate::score::outcome::{Outcome, Refusal, Used};

/// A row: the cell of a column by its name. An empty cell is a missing one.
pub type Row<'r> = dyn Fn(&str) -> Option<&'r str> + 'r;

/// A row being read for one score.
pub(crate) struct Reading<'d, 'r, 'a> {
    definition: &'d Definition,
    row: &'a Row<'r>,
    outcome: Outcome,
    required: Vec<&'static str>,
}

impl<'d, 'r, 'a> Reading<'d, 'r, 'a> {
    pub(crate) fn begin(definition: &'d Definition, row: &'a Row<'r>) -> Reading<'d, 'r, 'a> {
        Reading {
            definition,
            row,
            outcome: Outcome::begin(definition),
            required: Vec::new(),
        }
    }

    /// A whole number in its range.
    pub(crate) fn whole(&mut self, name: &'static str) -> Option<i64> {
        let number = self.number(name)?;
        // Read as a whole number in a range of i64 before; the ranges of scores are small.
        Some(number as i64)
    }

    /// A number in its range.
    pub(crate) fn number(&mut self, name: &'static str) -> Option<f64> {
        let (input, cell) = self.cell(name)?;
        if !self.has_its_unit(input) {
            return None;
        }
        let number = match input.allowed {
            Allowed::Whole(least, most) => cell
                .parse::<i64>()
                .ok()
                .filter(|number| (least..=most).contains(number))
                .map(|number| number as f64),
            Allowed::Number(least, most) => cell
                .parse::<f64>()
                .ok()
                .filter(|number| (least..=most).contains(number)),
            Allowed::Choice(_) | Allowed::YesNo | Allowed::List | Allowed::Day | Allowed::DayOrNone => None,
        };
        self.settle(input, cell, number)
    }

    /// Which of its words, counted from nought.
    pub(crate) fn choice(&mut self, name: &'static str) -> Option<usize> {
        let (input, cell) = self.cell(name)?;
        let place = match input.allowed {
            Allowed::Choice(words) => words.iter().position(|word| word.eq_ignore_ascii_case(cell)),
            Allowed::Whole(..)
            | Allowed::Number(..)
            | Allowed::YesNo
            | Allowed::List
            | Allowed::Day
            | Allowed::DayOrNone => None,
        };
        self.settle(input, cell, place)
    }

    /// A whole day.
    pub(crate) fn day(&mut self, name: &'static str) -> Option<Date> {
        let (input, cell) = self.cell(name)?;
        self.settle(input, cell, day_of(cell))
    }

    /// The last time, or that there was none; not known when the cell is empty or refused.
    pub(crate) fn past(&mut self, name: &'static str) -> Past<Date> {
        let Some((input, cell)) = self.cell(name) else {
            return Past::NotKnown;
        };
        let read = if cell.eq_ignore_ascii_case("none") {
            Some(Past::Never)
        } else {
            day_of(cell).map(Past::Last)
        };
        self.settle(input, cell, read).unwrap_or_default()
    }

    /// A number with the day on which it was measured, which it must have.
    pub(crate) fn number_on(&mut self, name: &'static str) -> Option<(f64, Date)> {
        let number = self.number(name)?;
        let column = format!("{name}_date");
        let given = (self.row)(&column).map(str::trim).unwrap_or_default();
        match day_of(given) {
            Some(day) => Some((number, day)),
            None => {
                self.refuse(name, given, format!("{column} must be a day, as 2026-11-30"));
                None
            }
        }
    }

    /// Yes or no.
    pub(crate) fn yes(&mut self, name: &'static str) -> Option<bool> {
        let (input, cell) = self.cell(name)?;
        let said = match cell.to_ascii_lowercase().as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        self.settle(input, cell, said)
    }

    /// Every word of a list read by `read`; the list is refused when one cannot be.
    pub(crate) fn list<T>(
        &mut self,
        name: &'static str,
        rule: &str,
        read: impl Fn(&'r str) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.list_or(name, |word| read(word).ok_or_else(|| rule.to_owned()))
    }

    /// As [`Reading::list`], where `read` says which rule a word breaks.
    pub(crate) fn list_or<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&'r str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let (input, cell) = self.cell(name)?;
        let mut found = Vec::new();
        if !cell.eq_ignore_ascii_case("none") {
            for word in cell.split(';').map(str::trim).filter(|word| !word.is_empty()) {
                match read(word) {
                    Ok(one) => found.push(one),
                    Err(rule) => {
                        self.refuse(name, word, rule);
                        return None;
                    }
                }
            }
        }
        self.settle(input, cell, Some(found))
    }

    /// The sum of whole numbers; nothing unless all are there, but every one is read.
    pub(crate) fn sum(&mut self, names: &[&'static str]) -> Option<i64> {
        let mut total = Some(0);
        for name in names {
            let item = self.whole(name);
            total = total.zip(item).map(|(total, item)| total + item);
        }
        total
    }

    /// A list of ICD-10 codes.
    pub(crate) fn icd10(&mut self, name: &'static str) -> Option<Vec<Icd10>> {
        self.list(name, "ICD-10 codes, as in I21.9", Icd10::read)
    }

    /// Refuses an input for a reason beyond its own range, such as another input.
    pub(crate) fn refuse(&mut self, input: &'static str, given: &str, rule: String) {
        self.outcome.used.retain(|used| used.input != input);
        self.outcome.refused.push(Refusal {
            input,
            given: given.to_owned(),
            rule,
        });
    }

    /// Adds a note.
    pub(crate) fn note(&mut self, words: impl Into<String>) {
        self.outcome.notes.push(words.into());
    }

    /// Makes an input needed that is missing, because of another: it then has no value.
    pub(crate) fn require(&mut self, input: &'static str) {
        if self.outcome.missing.contains(&input) {
            self.required.push(input);
        }
    }

    /// Whether nothing was refused and nothing that is needed is missing: only then may there be a value.
    pub(crate) fn is_whole(&self) -> bool {
        let lacks = |name: &&'static str| {
            self.definition
                .input(name)
                .is_some_and(|input| input.missing == Missing::NoValue)
        };
        self.outcome.refused.is_empty() && self.required.is_empty() && !self.outcome.missing.iter().any(lacks)
    }

    /// The outcome with this value and the band that its table gives, unless the inputs are not whole.
    pub(crate) fn end(self, value: Option<f64>) -> Outcome {
        let band = value
            .and_then(|value| self.definition.band(value))
            .map(|band| band.name);
        self.end_with_band(value, band)
    }

    /// As [`Reading::end`], with a band that does not follow from the value alone.
    pub(crate) fn end_with_band(mut self, value: Option<f64>, band: Option<&'static str>) -> Outcome {
        if self.is_whole() {
            self.outcome.value = value;
            self.outcome.band = band;
        }
        self.outcome
    }

    fn cell(&mut self, name: &'static str) -> Option<(&'static Input, &'r str)> {
        let input = self.definition.input(name)?;
        match (self.row)(name).map(str::trim).filter(|cell| !cell.is_empty()) {
            Some(cell) => Some((input, cell)),
            None => {
                if !self.outcome.missing.contains(&name) {
                    self.outcome.missing.push(name);
                    match input.missing {
                        Missing::Taken(taken) if !taken.is_empty() => self.note(taken),
                        Missing::Taken(_) | Missing::NoValue => {}
                    }
                }
                None
            }
        }
    }

    fn has_its_unit(&mut self, input: &'static Input) -> bool {
        let column = format!("{}_unit", input.name);
        match (self.row)(&column).map(str::trim).filter(|unit| !unit.is_empty()) {
            Some(unit) if unit != input.unit => {
                self.refuse(input.name, unit, format!("its unit is {:?}", input.unit));
                false
            }
            _ => true,
        }
    }

    fn settle<T>(&mut self, input: &'static Input, cell: &str, read: Option<T>) -> Option<T> {
        let Some(read) = read else {
            self.refuse(input.name, cell, input.allowed.rule(input.unit));
            return None;
        };
        let column = format!("{}_date", input.name);
        let date = match (self.row)(&column).map(str::trim).filter(|date| !date.is_empty()) {
            Some(text) => match PartialDate::parse(text) {
                Some(date) => Some(date),
                None => {
                    self.refuse(input.name, text, "its date is a FHIR date or time".to_owned());
                    return None;
                }
            },
            None => None,
        };
        self.outcome.used.push(Used {
            input: input.name,
            value: cell.to_owned(),
            date,
        });
        Some(read)
    }
}

/// A whole day: neither a month nor a time of day, whose day depends on where one is.
fn day_of(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}
