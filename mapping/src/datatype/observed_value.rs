//! `value[x]` of Observation and its components, and `referenceRange`.

use care::quantity::Quantity;
use care::record::fact::result::{ReferenceRange, Value as Observed};
use serde_json::{Value, json};

use super::{concept, date, quantity};
use crate::error::MappingError;
use crate::json::{Out, text};

/// Whichever `value[x]` is there.
pub(crate) fn read(value: &Value) -> Result<Option<Observed>, MappingError> {
    let sides = |value: &Value, low: &str, high: &str| -> (Option<Quantity>, Option<Quantity>) {
        (quantity::at(value, low), quantity::at(value, high))
    };
    Ok(if let Some(found) = value.get("valueQuantity") {
        Some(Observed::Quantity(quantity::read(found)))
    } else if let Some(found) = value.get("valueCodeableConcept") {
        Some(Observed::Concept(concept::read(found)))
    } else if let Some(found) = text(value, "valueString") {
        Some(Observed::Text(found))
    } else if let Some(found) = value.get("valueBoolean").and_then(Value::as_bool) {
        Some(Observed::Bool(found))
    } else if let Some(found) = value.get("valueInteger").and_then(Value::as_i64) {
        Some(Observed::Integer(found))
    } else if let Some(found) = value.get("valueRange") {
        let (low, high) = sides(found, "low", "high");
        Some(Observed::Range(low, high))
    } else if let Some(found) = value.get("valueRatio") {
        let (over, under) = sides(found, "numerator", "denominator");
        Some(Observed::Ratio(over, under))
    } else if let Some(found) = text(value, "valueTime") {
        Some(Observed::Time(found))
    } else if let Some(found) = date::at(value, "valueDateTime")? {
        Some(Observed::Date(found))
    } else if let Some(found) = date::period_at(value, "valuePeriod")? {
        Some(Observed::Period(found))
    } else {
        value
            .get("valueSampledData")
            .map(|found| Observed::Sampled(quantity::at(found, "origin").unwrap_or_default()))
    })
}

pub(crate) fn put(out: &mut Out, value: Option<&Observed>) {
    let pair = |low: &Option<Quantity>, high: &Option<Quantity>, names: [&str; 2]| {
        let mut pair = Out::new();
        pair.put(names[0], low.as_ref().map(quantity::write));
        pair.put(names[1], high.as_ref().map(quantity::write));
        pair.value()
    };
    match value {
        None => {}
        Some(Observed::Quantity(found)) => out.put("valueQuantity", Some(quantity::write(found))),
        Some(Observed::Concept(found)) => out.put("valueCodeableConcept", Some(concept::write(found))),
        Some(Observed::Text(found)) => out.text("valueString", Some(found)),
        Some(Observed::Bool(found)) => out.put("valueBoolean", Some(*found)),
        Some(Observed::Integer(found)) => out.put("valueInteger", Some(*found)),
        Some(Observed::Range(low, high)) => out.put("valueRange", Some(pair(low, high, ["low", "high"]))),
        Some(Observed::Ratio(over, under)) => {
            out.put(
                "valueRatio",
                Some(pair(over, under, ["numerator", "denominator"])),
            );
        }
        Some(Observed::Time(found)) => out.text("valueTime", Some(found)),
        Some(Observed::Date(found)) => date::put(out, "valueDateTime", Some(found)),
        Some(Observed::Period(found)) => out.put("valuePeriod", Some(date::write_period(found))),
        // The samples themselves are not held: only where they lie is said.
        Some(Observed::Sampled(origin)) => {
            out.put(
                "valueSampledData",
                Some(json!({ "origin": quantity::write(origin), "period": 0, "dimensions": 1 })),
            );
        }
    }
}

pub(crate) fn read_range(value: &Value) -> ReferenceRange {
    ReferenceRange {
        low: quantity::at(value, "low"),
        high: quantity::at(value, "high"),
        kind: concept::at(value, "type"),
        applies_to: concept::all(value, "appliesTo"),
        age: value
            .get("age")
            .map(|age| (quantity::at(age, "low"), quantity::at(age, "high"))),
        text: text(value, "text"),
    }
}

pub(crate) fn write_range(range: &ReferenceRange) -> Value {
    let mut out = Out::new();
    out.put("low", range.low.as_ref().map(quantity::write));
    out.put("high", range.high.as_ref().map(quantity::write));
    out.put("type", range.kind.as_ref().map(concept::write));
    out.list("appliesTo", &range.applies_to, concept::write);
    let age = range.age.as_ref().map(|(low, high)| {
        let mut age = Out::new();
        age.put("low", low.as_ref().map(quantity::write));
        age.put("high", high.as_ref().map(quantity::write));
        age.value()
    });
    out.put("age", age);
    out.text("text", range.text.as_ref());
    out.value()
}
