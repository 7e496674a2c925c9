//! What MedicationRequest and MedicationStatement share: the medicine itself and the dosage.

use care::concept::Concept;
use care::record::Mention;
use care::record::fact::Medicine;
use care::record::fact::medicine::{AsNeeded, Dose, Timing};
use serde_json::{Value, json};

use crate::datatype::{concept, quantity, reference};
use crate::fact::Source;
use crate::json::{Out, list, str_at, text, texts};

/// The medicine by code, by a contained Medication, or by reference to one.
pub(crate) fn read_medicine(source: Source<'_>) -> (Option<Concept>, Option<Mention>) {
    let value = source.value;
    if let Some(found) = concept::at(value, "medicationCodeableConcept") {
        return (Some(found), None);
    }
    let Some(pointer) = value.get("medicationReference") else {
        return (None, None);
    };
    let fragment = str_at(pointer, "reference").and_then(|reference| reference.strip_prefix('#'));
    let contained =
        fragment.and_then(|id| list(value, "contained").find(|one| str_at(one, "id") == Some(id)));
    match contained.and_then(|medication| concept::at(medication, "code")) {
        Some(found) => (Some(found), None),
        None => (None, Some(reference::mention(pointer, value, source.names))),
    }
}

pub(crate) fn put_medicine(out: &mut Out, what: &Medicine) {
    out.put(
        "medicationCodeableConcept",
        what.medicine.as_ref().map(concept::write),
    );
    if what.medicine.is_none() {
        reference::put(out, "medicationReference", what.product.as_ref());
    }
}

pub(crate) fn read_dose(value: &Value) -> Dose {
    let as_needed = match (
        value.get("asNeededBoolean").and_then(Value::as_bool),
        value.get("asNeededCodeableConcept"),
    ) {
        (_, Some(reason)) => Some(AsNeeded::For(concept::read(reason))),
        (Some(said), None) => Some(AsNeeded::Said(said)),
        (None, None) => None,
    };
    let amount = list(value, "doseAndRate").next();
    let range = |key: &str| {
        amount
            .and_then(|a| a.get("doseRange"))
            .and_then(|range| quantity::at(range, key))
    };
    Dose {
        text: text(value, "text"),
        for_person: text(value, "patientInstruction"),
        as_needed,
        timing: value.get("timing").map(read_timing),
        route: concept::at(value, "route"),
        quantity: amount
            .and_then(|a| quantity::at(a, "doseQuantity"))
            .or_else(|| range("low")),
        up_to: range("high"),
    }
}

fn read_timing(value: &Value) -> Timing {
    let none = Value::Null;
    let repeat = value.get("repeat").unwrap_or(&none);
    let frequency = repeat.get("frequency").and_then(Value::as_u64);
    Timing {
        frequency: frequency.and_then(|times| u32::try_from(times).ok()),
        period: repeat.get("period").and_then(Value::as_f64),
        period_unit: text(repeat, "periodUnit"),
        when: texts(repeat, "when"),
        schedule: concept::at(value, "code"),
    }
}

pub(crate) fn write_dose(dose: &Dose) -> Value {
    let mut out = Out::new();
    out.text("text", dose.text.as_ref());
    out.text("patientInstruction", dose.for_person.as_ref());
    out.put("timing", dose.timing.as_ref().map(write_timing));
    match &dose.as_needed {
        Some(AsNeeded::Said(said)) => out.put("asNeededBoolean", Some(*said)),
        Some(AsNeeded::For(reason)) => out.put("asNeededCodeableConcept", Some(concept::write(reason))),
        None => {}
    }
    out.put("route", dose.route.as_ref().map(concept::write));
    let amount = match (&dose.quantity, &dose.up_to) {
        (Some(only), None) => Some(json!({ "doseQuantity": quantity::write(only) })),
        (low, Some(high)) => {
            let mut range = Out::new();
            range.put("low", low.as_ref().map(quantity::write));
            range.put("high", Some(quantity::write(high)));
            Some(json!({ "doseRange": range.value() }))
        }
        (None, None) => None,
    };
    out.put("doseAndRate", amount.map(|amount| vec![amount]));
    out.value()
}

fn write_timing(timing: &Timing) -> Value {
    let mut repeat = Out::new();
    repeat.put("frequency", timing.frequency);
    repeat.put("period", timing.period.and_then(quantity::number));
    repeat.text("periodUnit", timing.period_unit.as_ref());
    repeat.list("when", &timing.when, |code| json!(code));
    let mut out = Out::new();
    out.put("repeat", repeat.some());
    out.put("code", timing.schedule.as_ref().map(concept::write));
    out.value()
}
