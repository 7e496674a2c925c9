//! What stands in the second record of somebody who was registered twice: a visit to an emergency department, with what was
//! measured there and what the person told of: part of the history, in words, and none of what the first record has since.

use codes::system::{
    ACT_CODE, ALLERGY_CLINICAL, ALLERGY_VERIFICATION, CONDITION_CLINICAL, CONDITION_VERIFICATION,
};
use serde_json::{Value, json};

use super::datatype::{coding, concept, period, pointer, quantity, reference, status_concept, words};
use super::id::Kind;
use super::instant::{date, date_time};
use super::observation::{begun, components};
use super::patient::fault;
use super::rendering::Rendering;
use crate::day::Moment;
use crate::life::{ContactKind, FaultKind, Organisation};
use crate::place::SiteKind;

/// Ordinals of the second record's resources: above those of any list of a life.
const FIRST: usize = 1 << 17;
const ENCOUNTER_CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/condition-category";
/// How much of the history was told.
const TOLD: usize = 3;

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let Some(since) = fault(rendering, FaultKind::Duplicate) else {
        return;
    };
    let mut random = rendering.random(2);
    let at = since.at((9 * 60 + random.below(600)) as u16);
    let patient = format!("Patient/{}", rendering.id(Kind::Duplicate, 0, since));
    let visit = encounter(rendering, &patient, at, 90 + random.below(200) as i32);
    conditions(rendering, &patient, at, &visit);
    measurements(rendering, &patient, at, &visit);
    medicines(rendering, &patient, at);
    allergy(rendering, &patient, at);
}

/// The visit; a reference to it.
fn encounter(rendering: &mut Rendering<'_>, patient: &str, at: Moment, minutes: i32) -> Value {
    let seen = rendering
        .life
        .contacts
        .iter()
        .find(|contact| contact.kind == ContactKind::Emergency)
        .map(|contact| contact.organisation);
    let any = rendering
        .place
        .sites
        .iter()
        .position(|site| site.kind == SiteKind::Acute);
    let hospital = seen.unwrap_or(Organisation::Site(any.unwrap_or(0) as u16));
    let mut draft = rendering.open("Encounter", "Encounter", Kind::Encounter, FIRST, at.day);
    let to = format!(
        "Encounter/{}",
        rendering.id(Kind::Encounter, FIRST as u32, at.day)
    );
    draft.put("status", "finished");
    draft.put("class", coding(ACT_CODE, "EMER", "emergency"));
    draft.put("subject", pointer(patient));
    draft.put(
        "period",
        period(Some(date_time(at)), Some(date_time(at.plus(minutes)))),
    );
    draft.put(
        "reasonCode",
        vec![words("Unwell; known from elsewhere, record not found")],
    );
    draft.put("serviceProvider", rendering.organisation(hospital));
    rendering.keep(draft);
    reference(&to, super::encounter::words_of(ContactKind::Emergency))
}

/// Long-term conditions as the person told of them: words without codes.
fn conditions(rendering: &mut Rendering<'_>, patient: &str, at: Moment, visit: &Value) {
    let life = rendering.life;
    let told = life
        .problems
        .iter()
        .filter(|one| one.recorded < at.day && one.ended.is_none());
    let names: Vec<&str> = told
        .filter_map(|one| rendering.parameters.conditions.get(usize::from(one.condition)))
        .filter(|kind| kind.long_term)
        .map(|kind| kind.name.as_str())
        .take(TOLD)
        .collect();
    for (place, name) in names.into_iter().enumerate() {
        let mut draft = rendering.open("Condition", "Condition", Kind::Condition, FIRST + place, at.day);
        draft.put("clinicalStatus", status_concept(CONDITION_CLINICAL, "active"));
        draft.put(
            "verificationStatus",
            status_concept(CONDITION_VERIFICATION, "unconfirmed"),
        );
        let category = concept(ENCOUNTER_CATEGORY, "encounter-diagnosis", "Encounter Diagnosis");
        draft.put("category", vec![category]);
        draft.put("code", words(name));
        draft.put("subject", pointer(patient));
        draft.put("encounter", visit.clone());
        draft.put("recordedDate", date(at.day));
        rendering.keep(draft);
    }
}

/// Pressure, pulse and oxygen: as they were when they were measured last.
fn measurements(rendering: &mut Rendering<'_>, patient: &str, at: Moment, visit: &Value) {
    let (life, parameters) = (rendering.life, rendering.parameters);
    let keys = ["systolic", "pulse", "oxygen_saturation"];
    for (place, key) in keys.into_iter().enumerate() {
        let Some(test) = parameters.test(key) else {
            continue;
        };
        let mut earlier = life
            .measurements
            .iter()
            .filter(|one| one.test == test && one.at < at);
        let Some(last) = earlier.next_back() else { continue };
        let kind = &parameters.tests[usize::from(test)];
        let pair = last.second;
        let place = (Kind::Observation, FIRST + place, at.day);
        let mut draft = begun(rendering, kind, pair.is_some(), place, pointer(patient));
        draft.put("encounter", visit.clone());
        draft.put("effectiveDateTime", date_time(at.plus(15)));
        let value = f64::from(last.value);
        match pair {
            Some(second) => draft.put("component", components(value, f64::from(second))),
            None => draft.put(
                "valueQuantity",
                quantity(value, kind.decimals, &kind.unit, &kind.ucum),
            ),
        }
        rendering.keep(draft);
    }
}

/// Medicines that the person said they take.
fn medicines(rendering: &mut Rendering<'_>, patient: &str, at: Moment) {
    let life = rendering.life;
    let taken = life
        .courses
        .iter()
        .filter(|one| one.regular && one.start < at.day && one.stop.is_none_or(|stop| stop > at.day));
    let names: Vec<&str> = taken
        .filter_map(|one| rendering.parameters.medicines.get(usize::from(one.medicine)))
        .map(|medicine| medicine.text.as_str())
        .take(TOLD)
        .collect();
    for (place, name) in names.into_iter().enumerate() {
        let ordinal = FIRST + place;
        let mut draft = rendering.open(
            "MedicationStatement",
            "MedicationStatement",
            Kind::MedicationStatement,
            ordinal,
            at.day,
        );
        draft.put("status", "unknown");
        draft.put("medicationCodeableConcept", words(name));
        draft.put("subject", pointer(patient));
        draft.put("effectiveDateTime", date(at.day));
        draft.put("dateAsserted", date(at.day));
        draft.put("informationSource", pointer(patient));
        rendering.keep(draft);
    }
}

/// The allergy that matters most; whoever has one tells of it.
fn allergy(rendering: &mut Rendering<'_>, patient: &str, at: Moment) {
    let mut known: Vec<_> = rendering
        .life
        .allergies
        .iter()
        .filter(|one| one.recorded < at.day)
        .collect();
    known.sort_by_key(|one| !one.severe);
    let Some(kind) = known
        .first()
        .and_then(|one| rendering.parameters.allergies.get(usize::from(one.allergy)))
    else {
        return;
    };
    let mut draft = rendering.open(
        "AllergyIntolerance",
        "AllergyIntolerance",
        Kind::AllergyIntolerance,
        FIRST,
        at.day,
    );
    draft.put("clinicalStatus", status_concept(ALLERGY_CLINICAL, "active"));
    draft.put(
        "verificationStatus",
        status_concept(ALLERGY_VERIFICATION, "unconfirmed"),
    );
    draft.put("code", json!({ "text": kind.display }));
    draft.put("patient", pointer(patient));
    draft.put("recordedDate", date(at.day));
    rendering.keep(draft);
}
