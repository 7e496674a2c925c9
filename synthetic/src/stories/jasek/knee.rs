//! From the GP to physiotherapy: referral, rule, plan, chat, classes.

use codes::system::{ACT_CODE, OBSERVATION_CATEGORY};
use serde_json::{Value, json};

use super::{JASEK, PLAN, REFERRAL};
use crate::stories::appointment::{Booking, Channel, appointment};
use crate::stories::people::{close, patient};
use crate::stories::telling::{Telling, code, named, words};

/// The community musculoskeletal service.
pub(super) fn service() -> Value {
    named("Community musculoskeletal service (invented)")
}

pub(super) fn referral(t: &Telling<'_>) -> Vec<Value> {
    let practice = named("General practice of the story (invented)");
    vec![
        patient(t, &JASEK),
        close(t, 1, ("WIFE", "Wife"), ("Halina", "Zaremska"), "07700 900563"),
        t.resource("Condition", 2, json!({
            "clinicalStatus": code("condition-clinical", "active", "Active"),
            "verificationStatus": code("condition-ver-status", "confirmed", "Confirmed"),
            "category": [code("condition-category", "problem-list-item", "Problem List Item")],
            "code": words("Early osteoarthritis of the left knee after an injury"), "subject": t.person(),
            "onsetDateTime": t.date(-900), "recordedDate": t.date(-400),
        })),
        t.resource("Encounter", 3, json!({
            "status": "finished", "class": { "system": ACT_CODE, "code": "AMB", "display": "ambulatory" },
            "type": [words("Consultation with the GP")], "subject": t.person(),
            "period": { "start": t.moment(-20), "end": t.moment(0) }, "reasonCode": [words("Knee pain; cannot kneel at work")],
            "serviceProvider": practice,
        })),
        t.resource("ServiceRequest", 4, json!({
            "status": "active", "intent": "order", "priority": "routine", "category": [words("Referral")],
            "code": words("Referral to the community musculoskeletal service"), "subject": t.person(),
            "encounter": t.of(REFERRAL, "Encounter", 3), "authoredOn": t.moment(0), "requester": practice,
            "performer": [service()], "reasonReference": [t.of(REFERRAL, "Condition", 2)],
        })),
        t.resource("FamilyMemberHistory", 5, json!({
            "status": "completed", "patient": t.person(), "date": t.date(0),
            "relationship": { "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "FTH", "display": "father"
            }] },
            "condition": [{ "code": words("Arthritis") }],
        })),
    ]
}

pub(super) fn flag(t: &Telling<'_>) -> Vec<Value> {
    vec![
        // A rule and its reasons; no probability, because none was computed.
        t.resource("RiskAssessment", 0, json!({
            "status": "final", "method": words("Waiting-list rule: two or more of attendances, function, pain, work lost"),
            "code": words("Likely to get worse while waiting"), "subject": t.person(), "occurrenceDateTime": t.moment(0),
            "performer": named("Waiting-list team (invented)"),
            "basis": [t.of(REFERRAL, "Condition", 2), t.of(REFERRAL, "ServiceRequest", 4)],
            "prediction": [{
                "outcome": words("Loss of function before he is seen"),
                "rationale": "Rule met on all four: three attendances for the knee in a year; cannot kneel or climb a ladder; pain most days; eleven days of work lost in six months",
            }],
            "mitigation": "Seen first among routine referrals; plan and exercises offered while he waits",
        })),
        t.resource("Flag", 1, json!({
            "status": "active", "category": [code("flag-category", "clinical", "Clinical")],
            "code": words("Waiting-list rule met: do not leave waiting without contact"), "subject": t.person(),
            "period": { "start": t.date(0) },
        })),
    ]
}

pub(super) fn plan(t: &Telling<'_>) -> Vec<Value> {
    let activity = |text: &str| json!({ "detail": { "status": "in-progress", "description": text } });
    vec![
        t.resource("Goal", 0, json!({
            "lifecycleStatus": "active", "description": words("To work a full week and walk with Halina on Sundays"),
            "subject": t.person(), "startDate": t.date(0), "target": [{ "dueDate": t.date(120) }], "expressedBy": t.person(),
        })),
        t.resource("CarePlan", 1, json!({
            "status": "active", "intent": "plan", "category": [words("Musculoskeletal care plan")], "title": "Jasek's knee plan",
            "description": "What matters to me: my work, and not being a burden at home", "subject": t.person(),
            "period": { "start": t.date(0) }, "created": t.date(0), "author": t.person(),
            "addresses": [t.of(REFERRAL, "Condition", 2)], "goal": [t.of(PLAN, "Goal", 0)],
            "activity": [
                activity("Exercises three times a week, with pictures, on the phone"),
                activity("Questions at any time by chat; answered within one working day"),
                activity("Escalation: knee locks, gives way or swells: ring the service the same day"),
                activity("Escalation: hot, red knee with fever: 111 or the hub at once"),
                activity("Halina: what helps at home, and where she can ask for herself"),
            ],
        })),
        t.resource("Consent", 2, json!({
            "status": "active", "scope": code("consentscope", "patient-privacy", "Privacy Consent"),
            "category": [words("Jasek reads and adds to his plan on his phone; his wife may see the exercises")], "patient": t.person(),
            "dateTime": t.date(0), "performer": [t.person()], "policy": [{ "uri": "https://sarsen.example/policy/shared-care" }],
            "provision": { "type": "permit", "period": { "start": t.date(0), "end": t.date(365) } },
        })),
    ]
}

pub(super) fn chat(t: &Telling<'_>) -> Vec<Value> {
    vec![
        message(
            t,
            0,
            -40,
            true,
            "Is it bad for the knee if the exercises hurt a little? And can I work on a roof with it?",
        ),
        message(
            t,
            1,
            0,
            false,
            "A little ache that is gone the next day does no harm. Stay off roofs until you can climb stairs without holding on; we look at that together.",
        ),
    ]
}

/// A message between the person and the service's chat.
pub(super) fn message(t: &Telling<'_>, ordinal: u32, after: i64, asks: bool, text: &str) -> Value {
    let (sender, recipient) = if asks {
        (t.person(), service())
    } else {
        (service(), t.person())
    };
    t.resource("Communication", ordinal, json!({
        "status": "completed", "medium": [words("Chat")], "topic": words("Chat about the knee"), "subject": t.person(),
        "sent": t.moment(after), "recipient": [recipient], "sender": sender, "payload": [{ "contentString": text }],
    }))
}

pub(super) fn classes(t: &Telling<'_>) -> Vec<Value> {
    let gym = named("Leisure centre of the story (invented)");
    let request = || Some(t.of(t.step, "ServiceRequest", 0));
    vec![
        t.resource("ServiceRequest", 0, json!({
            "status": "active", "intent": "order", "priority": "routine", "category": [words("Exercise on referral")],
            "code": words("Knee class at the gym, in person or virtual"), "subject": t.person(), "authoredOn": t.moment(0),
            "requester": service(), "performer": [gym.clone()], "reasonReference": [t.of(REFERRAL, "Condition", 2)],
        })),
        appointment(t, 1, &Booking { kind: "Knee class at the gym", channel: Channel::InPerson, request: request(), with: gym.clone(), days: 3, hour: 18 }),
        appointment(t, 2, &Booking { kind: "Virtual knee class", channel: Channel::Video, request: request(), with: gym, days: 6, hour: 19 }),
    ]
}

pub(super) fn physiotherapy(t: &Telling<'_>) -> Vec<Value> {
    let survey =
        json!([{ "coding": [{ "system": OBSERVATION_CATEGORY, "code": "survey", "display": "Survey" }] }]);
    let found = |ordinal, what: &str, value: Value| {
        let mut members = json!({
            "status": "final", "category": survey, "code": words(what), "subject": t.person(),
            "encounter": t.of(t.step, "Encounter", 0), "effectiveDateTime": t.moment(0),
        });
        members["valueQuantity"] = value;
        t.resource("Observation", ordinal, members)
    };
    let team = named("Community physiotherapy team (invented)");
    vec![
        t.resource("Encounter", 0, json!({
            "status": "finished", "class": { "system": ACT_CODE, "code": "AMB", "display": "ambulatory" },
            "type": [words("Physiotherapy")], "subject": t.person(), "period": { "start": t.moment(-45), "end": t.moment(0) },
            "reasonReference": [t.of(REFERRAL, "Condition", 2)], "serviceProvider": team.clone(),
        })),
        found(1, "Pain on walking, 0 to 10", json!({ "value": 6 })),
        found(2, "Bending of the left knee", json!({ "value": 105, "unit": "degrees", "system": codes::system::UCUM, "code": "deg" })),
        appointment(t, 3, &Booking { kind: "Physiotherapy", channel: Channel::InPerson, request: None, with: team, days: 14, hour: 8 }),
    ]
}
