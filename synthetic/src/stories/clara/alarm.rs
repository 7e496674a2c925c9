//! The fall, the alarm, the case at the hub, and the team in the kitchen.

use codes::system::{ACT_CODE, LOINC, OBSERVATION_CATEGORY, UCUM};
use serde_json::{Value, json};

use super::plan::care_plan;
use super::{CASE, FALL, HOME, MONITORS, PLAN, VISIT};
use crate::place::ServiceKind;
use crate::stories::telling::{Telling, code, named, words};

pub(super) fn fall(t: &Telling<'_>) -> Vec<Value> {
    vec![
        t.resource("Observation", 0, json!({
            "status": "final", "category": [{ "coding": [{ "system": OBSERVATION_CATEGORY, "code": "activity", "display": "Activity" }] }],
            "code": words("Fall detected by sensor"), "subject": t.person(), "effectiveDateTime": t.moment(0),
            "valueString": "Fall, then no movement for one minute", "device": t.of(MONITORS, "Device", 0),
        })),
        t.resource("Communication", 1, json!({
            "status": "completed", "category": [code("communication-category", "alert", "Alert")], "priority": "stat",
            "subject": t.person(), "about": [t.of(FALL, "Observation", 0)], "sent": t.moment(0), "received": t.moment(0),
            "recipient": [t.hub()], "sender": t.of(MONITORS, "Device", 0),
            "payload": [{ "contentString": "Alarm of the fall sensor: she is still on the floor" }],
        })),
    ]
}

/// How far the case has come.
enum Stage {
    Opened,
    Reached,
    Closed,
}

/// The case at the hub.
fn hub_case(t: &Telling<'_>, stage: &Stage) -> Value {
    let (status, business, last) = match stage {
        Stage::Opened => (
            "in-progress",
            "Team sent",
            "Awake and talking through the sensor; hip does not hurt; cannot stand. Team promised within two hours.",
        ),
        Stage::Reached => (
            "in-progress",
            "First contact made",
            "The team is with her; the two-hour clock has stopped.",
        ),
        Stage::Closed => (
            "completed",
            "Closed at home",
            "No injury. Cared for at home; nobody was taken to hospital.",
        ),
    };
    let mut members = json!({
        "status": status, "businessStatus": words(business), "intent": "order", "priority": "urgent", "code": words("Hub case: fall at home"),
        "description": "Alarm of the fall sensor. The plan's escalation page says: answer at once, send the rapid response team.",
        "focus": t.of(FALL, "Observation", 0), "for": t.person(), "authoredOn": t.moment_of(CASE, 0), "lastModified": t.moment(0),
        "requester": t.hub(), "owner": t.hub(),
        "restriction": { "period": { "start": t.moment_of(CASE, 0), "end": t.moment_of(CASE, 120) } },
        "note": [{ "time": t.moment(0), "text": last }],
        "input": [{ "type": words("Escalation page"), "valueReference": t.of(PLAN, "CarePlan", 1) }],
    });
    if !matches!(stage, Stage::Opened) {
        members["executionPeriod"] = json!({ "start": t.moment_of(CASE, 0) });
        members["output"] =
            json!([{ "type": words("First contact"), "valueReference": t.of(VISIT, "Encounter", 0) }]);
    }
    t.resource_of(CASE, "Task", 0, members)
}

pub(super) fn case(t: &Telling<'_>) -> Vec<Value> {
    vec![
        hub_case(t, &Stage::Opened),
        t.resource("ServiceRequest", 1, json!({
            "status": "active", "intent": "order", "priority": "urgent", "category": [words("Urgent community response")],
            "code": words("Rapid response at home after a fall, within two hours"), "subject": t.person(), "authoredOn": t.moment(0),
            "requester": t.hub(), "performer": [t.team(ServiceKind::RapidResponse, "Avonside Rapid Response (invented)")],
            "reasonReference": [t.of(FALL, "Observation", 0)],
        })),
    ]
}

fn visit_of(t: &Telling<'_>, ended: bool) -> Value {
    let mut period = json!({ "start": t.moment_of(VISIT, 0) });
    if ended {
        period["end"] = json!(t.moment(0));
    }
    t.resource_of(VISIT, "Encounter", 0, json!({
        "status": if ended { "finished" } else { "in-progress" },
        "class": { "system": ACT_CODE, "code": "HH", "display": "home health" }, "type": [words("Rapid response at home")],
        "subject": t.person(), "basedOn": [t.of(CASE, "ServiceRequest", 1)], "period": period,
        "participant": [{ "individual": named("Paramedic of the story (invented)") }, { "individual": named("Occupational therapist of the story (invented)") }],
        "reasonCode": [words("Fall at home")],
        "serviceProvider": t.team(ServiceKind::RapidResponse, "Avonside Rapid Response (invented)"),
    }))
}

pub(super) fn visit(t: &Telling<'_>) -> Vec<Value> {
    let category = json!([{ "coding": [{ "system": OBSERVATION_CATEGORY, "code": "vital-signs", "display": "Vital Signs" }] }]);
    let quantity = |value: f64, unit: &str, ucum: &str| json!({ "value": value, "unit": unit, "system": UCUM, "code": ucum });
    let loinc = |number: &str, name: &str| json!({ "coding": [{ "system": LOINC, "code": number, "display": name }], "text": name });
    let sign = |ordinal, number: &str, name: &str, value: Value| {
        t.resource("Observation", ordinal, json!({
            "status": "final", "category": category, "code": loinc(number, name), "subject": t.person(),
            "encounter": t.of(VISIT, "Encounter", 0), "effectiveDateTime": t.moment(0), "valueQuantity": value,
        }))
    };
    let pressure = |number: &str, name: &str, value: f64| json!({ "code": loinc(number, name), "valueQuantity": quantity(value, "mmHg", "mm[Hg]") });
    vec![
        visit_of(t, false),
        hub_case(t, &Stage::Reached),
        sign(1, "8867-4", "Heart rate", quantity(84.0, "beats/min", "/min")),
        sign(2, "8310-5", "Body temperature", quantity(36.8, "°C", "Cel")),
        t.resource("Observation", 3, json!({
            "status": "final", "category": category, "code": loinc("85354-9", "Blood pressure"), "subject": t.person(),
            "encounter": t.of(VISIT, "Encounter", 0), "effectiveDateTime": t.moment(0),
            "component": [pressure("8480-6", "Systolic blood pressure", 104.0), pressure("8462-4", "Diastolic blood pressure", 62.0)],
        })),
    ]
}

pub(super) fn kitchen(t: &Telling<'_>) -> Vec<Value> {
    let told = |ordinal, recipient: Value, text: &str| {
        t.resource("Communication", ordinal, json!({
            "status": "completed", "subject": t.person(), "encounter": t.of(VISIT, "Encounter", 0), "sent": t.moment(0),
            "recipient": [recipient], "sender": t.team(ServiceKind::RapidResponse, "Avonside Rapid Response (invented)"),
            "payload": [{ "contentString": text }],
        }))
    };
    let item = |at: u8, question: &str, answer: &str| json!({ "linkId": at.to_string(), "text": question, "answer": [{ "valueString": answer }] });
    vec![
        visit_of(t, true),
        hub_case(t, &Stage::Closed),
        t.resource("QuestionnaireResponse", 0, json!({
            "questionnaire": "https://sarsen.example/Questionnaire/home-falls-assessment", "status": "completed", "subject": t.person(),
            "encounter": t.of(VISIT, "Encounter", 0), "authored": t.moment(0), "source": t.person(),
            "item": [
                item(1, "What happened", "Felt light-headed on standing, tripped on the kitchen mat"),
                item(2, "Injury", "None; bruise on the left arm"),
                item(3, "Standing blood pressure", "Falls on standing; the new tablet is a likely reason"),
                item(4, "To prevent the next fall", "Mat removed; GP asked to review the tablet; frailty clinic"),
            ],
        })),
        care_plan(t, Some("Learnt from the fall: stand up in two stages; the kitchen mat is gone; blood pressure tablet under review")),
        told(1, named("General practice of the story (invented)"), "Fall at home, no injury. Asks of you: review amlodipine within two days, because her pressure drops on standing."),
        told(2, t.of(HOME, "RelatedPerson", 1), "The team has been with your mother. She is well and at home. She wanted you to know."),
    ]
}
