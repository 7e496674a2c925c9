//! Condition: what the person has, and had.

use codes::system::{CONDITION_CLINICAL, CONDITION_VERIFICATION, SNOMED_CT};
use serde_json::{Value, json};

use super::datatype::{coding, concept, status_concept};
use super::id::Kind;
use super::instant::date;
use super::rendering::Rendering;
use crate::life::Problem;
use crate::parameters::Condition;

const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/condition-category";
/// ICD-10 as the terminology server of HL7 names it; UK Core binds to SNOMED CT and lets others stand beside it.
const ICD_10: &str = "http://hl7.org/fhir/sid/icd-10";

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, problem) in life.problems.iter().enumerate() {
        let Some(kind) = rendering
            .parameters
            .conditions
            .get(usize::from(problem.condition))
        else {
            continue;
        };
        let mut draft = rendering.open("Condition", "Condition", Kind::Condition, at, problem.recorded);
        let has_ended = problem.ended.is_some_and(|ended| ended <= rendering.today);
        let status = if has_ended { "resolved" } else { "active" };
        draft.put("clinicalStatus", status_concept(CONDITION_CLINICAL, status));
        draft.put(
            "verificationStatus",
            status_concept(CONDITION_VERIFICATION, "confirmed"),
        );
        let category = if kind.long_term {
            concept(CATEGORY, "problem-list-item", "Problem List Item")
        } else {
            concept(CATEGORY, "encounter-diagnosis", "Encounter Diagnosis")
        };
        draft.put("category", vec![category]);
        draft.put("severity", severity(problem));
        draft.put("code", code(kind, problem));
        draft.put("subject", rendering.person());
        draft.put("onsetDateTime", date(problem.onset));
        draft.put_some("abatementDateTime", problem.ended.filter(|_| has_ended).map(date));
        draft.put("recordedDate", date(problem.recorded));
        draft.put_some("recorder", rendering.own_doctor());
        rendering.keep(draft);
    }
}

fn severity(problem: &Problem) -> Value {
    match problem.severity {
        severity if severity < 0.34 => concept(SNOMED_CT, "255604002", "Mild"),
        severity if severity < 0.67 => concept(SNOMED_CT, "6736007", "Moderate"),
        _ => concept(SNOMED_CT, "24484000", "Severe"),
    }
}

/// Words in any case; codes unless it was noted in words only.
fn code(kind: &Condition, problem: &Problem) -> Value {
    let mut codings = Vec::new();
    if !problem.uncoded {
        codings.extend(
            kind.snomed
                .as_deref()
                .map(|snomed| coding(SNOMED_CT, snomed, &kind.name)),
        );
        codings.extend(
            kind.icd10
                .as_deref()
                .map(|icd| json!({ "system": ICD_10, "code": icd })),
        );
    }
    if codings.is_empty() {
        return json!({ "text": kind.name });
    }
    json!({ "coding": codings, "text": kind.name })
}
