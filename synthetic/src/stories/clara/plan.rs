//! The plan that is Clara's, and the monitors that she agreed to.

use codes::system::SNOMED_CT;
use serde_json::{Value, json};

use super::home::job;
use super::{HOME, MONITORS, PLAN};
use crate::stories::telling::{Telling, code, named, words};

fn consent(t: &Telling<'_>, ordinal: u32, what: &str) -> Value {
    t.resource("Consent", ordinal, json!({
        "status": "active", "scope": code("consentscope", "patient-privacy", "Privacy Consent"), "category": [words(what)],
        "patient": t.person(), "dateTime": t.date(0), "performer": [t.person()],
        "policy": [{ "uri": "https://sarsen.example/policy/shared-care" }],
        "provision": { "type": "permit", "period": { "start": t.date(0), "end": t.date(365) } },
    }))
}

pub(super) fn care_plan(t: &Telling<'_>, learnt: Option<&str>) -> Value {
    let activity = |text: &str| json!({ "detail": { "status": "in-progress", "description": text } });
    let mut activities = vec![
        activity("Day to day: strength and balance exercises at home; carers in the morning for six weeks"),
        activity("Escalation 1. I fall and can get up: I rest, tell Ruth, and ring the hub the same day"),
        activity(
            "Escalation 2. I fall and cannot get up, or the sensor rings: the hub answers me at once and sends the rapid response team; if I do not answer, the key holder and then 999",
        ),
        activity("Escalation 3. I hit my head, or my hip hurts: the hub calls 999 and stays on the line"),
        activity("Where I want to be cared for: at home, as long as it is safe"),
        activity("If Ruth is ill: the hub arranges shopping and a daily visit"),
    ];
    activities.extend(learnt.map(activity));
    t.resource_of(PLAN, "CarePlan", 1, json!({
        "status": "active", "intent": "plan", "category": [{ "coding": [{ "system": SNOMED_CT, "code": "735324008",
            "display": codes::plan_type::label("735324008").unwrap_or_default() }] }],
        "title": "Clara's care plan",
        "description": "What matters to me: my own front door, my garden, and Thursdays with my friends",
        "subject": t.person(), "period": { "start": t.date_of(PLAN, 0) }, "created": t.date_of(PLAN, 0), "author": t.person(),
        "addresses": [t.of(HOME, "Condition", 2)], "goal": [t.of(PLAN, "Goal", 0)], "activity": activities,
        "note": [{ "text": "Clara owns this plan. Written with her care coordinator; her daughter has a copy." }],
    }))
}

pub(super) fn plan(t: &Telling<'_>) -> Vec<Value> {
    vec![
        t.resource("Goal", 0, json!({
            "lifecycleStatus": "active", "description": words("To live in my own home and meet my friends again"), "subject": t.person(),
            "startDate": t.date(0), "target": [{ "dueDate": t.date(90) }], "expressedBy": t.person(),
        })),
        care_plan(t, None),
        consent(t, 2, "Hub and rapid response team may see the whole plan at any hour"),
        daughter(t, "Daughter may see the plan and be told when a team comes"),
    ]
}

/// What Clara lets her daughter do: a proxy with an end, as the rules of access read it.
fn daughter(t: &Telling<'_>, what: &str) -> Value {
    let own = |code: &str| json!({ "system": codes::access::SYSTEM, "code": code });
    let mut consent = consent(t, 3, what);
    consent["category"] = json!([{ "coding": [own(codes::access::PROXY)], "text": what }]);
    consent["provision"]["actor"] =
        json!([{ "role": words("Daughter"), "reference": t.of(HOME, "RelatedPerson", 1) }]);
    consent["provision"]["action"] = json!([{ "coding": [own(codes::access::SEE_PLAN)] }]);
    consent
}

pub(super) fn monitors(t: &Telling<'_>) -> Vec<Value> {
    let device = |ordinal, name: &str| {
        t.resource("Device", ordinal, json!({
            "status": "active", "deviceName": [{ "name": name, "type": "user-friendly-name" }], "type": words(name),
            "patient": t.person(), "owner": named("Community equipment store (invented)"),
        }))
    };
    let used = |ordinal, device| {
        t.resource("DeviceUseStatement", ordinal, json!({
            "status": "active", "subject": t.person(), "timingPeriod": { "start": t.date(0) }, "recordedOn": t.date(0),
            "device": t.of(MONITORS, "Device", device),
        }))
    };
    let mut found = vec![
        device(0, "Fall sensor worn on the wrist"),
        device(1, "Movement sensor in the hallway"),
        used(2, 0),
        used(3, 1),
        consent(
            t,
            4,
            "The fall sensor may raise an alarm at the hub; Clara can pause it",
        ),
        consent(
            t,
            5,
            "The hallway sensor may tell the hub that she is up and about; Clara can pause it",
        ),
    ];
    found.extend((0..3).map(|at| job(t, at, true)));
    found
}
