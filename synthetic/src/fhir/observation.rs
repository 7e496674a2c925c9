//! Observation: vital signs, laboratory results, scores and coded answers; and how the person lives.

use codes::system::{LOINC, OBSERVATION_CATEGORY, OBSERVATION_INTERPRETATION, SNOMED_CT};
use serde_json::{Map, Value, json};

use super::datatype::{Draft, clinical, coding, concept, number, pointer, quantity, words};
use super::id::Kind;
use super::instant::date_time;
use super::panel;
use super::rendering::Rendering;
use crate::day::Day;
use crate::life::Measurement;
use crate::parameters::Test;

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    let samples = panel::samples(rendering);
    for (at, measurement) in life.measurements.iter().enumerate() {
        if is_known(rendering, measurement) {
            let sample = samples[at].map(|panel| panel::specimen(rendering, panel));
            observation(rendering, at, measurement, sample);
        }
    }
}

/// Whether the record knows of a measurement.
pub(super) fn is_known(rendering: &Rendering<'_>, measurement: &Measurement) -> bool {
    usize::from(measurement.test) < rendering.parameters.tests.len()
        && !rendering.is_lost(measurement.contact)
}

/// A reference to a measurement.
pub(super) fn pointer_to(rendering: &Rendering<'_>, at: u32) -> Option<Value> {
    let measurement = rendering.life.measurements.get(at as usize)?;
    let id = rendering.id(Kind::Observation, at, measurement.at.day);
    is_known(rendering, measurement).then(|| pointer(&format!("Observation/{id}")))
}

/// The second value of a pair.
pub(super) fn pair(test: &Test, measurement: &Measurement) -> Option<f32> {
    measurement.second.filter(|_| test.panel == "blood_pressure")
}

/// An Observation as far as every one is the same: its id and profile, its category and code, and whose it is.
pub(super) fn begun(
    rendering: &Rendering<'_>,
    test: &Test,
    is_pair: bool,
    (kind, ordinal, day): (Kind, usize, Day),
    subject: Value,
) -> Draft {
    let sort = Sort::of(test);
    let profile = profile(test, is_pair, sort);
    let mut draft = rendering.open("Observation", profile, kind, ordinal, day);
    draft.put("status", "final");
    let (category, words) = sort.category();
    draft.put("category", vec![concept(OBSERVATION_CATEGORY, category, words)]);
    let code = if is_pair { blood_pressure() } else { code(test) };
    draft.put("code", code);
    draft.put("subject", subject);
    draft
}

fn observation(rendering: &mut Rendering<'_>, at: usize, measurement: &Measurement, sample: Option<Value>) {
    let parameters = rendering.parameters;
    let test = &parameters.tests[usize::from(measurement.test)];
    let sort = Sort::of(test);
    let pair = pair(test, measurement);
    let place = (Kind::Observation, at, measurement.at.day);
    let mut draft = begun(rendering, test, pair.is_some(), place, rendering.person());
    draft.put_some("encounter", rendering.encounter(measurement.contact));
    draft.put("effectiveDateTime", date_time(measurement.at));
    let performer = match sort {
        Sort::Laboratory => rendering
            .contact(measurement.contact)
            .map(|(_, contact)| rendering.organisation(contact.organisation)),
        Sort::VitalSign | Sort::Lifestyle | Sort::Score | Sort::Exam => {
            rendering.worker_of(measurement.contact)
        }
    };
    draft.put_some("performer", performer.map(|performer| vec![performer]));
    let value = f64::from(measurement.value);
    if let Some(second) = pair {
        draft.put("component", components(value, f64::from(second)));
    } else if let Some(answer) = answer(rendering, test, measurement) {
        draft.put("valueCodeableConcept", answer);
    } else {
        let ucum = if test.ucum.is_empty() && sort == Sort::Score {
            "{score}"
        } else {
            &test.ucum
        };
        draft.put("valueQuantity", quantity(value, test.decimals, &test.unit, ucum));
    }
    if sort == Sort::Laboratory {
        draft.put_some(
            "interpretation",
            interpretation(test, value).map(|found| vec![found]),
        );
        draft.put_some("specimen", sample);
        draft.put_some("referenceRange", range(test).map(|range| vec![range]));
    }
    rendering.keep(draft);
}

/// What sort of observation a test is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    VitalSign,
    Laboratory,
    Lifestyle,
    Score,
    Exam,
}

impl Sort {
    pub(super) fn of(test: &Test) -> Sort {
        match test.panel.as_str() {
            "blood_pressure" | "vital_signs" => Sort::VitalSign,
            "measurements" if test.key != "waist" => Sort::VitalSign,
            "lifestyle" => Sort::Lifestyle,
            "questionnaire" | "frailty" => Sort::Score,
            "respiratory" | "measurements" | "monitoring" => Sort::Exam,
            _ => Sort::Laboratory,
        }
    }

    pub(super) fn category(self) -> (&'static str, &'static str) {
        match self {
            Sort::VitalSign => ("vital-signs", "Vital Signs"),
            Sort::Laboratory => ("laboratory", "Laboratory"),
            Sort::Lifestyle => ("social-history", "Social History"),
            Sort::Score => ("survey", "Survey"),
            Sort::Exam => ("exam", "Exam"),
        }
    }
}

/// Whether a test is of a sample that a laboratory reports.
pub(super) fn is_laboratory(test: &Test) -> bool {
    Sort::of(test) == Sort::Laboratory
}

fn profile(test: &Test, is_pair: bool, sort: Sort) -> &'static str {
    match test.key.as_str() {
        _ if is_pair => "Observation-VitalSigns-BloodPressure",
        "height" => "Observation-VitalSigns-BodyHeight",
        "weight" => "Observation-VitalSigns-BodyWeight",
        "bmi" => "Observation-VitalSigns-BMI",
        "pulse" => "Observation-VitalSigns-HeartRate",
        "respiratory_rate" => "Observation-VitalSigns-RespirationRate",
        "oxygen_saturation" => "Observation-VitalSigns-OxygenSaturation",
        "temperature" => "Observation-VitalSigns-BodyTemperature",
        "news2" => "Observation-EarlyWarningTotalScore",
        _ if sort == Sort::Laboratory => "Observation-Lab",
        _ => "Observation",
    }
}

fn code(test: &Test) -> Value {
    let mut codings = Vec::new();
    codings.extend(
        test.snomed
            .as_deref()
            .map(|snomed| coding(SNOMED_CT, snomed, &test.display)),
    );
    codings.extend(
        test.loinc
            .as_deref()
            .map(|loinc| json!({ "system": LOINC, "code": loinc })),
    );
    if codings.is_empty() {
        return words(&test.display);
    }
    json!({ "coding": codings, "text": test.display })
}

/// Codes of the blood pressure panel and its parts: `codes::vital_sign`.
fn blood_pressure() -> Value {
    json!({
        "coding": [
            coding(SNOMED_CT, "75367002", "Blood pressure"),
            coding(LOINC, "85354-9", "Blood pressure panel with all children optional"),
        ],
        "text": "Blood pressure"
    })
}

pub(super) fn components(systolic: f64, diastolic: f64) -> Vec<Value> {
    let one = |snomed: &str, loinc: &str, words: &str, value: f64| {
        json!({
            "code": { "coding": [coding(SNOMED_CT, snomed, words), coding(LOINC, loinc, words)], "text": words },
            "valueQuantity": quantity(value, 0, "mmHg", "mm[Hg]")
        })
    };
    let [systolic_snomed, systolic_loinc] = codes::vital_sign::SYSTOLIC;
    let [diastolic_snomed, diastolic_loinc] = codes::vital_sign::DIASTOLIC;
    vec![
        one(
            systolic_snomed,
            systolic_loinc,
            "Systolic blood pressure",
            systolic,
        ),
        one(
            diastolic_snomed,
            diastolic_loinc,
            "Diastolic blood pressure",
            diastolic,
        ),
    ]
}

/// The coded answer that a measurement stands for.
fn answer(rendering: &Rendering<'_>, test: &Test, measurement: &Measurement) -> Option<Value> {
    if !test.ucum.is_empty() {
        return None;
    }
    let answer = rendering.parameters.answers.get(measurement.value as usize)?;
    (answer.key == test.key).then(|| clinical(answer.snomed.as_deref(), &answer.display))
}

fn interpretation(test: &Test, value: f64) -> Option<Value> {
    let (code, words) = match (test.low, test.high) {
        (None, None) => return None,
        (Some(low), _) if value < low => ("L", "Low"),
        (_, Some(high)) if value > high => ("H", "High"),
        _ => ("N", "Normal"),
    };
    Some(concept(OBSERVATION_INTERPRETATION, code, words))
}

fn range(test: &Test) -> Option<Value> {
    let mut range = Map::new();
    let limit = |limit: f64| {
        let decimals = if limit.fract() == 0.0 { 0 } else { 2 };
        let mut limit = json!({ "value": number(limit, decimals) });
        if !test.unit.is_empty() {
            limit["unit"] = json!(test.unit);
        }
        limit
    };
    if let Some(low) = test.low {
        range.insert("low".to_owned(), limit(low));
    }
    if let Some(high) = test.high {
        range.insert("high".to_owned(), limit(high));
    }
    (!range.is_empty()).then_some(Value::Object(range))
}
