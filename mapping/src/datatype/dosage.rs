//! Dosage. What is not read into its own place is kept as it came, so that a page can say that there is more.

use care::record::fact::medicine::{Amount, AsNeeded, Bounds, Dose, Extent, Rate, Timing, UpTo};
use serde_json::{Map, Value, json};

use super::{concept, date, quantity};
use crate::json::{Out, many, text, texts};

pub(crate) fn read(value: &Value) -> Dose {
    let as_needed = match (
        value.get("asNeededBoolean").and_then(Value::as_bool),
        value.get("asNeededCodeableConcept"),
    ) {
        (_, Some(reason)) => Some(AsNeeded::For(concept::read(reason))),
        (Some(said), None) => Some(AsNeeded::Said(said)),
        (None, None) => None,
    };
    let most = value.get("maxDosePerPeriod");
    let mut dose = Dose {
        sequence: value.get("sequence").and_then(Value::as_i64),
        text: text(value, "text"),
        additional: concept::all(value, "additionalInstruction"),
        for_person: text(value, "patientInstruction"),
        as_needed,
        timing: value.get("timing").map(read_timing),
        site: concept::at(value, "site"),
        route: concept::at(value, "route"),
        method: concept::at(value, "method"),
        amounts: many(value, "doseAndRate", read_amount),
        most_per_period: most
            .map(|most| (quantity::at(most, "numerator"), quantity::at(most, "denominator"))),
        most_at_a_time: quantity::at(value, "maxDosePerAdministration"),
        most_in_a_lifetime: quantity::at(value, "maxDosePerLifetime"),
        more: None,
    };
    dose.more = beyond(value, &write(&dose), "").map(|more| more.to_string());
    dose
}

pub(crate) fn read_timing(value: &Value) -> Timing {
    let none = Value::Null;
    let repeat = value.get("repeat").unwrap_or(&none);
    let whole = |key: &str| {
        let number = repeat.get(key).and_then(Value::as_u64);
        number.and_then(|number| u32::try_from(number).ok())
    };
    let number = |key: &str| repeat.get(key).and_then(Value::as_f64);
    let over = date::period_at(repeat, "boundsPeriod")
        .ok()
        .flatten()
        .map(Bounds::Over);
    Timing {
        frequency: whole("frequency"),
        frequency_max: whole("frequencyMax"),
        period: number("period"),
        period_max: number("periodMax"),
        period_unit: text(repeat, "periodUnit"),
        duration: UpTo {
            from: number("duration"),
            to: number("durationMax"),
        },
        duration_unit: text(repeat, "durationUnit"),
        count: UpTo {
            from: whole("count"),
            to: whole("countMax"),
        },
        days: texts(repeat, "dayOfWeek"),
        times: texts(repeat, "timeOfDay"),
        when: texts(repeat, "when"),
        bounds: quantity::at(repeat, "boundsDuration").map(Bounds::For).or(over),
        schedule: concept::at(value, "code"),
    }
}

fn read_extent(value: &Value, exactly: &str, between: &str) -> Option<Extent> {
    let range = || {
        value
            .get(between)
            .map(|range| Extent::Between(quantity::at(range, "low"), quantity::at(range, "high")))
    };
    quantity::at(value, exactly).map(Extent::Exactly).or_else(range)
}

fn read_amount(value: &Value) -> Amount {
    let ratio = || {
        let ratio = value.get("rateRatio")?;
        Some(Rate::Ratio(
            quantity::at(ratio, "numerator"),
            quantity::at(ratio, "denominator"),
        ))
    };
    Amount {
        kind: concept::at(value, "type"),
        dose: read_extent(value, "doseQuantity", "doseRange"),
        rate: read_extent(value, "rateQuantity", "rateRange")
            .map(Rate::At)
            .or_else(ratio),
    }
}

/// Writes a dosage, what was not worded included.
pub(crate) fn write(dose: &Dose) -> Value {
    let mut out = Out::new();
    out.put("sequence", dose.sequence);
    out.text("text", dose.text.as_ref());
    out.list("additionalInstruction", &dose.additional, concept::write);
    out.text("patientInstruction", dose.for_person.as_ref());
    out.put("timing", dose.timing.as_ref().map(write_timing));
    match &dose.as_needed {
        Some(AsNeeded::Said(said)) => out.put("asNeededBoolean", Some(*said)),
        Some(AsNeeded::For(reason)) => out.put("asNeededCodeableConcept", Some(concept::write(reason))),
        None => {}
    }
    out.put("site", dose.site.as_ref().map(concept::write));
    out.put("route", dose.route.as_ref().map(concept::write));
    out.put("method", dose.method.as_ref().map(concept::write));
    out.list("doseAndRate", &dose.amounts, write_amount);
    let most = dose.most_per_period.as_ref();
    out.put(
        "maxDosePerPeriod",
        most.map(|(amount, length)| pair(["numerator", "denominator"], amount.as_ref(), length.as_ref())),
    );
    out.put(
        "maxDosePerAdministration",
        dose.most_at_a_time.as_ref().map(quantity::write),
    );
    out.put(
        "maxDosePerLifetime",
        dose.most_in_a_lifetime.as_ref().map(quantity::write),
    );
    let mut value = out.value();
    if let Some(more) = dose
        .more
        .as_deref()
        .and_then(|more| serde_json::from_str(more).ok())
    {
        put_back(&mut value, more);
    }
    value
}

fn pair(
    keys: [&str; 2],
    first: Option<&care::quantity::Quantity>,
    second: Option<&care::quantity::Quantity>,
) -> Value {
    let mut out = Out::new();
    out.put(keys[0], first.map(quantity::write));
    out.put(keys[1], second.map(quantity::write));
    out.value()
}

pub(crate) fn write_timing(timing: &Timing) -> Value {
    let mut repeat = Out::new();
    let number = |value: Option<f64>| value.and_then(quantity::number);
    match &timing.bounds {
        Some(Bounds::For(length)) => repeat.put("boundsDuration", Some(quantity::write(length))),
        Some(Bounds::Over(period)) => repeat.put("boundsPeriod", Some(date::write_period(period))),
        None => {}
    }
    repeat.put("count", timing.count.from);
    repeat.put("countMax", timing.count.to);
    repeat.put("duration", number(timing.duration.from));
    repeat.put("durationMax", number(timing.duration.to));
    repeat.text("durationUnit", timing.duration_unit.as_ref());
    repeat.put("frequency", timing.frequency);
    repeat.put("frequencyMax", timing.frequency_max);
    repeat.put("period", number(timing.period));
    repeat.put("periodMax", number(timing.period_max));
    repeat.text("periodUnit", timing.period_unit.as_ref());
    repeat.list("dayOfWeek", &timing.days, |code| json!(code));
    repeat.list("timeOfDay", &timing.times, |time| json!(time));
    repeat.list("when", &timing.when, |code| json!(code));
    let mut out = Out::new();
    out.put("repeat", repeat.some());
    out.put("code", timing.schedule.as_ref().map(concept::write));
    out.value()
}

fn put_extent(out: &mut Out, keys: [&str; 2], extent: &Extent) {
    match extent {
        Extent::Exactly(only) => out.put(keys[0], Some(quantity::write(only))),
        Extent::Between(low, high) => {
            out.put(keys[1], Some(pair(["low", "high"], low.as_ref(), high.as_ref())));
        }
    }
}

fn write_amount(amount: &Amount) -> Value {
    let mut out = Out::new();
    out.put("type", amount.kind.as_ref().map(concept::write));
    if let Some(dose) = &amount.dose {
        put_extent(&mut out, ["doseQuantity", "doseRange"], dose);
    }
    match &amount.rate {
        Some(Rate::At(extent)) => put_extent(&mut out, ["rateQuantity", "rateRange"], extent),
        Some(Rate::Ratio(amount, length)) => {
            out.put(
                "rateRatio",
                Some(pair(
                    ["numerator", "denominator"],
                    amount.as_ref(),
                    length.as_ref(),
                )),
            );
        }
        None => {}
    }
    out.value()
}

/// What stands in the source and not in what was written from it; nothing when all of it does. Ids and what only says
/// how a code was chosen carry no instruction.
fn beyond(source: &Value, written: &Value, within: &str) -> Option<Value> {
    match (source, written) {
        (Value::Object(source), Value::Object(written)) => {
            let more: Map<String, Value> = source
                .iter()
                .filter(|(key, _)| !is_without_meaning(key, within))
                .filter_map(|(key, value)| {
                    let more = match written.get(key) {
                        Some(written) => beyond(value, written, key),
                        None => Some(value.clone()),
                    };
                    Some((key.clone(), more?))
                })
                .collect();
            (!more.is_empty()).then_some(Value::Object(more))
        }
        (Value::Array(source), Value::Array(written)) if source.len() == written.len() => {
            let more: Vec<Option<Value>> = source
                .iter()
                .zip(written)
                .map(|(a, b)| beyond(a, b, within))
                .collect();
            let is_any = more.iter().any(Option::is_some);
            is_any.then(|| Value::Array(more.into_iter().map(|more| more.unwrap_or(Value::Null)).collect()))
        }
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => None,
        (a, b) if a == b => None,
        (a, _) => Some(a.clone()),
    }
}

fn is_without_meaning(key: &str, within: &str) -> bool {
    key == "id" || (within == "coding" && matches!(key, "version" | "userSelected" | "extension"))
}

/// Puts what [`beyond`] kept back into its places.
fn put_back(value: &mut Value, more: Value) {
    match (value, more) {
        (Value::Object(members), Value::Object(more)) => {
            for (key, more) in more {
                match members.get_mut(&key) {
                    Some(member) => put_back(member, more),
                    None => {
                        members.insert(key, more);
                    }
                }
            }
        }
        (Value::Array(items), Value::Array(more)) if items.len() == more.len() => {
            for (item, more) in items.iter_mut().zip(more) {
                put_back(item, more);
            }
        }
        (_, Value::Null) => {}
        (value, more) => *value = more,
    }
}
