//! FamilyMemberHistory: what runs in the family.
//!
//! Parents are not among the region's people by their histories, so they are drawn here: likelier to have had what the
//! person has. An assumption; odds from the usual two- to threefold risk of first-degree relatives.

use serde_json::{Value, json};

use super::datatype::{clinical, concept};
use super::id::Kind;
use super::instant::date;
use super::rendering::Rendering;

/// Conditions that practices ask about, and the share of parents who had them when the person has not.
const ASKED: [(&str, f64); 8] = [
    ("coronary_heart_disease", 0.06),
    ("diabetes_type_2", 0.06),
    ("stroke", 0.04),
    ("breast_cancer", 0.03),
    ("bowel_cancer", 0.03),
    ("glaucoma", 0.02),
    ("asthma", 0.05),
    ("dementia_alzheimer", 0.04),
];
/// How many times likelier when the person has it.
const TIMES: f64 = 2.5;
/// Share of adults whose practice asked.
const WRITTEN_DOWN: f64 = 0.35;

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let person = &rendering.life.person;
    let asked = person.birth.plus_years(40.0).max(person.registered);
    let mut random = rendering.random(2);
    if asked > rendering.today
        || !random.chance(WRITTEN_DOWN)
        || person.death.is_some_and(|death| death < asked)
    {
        return;
    }
    for (ordinal, (code, parent)) in [("MTH", "mother"), ("FTH", "father")].into_iter().enumerate() {
        let mut conditions: Vec<Value> = Vec::new();
        for (key, share) in ASKED {
            let Some(place) = rendering.parameters.condition(key) else {
                continue;
            };
            let has = rendering
                .life
                .problems
                .iter()
                .any(|problem| problem.condition == place);
            let chance = random.unit() < if has { share * TIMES } else { share };
            if chance && !(key == "breast_cancer" && code == "FTH") {
                let kind = &rendering.parameters.conditions[usize::from(place)];
                conditions.push(json!({ "code": clinical(kind.snomed.as_deref(), &kind.name) }));
            }
        }
        if conditions.is_empty() {
            continue;
        }
        let mut draft = rendering.open(
            "FamilyMemberHistory",
            "FamilyMemberHistory",
            Kind::FamilyMemberHistory,
            ordinal,
            asked,
        );
        draft.put("status", "completed");
        draft.put("patient", rendering.person());
        draft.put("date", date(asked));
        draft.put("name", format!("{}'s {parent}", rendering.name));
        draft.put(
            "relationship",
            concept("http://terminology.hl7.org/CodeSystem/v3-RoleCode", code, parent),
        );
        draft.put("condition", conditions);
        draft.put("note", json!([{ "text": "As told by the person." }]));
        rendering.keep(draft);
    }
}
