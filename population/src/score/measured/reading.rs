//! Observations of one person as cells of a score's row. A value in a unit in which the thing is not measured, or one that is only said to be
//! above or below something, goes into the row as it came, for the score to refuse.

use care::concept::Concept;
use care::partial_date::PartialDate;
use care::quantity::{Quantity, number_words};
use care::record::PersonRecord;
use care::record::fact::result::{ResultStatus, Value};
use jiff::Timestamp;

use crate::facts::{Mark, Measure};

/// Units of points (UCUM annotations and what is met instead of them).
const POINTS: [&str; 8] = [
    "{score}",
    "{ScoreOf}",
    "{points}",
    "{Points}",
    "score",
    "points",
    "1",
    "",
];
/// What stands for the unit of a number that came without one.
const NO_UNIT: &str = "no unit";

/// An observation, or a part of one.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'r> {
    pub(crate) when: Option<&'r PartialDate>,
    pub(crate) code: &'r Concept,
    pub(crate) value: Option<&'r Value>,
}

/// What was observed by a moment and is settled, with parts.
pub(crate) fn readings(record: &PersonRecord, now: Timestamp) -> Vec<Reading<'_>> {
    let mut readings = Vec::new();
    for fact in record.results.iter().filter(|fact| !fact.entered_in_error) {
        let settled = !matches!(
            fact.what.status,
            Some(ResultStatus::Registered | ResultStatus::Preliminary | ResultStatus::Cancelled)
        );
        let when = fact.provenance.sort_date();
        if !settled || when.is_some_and(|when| when.start() > now) || fact.what.absent.is_some() {
            continue;
        }
        readings.push(Reading {
            when,
            code: &fact.what.code,
            value: fact.what.value.as_ref(),
        });
        let parts = fact.what.components.iter().filter(|part| part.value.is_some());
        readings.extend(parts.map(|part| Reading {
            when,
            code: &part.code,
            value: part.value.as_ref(),
        }));
    }
    readings
}

impl Reading<'_> {
    /// Whether it is of one of these codes.
    pub(crate) fn is(&self, codes: &[&str]) -> bool {
        codes.iter().any(|code| self.code.has_code(code))
    }

    /// The number in its measure's unit, where the measure is known and nothing is odd.
    pub(crate) fn number(&self) -> Option<(String, &'static str)> {
        let measure = self.measure()?;
        let (value, mark) = measure.value(&self.quantity()?);
        let sound = value.filter(|_| mark == Mark::Sound)?;
        Some((sound.to_string(), measure.unit))
    }

    /// A number that is a count of points, exactly; its unit says nothing then, unless it is one of something else.
    pub(crate) fn as_points(&self) -> Option<f64> {
        let quantity = self.quantity()?;
        let of_points = POINTS.contains(&quantity.unit_key().trim());
        quantity
            .value
            .filter(|value| of_points && quantity.comparator.is_none() && value.is_finite())
    }

    /// The value as it came.
    pub(crate) fn as_it_came(&self) -> String {
        self.value.map(Value::words).unwrap_or_default()
    }

    /// Puts a number into a row under this name, with unit and time.
    pub(crate) fn put_number(&self, name: &str, cells: &mut Vec<(String, String)>) {
        let (text, unit) = match (self.number(), self.quantity()) {
            (Some((text, unit)), _) => (text, unit.to_owned()),
            (None, Some(quantity)) => {
                let comparator = quantity.comparator.as_deref().unwrap_or_default();
                let number = quantity.value.map(number_words).unwrap_or_default();
                let unit = Some(quantity.unit_key()).filter(|unit| !unit.is_empty());
                (
                    format!("{comparator}{number}"),
                    unit.unwrap_or(NO_UNIT).to_owned(),
                )
            }
            (None, None) => (self.as_it_came(), NO_UNIT.to_owned()),
        };
        self.put(name, text, cells);
        cells.push((format!("{name}_unit"), unit));
    }

    /// Puts words into a row under this name, with the time.
    pub(crate) fn put(&self, name: &str, text: String, cells: &mut Vec<(String, String)>) {
        cells.push((name.to_owned(), text));
        if let Some(when) = self.when {
            cells.push((format!("{name}_date"), when.text().to_owned()));
        }
    }

    fn measure(&self) -> Option<&'static Measure> {
        self.code
            .codings
            .iter()
            .find_map(|coding| Measure::of(coding.system.as_deref()?, coding.code.as_deref()?))
    }

    pub(crate) fn quantity(&self) -> Option<Quantity> {
        match self.value? {
            Value::Quantity(quantity) => Some(quantity.clone()),
            #[expect(clippy::cast_precision_loss, reason = "counts in results are far below 2^53")]
            Value::Integer(number) => Some(Quantity {
                value: Some(*number as f64),
                ..Quantity::default()
            }),
            _ => None,
        }
    }
}
