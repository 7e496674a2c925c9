//! Facts made for tests.

use care::concept::Concept;
use care::partial_date::PartialDate;
use care::quantity::Quantity;
use care::record::Fact;
use care::record::fact::medicine::{Dose, MedicineSource, MedicineStatus};
use care::record::fact::problem::ProblemStatus;
use care::record::fact::result::{Component, ReferenceRange, Value};
use care::record::fact::{Allergy, Medicine, Observed, Problem};
use care::when::When;
use codes::system::SNOMED_CT;

pub(crate) fn now() -> jiff::Timestamp {
    "2026-08-03T09:00:00Z".parse().unwrap()
}

pub(crate) fn date(text: &str) -> PartialDate {
    PartialDate::parse(text).unwrap()
}

pub(crate) fn at<T>(mut fact: Fact<T>, text: &str) -> Fact<T> {
    fact.provenance.effective = Some(When::At(date(text)));
    fact
}

pub(crate) fn problem(id: &str, code: &str, words: &str, status: Option<ProblemStatus>) -> Fact<Problem> {
    let condition = Some(Concept::coded(SNOMED_CT, code, words));
    Fact::new(
        id,
        Problem {
            condition,
            status,
            ..Problem::default()
        },
    )
}

pub(crate) fn medicine(id: &str, name: &str, dose: &str, status: MedicineStatus) -> Fact<Medicine> {
    let what = Medicine {
        source: MedicineSource::Request,
        forbidden: false,
        medicine: Some(Concept::text(name)),
        product: None,
        status: Some(status),
        status_reason: None,
        intent: None,
        course: None,
        doses: vec![Dose {
            text: Some(dose.to_owned()),
            ..Dose::default()
        }],
        period: None,
        reasons: Vec::new(),
        notes: Vec::new(),
    };
    Fact::new(id, what)
}

pub(crate) fn allergy(id: &str, code: &str, words: &str) -> Fact<Allergy> {
    Fact::new(
        id,
        Allergy {
            substance: Some(Concept::coded(SNOMED_CT, code, words)),
            ..Allergy::default()
        },
    )
}

pub(crate) fn result(id: &str, code: &str, words: &str, value: f64, unit: &str) -> Fact<Observed> {
    let what = Observed {
        code: Concept::coded(SNOMED_CT, code, words),
        categories: vec![Concept::coded(
            codes::system::OBSERVATION_CATEGORY,
            "laboratory",
            "Laboratory",
        )],
        value: Some(Value::Quantity(Quantity::ucum(value, unit))),
        ..Observed::default()
    };
    Fact::new(id, what)
}

pub(crate) fn range(low: f64, high: f64, unit: &str) -> ReferenceRange {
    let limit = |value| Some(Quantity::ucum(value, unit));
    ReferenceRange {
        low: limit(low),
        high: limit(high),
        ..ReferenceRange::default()
    }
}

pub(crate) fn blood_pressure(id: &str, systolic: f64, diastolic: f64) -> Fact<Observed> {
    let part = |code: &str, words: &str, value: f64| Component {
        code: Concept::coded(codes::system::LOINC, code, words),
        value: Some(Value::Quantity(Quantity::ucum(value, "mm[Hg]"))),
        ..Component::default()
    };
    let what = Observed {
        code: Concept::coded(codes::system::LOINC, "85354-9", "Blood pressure"),
        components: vec![
            part("8462-4", "Diastolic", diastolic),
            part("8480-6", "Systolic", systolic),
        ],
        ..Observed::default()
    };
    Fact::new(id, what)
}
