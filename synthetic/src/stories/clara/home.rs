//! From the hospital's door to small changes in the house.

use codes::system::ACT_CODE;
use serde_json::{Value, json};

use super::{ADAPTATIONS, ASSESSMENT, CLARA, HOME};
use crate::place::ServiceKind;
use crate::stories::people::{close, patient};
use crate::stories::telling::{Telling, code, named, words};

pub(super) fn home(t: &Telling<'_>) -> Vec<Value> {
    let condition = |ordinal, text: &str, since: i64| {
        t.resource("Condition", ordinal, json!({
            "clinicalStatus": code("condition-clinical", "active", "Active"),
            "verificationStatus": code("condition-ver-status", "confirmed", "Confirmed"),
            "category": [code("condition-category", "problem-list-item", "Problem List Item")],
            "code": words(text), "subject": t.person(), "onsetDateTime": t.date(since), "recordedDate": t.date(since),
        }))
    };
    vec![
        patient(t, &CLARA),
        close(t, 1, ("DAUC", "Daughter"), ("Ruth", "Harebourne"), "07700 900417"),
        condition(2, "Repeated falls", -1500),
        condition(3, "Recurrent urinary tract infection", -700),
        t.resource("AllergyIntolerance", 4, json!({
            "clinicalStatus": code("allergyintolerance-clinical", "active", "Active"),
            "verificationStatus": code("allergyintolerance-verification", "confirmed", "Confirmed"),
            "type": "allergy", "category": ["medication"], "criticality": "low", "code": words("Trimethoprim"),
            "patient": t.person(), "recordedDate": t.date(-690), "reaction": [{ "manifestation": [words("Rash")], "severity": "mild" }],
        })),
        t.resource("Encounter", 5, json!({
            "status": "finished", "class": { "system": ACT_CODE, "code": "IMP", "display": "inpatient encounter" },
            "type": [words("Hospital stay after a fall at home")], "subject": t.person(),
            "period": { "start": t.moment(-3 * 1440), "end": t.moment(-90) }, "reasonCode": [words("Fall at home; no fracture")],
            "serviceProvider": named("Acute hospital of the story (invented)"),
        })),
        t.resource("ServiceRequest", 6, json!({
            "status": "active", "intent": "order", "priority": "urgent", "category": [words("Discharge to assess")],
            "code": words("Home on pathway 1: support at home while her needs are assessed there"), "subject": t.person(),
            "encounter": t.of(HOME, "Encounter", 5), "authoredOn": t.moment(-120), "requester": named("Discharge team (invented)"),
            "performer": [t.team(ServiceKind::Reablement, "Avonside Reablement (invented)")],
        })),
        t.resource("MedicationStatement", 7, json!({
            "status": "active", "medicationCodeableConcept": words("Amlodipine 5mg tablets"), "subject": t.person(),
            "effectivePeriod": { "start": t.date(-3) }, "dateAsserted": t.date(0),
            "dosage": [{ "text": "One tablet each morning; new since the hospital stay" }],
        })),
    ]
}

pub(super) fn risk(t: &Telling<'_>) -> Vec<Value> {
    vec![
        // No probability: none was computed, and none is invented.
        t.resource("RiskAssessment", 0, json!({
            "status": "final", "method": words("List of rising risk, read by GP and care coordinator"),
            "code": words("Risk of another fall and an unplanned stay in hospital"), "subject": t.person(),
            "occurrenceDateTime": t.moment(0), "performer": named("Care coordinator of the story (invented)"),
            "basis": [t.of(HOME, "Condition", 2), t.of(HOME, "Condition", 3), t.of(HOME, "Encounter", 5)],
            "prediction": [{
                "outcome": words("Another fall at home"), "qualitativeRisk": code("risk-probability", "high", "High likelihood"),
                "rationale": "Several falls in five years, a hospital stay after the last one, repeated infections, lives alone",
            }],
            "mitigation": "Remote monitoring at home; a trusted assessment of the house; a plan with an escalation page",
        })),
        t.resource("Flag", 1, json!({
            "status": "active", "category": [code("flag-category", "safety", "Safety")],
            "code": words("High risk of falls: read the plan first"), "subject": t.person(), "period": { "start": t.date(0) },
        })),
    ]
}

pub(super) fn assessment(t: &Telling<'_>) -> Vec<Value> {
    let item = |at: u8, question: &str, answer: &str| json!({ "linkId": at.to_string(), "text": question, "answer": [{ "valueString": answer }] });
    vec![t.resource("QuestionnaireResponse", 0, json!({
        "questionnaire": "https://sarsen.example/Questionnaire/trusted-assessment", "status": "completed", "subject": t.person(),
        "authored": t.moment(0), "source": t.person(),
        "item": [
            item(1, "Who assessed", "Care coordinator (health) and social worker (council), together; relied on by both"),
            item(2, "In and out of the house", "One high step at the front door; holds on to the frame"),
            item(3, "Stairs and hallway", "Manages with one hand on the wall; the hallway is dark"),
            item(4, "Bath and toilet", "Rises from the toilet with difficulty; washes by herself"),
            item(5, "Meals and shopping", "Cooks for herself; her daughter shops on Saturdays"),
            item(6, "What she wants", "To stay here and to see her friends again"),
            item(7, "Valid until", &t.date(180)),
        ],
    }))]
}

/// The jobs in the house: what, who owns it, within how many days.
const JOBS: [(&str, &str, i64); 3] = [
    (
        "A second rail on the stairs and one at the front door",
        "Council handyperson service (invented)",
        3,
    ),
    (
        "A raised toilet seat with arms",
        "Community equipment store (invented)",
        2,
    ),
    (
        "A light in the hallway that comes on by itself",
        "Council handyperson service (invented)",
        3,
    ),
];

pub(super) fn job(t: &Telling<'_>, at: u32, done: bool) -> Value {
    let Some((what, owner, days)) = JOBS.get(at as usize) else {
        return Value::Null;
    };
    let mut members = json!({
        "status": if done { "completed" } else { "requested" }, "intent": "order", "priority": "routine", "code": words("Adaptation at home"),
        "description": what, "focus": t.of(ASSESSMENT, "QuestionnaireResponse", 0), "for": t.person(),
        "authoredOn": t.date_of(ADAPTATIONS, 0), "owner": named(owner), "restriction": { "period": { "end": t.date_of(ADAPTATIONS, *days) } },
    });
    if done {
        members["lastModified"] = json!(t.moment(0));
        members["note"] = json!([{ "text": format!("Fitted, and checked with Clara on {}", t.date(0)) }]);
    }
    t.resource_of(ADAPTATIONS, "Task", at, members)
}

pub(super) fn adaptations(t: &Telling<'_>) -> Vec<Value> {
    (0..3).map(|at| job(t, at, false)).collect()
}
