//! What comes after: the frailty clinic, the community centre, a review by video.

use serde_json::{Value, json};

use super::HOME;
use crate::place::ServiceKind;
use crate::stories::appointment::{Booking, Channel, appointment};
use crate::stories::telling::{Telling, named, words};

pub(super) fn clinic(t: &Telling<'_>) -> Vec<Value> {
    let team = named("Community frailty team (invented)");
    vec![
        t.resource("ServiceRequest", 0, json!({
            "status": "active", "intent": "order", "priority": "urgent", "category": [words("Referral")],
            "code": words("Frailty clinic: falls, blood pressure on standing, medicines"), "subject": t.person(), "authoredOn": t.moment(0),
            "requester": t.team(ServiceKind::RapidResponse, "Avonside Rapid Response (invented)"), "performer": [team.clone()],
            "reasonReference": [t.of(HOME, "Condition", 2)],
        })),
        appointment(t, 1, &Booking {
            kind: "Frailty clinic at the community hub, with blood tests and a heart tracing",
            channel: Channel::InPerson,
            request: Some(t.of(t.step, "ServiceRequest", 0)),
            with: team,
            days: 4,
            hour: 10,
        }),
    ]
}

pub(super) fn centre(t: &Telling<'_>) -> Vec<Value> {
    let charity = t.team(ServiceKind::Charity, "The Kettle Club (invented charity)");
    let link_worker = t.team(ServiceKind::LinkWorkers, "Link workers of the story (invented)");
    vec![
        t.resource("ServiceRequest", 0, json!({
            "status": "active", "intent": "order", "priority": "routine", "category": [words("Social prescribing")],
            "code": words("Transport and company to the community centre on Thursdays"), "subject": t.person(), "authoredOn": t.moment(-180),
            "requester": link_worker.clone(), "performer": [charity.clone()],
        })),
        t.resource("Communication", 1, json!({
            "status": "completed", "subject": t.person(), "about": [t.of(t.step, "ServiceRequest", 0)], "sent": t.moment(0),
            "recipient": [link_worker], "sender": charity,
            "payload": [{ "contentString": "We have a place for her. A volunteer calls for her at ten each Thursday, beginning next week." }],
        })),
    ]
}

pub(super) fn virtual_review(t: &Telling<'_>) -> Vec<Value> {
    let booking = Booking {
        kind: "Review with the frailty team by video",
        channel: Channel::Video,
        request: None,
        with: named("Community frailty team (invented)"),
        days: 7,
        hour: 14,
    };
    vec![appointment(t, 0, &booking)]
}
