//! Quantity, SimpleQuantity, Age and Duration.

use care::quantity::Quantity;
use serde_json::{Number, Value};

use crate::json::{Out, text};

pub(crate) fn read(value: &Value) -> Quantity {
    Quantity {
        value: value.get("value").and_then(Value::as_f64),
        comparator: text(value, "comparator"),
        unit: text(value, "unit"),
        system: text(value, "system"),
        code: text(value, "code"),
    }
}

pub(crate) fn write(quantity: &Quantity) -> Value {
    let mut out = Out::new();
    out.put("value", quantity.value.and_then(number));
    out.text("comparator", quantity.comparator.as_ref());
    out.text("unit", quantity.unit.as_ref());
    out.text("system", quantity.system.as_ref());
    out.text("code", quantity.code.as_ref());
    out.value()
}

pub(crate) fn at(value: &Value, key: &str) -> Option<Quantity> {
    value.get(key).map(read)
}

/// The number as JSON, whole numbers without a point; nothing when it is not finite.
pub(crate) fn number(value: f64) -> Option<Value> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Some(Value::Number(Number::from(value as i64)));
    }
    Number::from_f64(value).map(Value::Number)
}
