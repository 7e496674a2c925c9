//! The decision, the day that suits, the operation, and getting well.

use codes::system::ACT_CODE;
use serde_json::{Value, json};

use super::knee::{message, service};
use super::{DECISION, ONWARD, REFERRAL, SURGERY};
use crate::fhir::base64;
use crate::stories::appointment::{Booking, Channel, appointment};
use crate::stories::telling::{Telling, named, words};

fn centre() -> Value {
    named("Local treatment centre (invented)")
}

pub(super) fn decision(t: &Telling<'_>) -> Vec<Value> {
    let text = "Decision about the left knee, made together\n\n\
        What matters to Jasek: to work as a builder for years to come; not to leave Halina with everything.\n\n\
        Ways: go on with exercises; injections; part of the knee replaced; all of it replaced.\n\
        What each brings, what it risks and how long he would be off work was talked over, with figures and pictures.\n\n\
        Jasek's decision: part of the knee replaced, after his holiday. He may change his mind at any time.\n";
    vec![
        t.resource("Encounter", 0, json!({
            "status": "finished", "class": { "system": ACT_CODE, "code": "VR", "display": "virtual" },
            "type": [words("Video consultation with the surgeon")], "subject": t.person(),
            "basedOn": [t.of(ONWARD, "ServiceRequest", 0)], "period": { "start": t.moment(-35), "end": t.moment(0) },
            "participant": [{ "individual": named("Orthopaedic surgeon of the story (invented)") }, { "individual": t.of(REFERRAL, "RelatedPerson", 1) }],
            "serviceProvider": named("Orthopaedic service of the story (invented)"),
        })),
        document(t, 1, "Shared decision about the knee", text, Some(t.of(DECISION, "Encounter", 0))),
        t.resource("ServiceRequest", 2, json!({
            "status": "active", "intent": "order", "priority": "routine", "category": [words("Surgery")],
            "code": words("Partial replacement of the left knee"), "subject": t.person(), "encounter": t.of(DECISION, "Encounter", 0),
            "authoredOn": t.moment(0), "requester": named("Orthopaedic surgeon of the story (invented)"), "performer": [centre()],
            "supportingInfo": [t.of(DECISION, "DocumentReference", 1)],
        })),
    ]
}

fn document(t: &Telling<'_>, ordinal: u32, title: &str, text: &str, encounter: Option<Value>) -> Value {
    let mut members = json!({
        "status": "current", "docStatus": "final", "type": words(title), "category": [words("Hospital letter")], "subject": t.person(),
        "date": t.moment(0), "author": [named("Orthopaedic surgeon of the story (invented)")], "description": title,
        "content": [{ "attachment": {
            "contentType": "text/plain; charset=utf-8", "language": "en-GB", "data": base64(text.as_bytes()), "size": text.len(), "title": title,
        } }],
    });
    if let Some(encounter) = encounter {
        members["context"] = json!({ "encounter": [encounter] });
    }
    t.resource("DocumentReference", ordinal, members)
}

pub(super) fn booked(t: &Telling<'_>) -> Vec<Value> {
    vec![
        t.resource("Communication", 0, json!({
            "status": "completed", "medium": [words("Phone app")], "subject": t.person(), "sent": t.moment(0),
            "recipient": [centre()], "sender": t.person(),
            "payload": [{ "contentString": "Not while I am on holiday, please: I am away for two weeks from the week after next." }],
        })),
        appointment(t, 1, &Booking {
            kind: "Operation on the left knee at the local treatment centre", channel: Channel::InPerson,
            request: Some(t.of(DECISION, "ServiceRequest", 2)), with: centre(), days: 34, hour: 8,
        }),
    ]
}

pub(super) fn surgery(t: &Telling<'_>) -> Vec<Value> {
    vec![
        t.resource("Encounter", 0, json!({
            "status": "finished", "class": { "system": ACT_CODE, "code": "IMP", "display": "inpatient encounter" },
            "type": [words("Stay for an operation")], "subject": t.person(), "basedOn": [t.of(DECISION, "ServiceRequest", 2)],
            "period": { "start": t.moment(-26 * 60), "end": t.moment(0) }, "serviceProvider": centre(),
        })),
        t.resource("Procedure", 1, json!({
            "status": "completed", "code": words("Partial replacement of the left knee"), "subject": t.person(),
            "encounter": t.of(SURGERY, "Encounter", 0), "basedOn": [t.of(DECISION, "ServiceRequest", 2)],
            "performedPeriod": { "start": t.moment(-24 * 60), "end": t.moment(-22 * 60 - 30) },
            "reasonReference": [t.of(REFERRAL, "Condition", 2)], "outcome": words("Without complication"),
        })),
    ]
}

pub(super) fn rehabilitation(t: &Telling<'_>) -> Vec<Value> {
    let activity = |text: &str| json!({ "detail": { "status": "in-progress", "description": text } });
    let letter = "Jasek had part of his left knee replaced and went home the next day.\n\n\
        To the GP, happened: operation without complication; wound glued.\n\
        To the GP, asks of you: nothing at present. Jasek asks for his own follow-up when he needs it.\n";
    vec![
        t.resource("CarePlan", 0, json!({
            "status": "active", "intent": "plan", "category": [words("Rehabilitation plan")], "title": "Jasek's rehabilitation plan",
            "description": "Back to light work in six weeks, to full work in three months", "subject": t.person(),
            "period": { "start": t.date(0), "end": t.date(90) }, "created": t.date(0), "author": service(),
            "addresses": [t.of(REFERRAL, "Condition", 2)],
            "activity": [
                activity("Week 1 and 2: bend and straighten five times a day; walk inside and to the gate"),
                activity("Week 3 to 6: cycle without load; stairs; the virtual class again"),
                activity("From week 7: strength at the gym; light work after a look together"),
                activity("Escalation: calf swells, chest hurts or breath is short: 999. Wound wet or hot: the service the same day"),
            ],
        })),
        document(t, 1, "Discharge letter", letter, Some(t.of(SURGERY, "Encounter", 0))),
    ]
}

pub(super) fn follow_up(t: &Telling<'_>) -> Vec<Value> {
    let hospital = named("Community hospital of the story (invented)");
    vec![
        message(t, 2, -90, true, "The knee is still warm in the evening, and stiff when I get up. Is that normal?"),
        message(t, 3, -30, false, "Warm in the evening is normal for some weeks. Stiffness we would like to look at: you can book a follow-up now, where and when it suits you."),
        t.resource("ServiceRequest", 0, json!({
            "status": "active", "intent": "order", "priority": "routine", "category": [words("Patient-initiated follow-up")],
            "code": words("Follow-up of the knee, asked for by Jasek: the knee is stiff in the morning"), "subject": t.person(),
            // He may ask until the end; then the service asks him once.
            "occurrencePeriod": { "start": t.date_of(SURGERY, 0), "end": t.date_of(SURGERY, 182) },
            "authoredOn": t.moment(0), "requester": t.person(), "performer": [hospital.clone()],
        })),
        appointment(t, 1, &Booking {
            kind: "Follow-up of the knee at the community hospital", channel: Channel::InPerson,
            request: Some(t.of(t.step, "ServiceRequest", 0)), with: hospital, days: 5, hour: 16,
        }),
    ]
}
