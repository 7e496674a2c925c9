//! AllergyIntolerance: allergies and intolerances.

use codes::system::{ALLERGY_CLINICAL, ALLERGY_VERIFICATION};
use serde_json::{Value, json};

use super::datatype::{clinical, status_concept};
use super::id::Kind;
use super::instant::date;
use super::rendering::Rendering;
use crate::parameters::AllergyKind;

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, allergy) in life.allergies.iter().enumerate() {
        let Some(kind) = rendering.parameters.allergies.get(usize::from(allergy.allergy)) else {
            continue;
        };
        let day = allergy.recorded;
        let mut draft = rendering.open(
            "AllergyIntolerance",
            "AllergyIntolerance",
            Kind::AllergyIntolerance,
            at,
            day,
        );
        draft.put("clinicalStatus", status_concept(ALLERGY_CLINICAL, "active"));
        let certainty = if allergy.severe {
            "confirmed"
        } else {
            "unconfirmed"
        };
        draft.put(
            "verificationStatus",
            status_concept(ALLERGY_VERIFICATION, certainty),
        );
        draft.put("type", "allergy");
        if let Some(category) = category(kind) {
            draft.put("category", vec![Value::from(category)]);
        }
        draft.put("criticality", if allergy.severe { "high" } else { "low" });
        draft.put("code", clinical(kind.snomed.as_deref(), &kind.display));
        draft.put("patient", rendering.person());
        draft.put("recordedDate", date(day));
        draft.put_some("recorder", rendering.own_doctor());
        draft.put_list("reaction", reaction(kind, allergy.severe));
        rendering.keep(draft);
    }
}

fn category(kind: &AllergyKind) -> Option<&str> {
    let known = ["food", "medication", "environment", "biologic"];
    known.into_iter().find(|category| *category == kind.category)
}

fn reaction(kind: &AllergyKind, severe: bool) -> Vec<Value> {
    if kind.reaction.is_empty() {
        return Vec::new();
    }
    let manifestation = clinical(kind.reaction_snomed.as_deref(), &kind.reaction);
    let severity = if severe { "severe" } else { "mild" };
    vec![json!({ "manifestation": [manifestation], "severity": severity })]
}
