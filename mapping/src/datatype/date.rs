//! date, dateTime, instant, Period and the choices between them.

use care::partial_date::PartialDate;
use care::when::{Period, When};
use serde_json::Value;

use super::quantity;
use crate::error::MappingError;
use crate::json::{Out, str_at};

/// The date at `key`.
///
/// # Errors
/// [`MappingError::BadDate`] when there is a text and it is no date.
pub(crate) fn at(value: &Value, key: &'static str) -> Result<Option<PartialDate>, MappingError> {
    match str_at(value, key) {
        None => Ok(None),
        Some(text) => PartialDate::parse(text)
            .map(Some)
            .ok_or(MappingError::BadDate { element: key }),
    }
}

pub(crate) fn put(out: &mut Out, key: &str, date: Option<&PartialDate>) {
    out.put(key, date.map(PartialDate::text));
}

pub(crate) fn read_period(value: &Value) -> Result<Period, MappingError> {
    Ok(Period {
        start: at(value, "start")?,
        end: at(value, "end")?,
    })
}

pub(crate) fn write_period(period: &Period) -> Value {
    let mut out = Out::new();
    put(&mut out, "start", period.start.as_ref());
    put(&mut out, "end", period.end.as_ref());
    out.value()
}

/// The period at `key`.
pub(crate) fn period_at(value: &Value, key: &str) -> Result<Option<Period>, MappingError> {
    value.get(key).map(read_period).transpose()
}

/// The members of one choice element, such as `onset[x]`; those that the element has not are empty.
#[derive(Clone, Copy)]
pub(crate) struct Choice {
    pub(crate) moment: &'static str,
    pub(crate) period: &'static str,
    pub(crate) age: &'static str,
    pub(crate) words: &'static str,
    pub(crate) range: &'static str,
}

pub(crate) const EFFECTIVE: Choice = Choice {
    moment: "effectiveDateTime",
    period: "effectivePeriod",
    age: "",
    words: "",
    range: "",
};

/// Whichever member of the choice is there.
pub(crate) fn when_at(value: &Value, choice: Choice) -> Result<Option<When>, MappingError> {
    if let Some(date) = at(value, choice.moment)? {
        return Ok(Some(When::At(date)));
    }
    if let Some(period) = period_at(value, choice.period)? {
        return Ok(Some(When::Over(period)));
    }
    if let Some(age) = value.get(choice.age) {
        return Ok(Some(When::AtAge(quantity::read(age))));
    }
    if let Some(words) = str_at(value, choice.words) {
        return Ok(Some(When::Words(words.to_owned())));
    }
    Ok(value.get(choice.range).map(|range| {
        let side = |key: &str| {
            range
                .get(key)
                .map_or_else(|| "?".to_owned(), |side| quantity::read(side).words())
        };
        When::Words(format!("{} to {}", side("low"), side("high")))
    }))
}

pub(crate) fn put_when(out: &mut Out, choice: Choice, when: Option<&When>) {
    match when {
        None => {}
        Some(When::At(date)) => put(out, choice.moment, Some(date)),
        Some(When::Over(period)) if !choice.period.is_empty() => {
            out.put(choice.period, Some(write_period(period)));
        }
        Some(When::AtAge(age)) if !choice.age.is_empty() => out.put(choice.age, Some(quantity::write(age))),
        Some(When::Words(words)) if !choice.words.is_empty() => out.put(choice.words, Some(words.as_str())),
        // The element has no such member: nothing of `care` makes one.
        Some(When::Over(_) | When::AtAge(_) | When::Words(_)) => {}
    }
}
