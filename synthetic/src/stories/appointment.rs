//! Appointments of both stories: booked with the person, at a time that exists.

use serde_json::{Value, json};

use super::telling::{Telling, words};

/// How somebody is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    InPerson,
    Video,
}

/// What is booked.
pub(super) struct Booking<'a> {
    pub(super) kind: &'a str,
    pub(super) channel: Channel,
    /// The referral it comes from.
    pub(super) request: Option<Value>,
    pub(super) with: Value,
    /// At least so many days after the step, on a working day.
    pub(super) days: i64,
    /// The hour it begins at.
    pub(super) hour: i8,
}

/// The Appointment, an hour long.
pub(super) fn appointment(t: &Telling<'_>, ordinal: u32, booking: &Booking<'_>) -> Value {
    let channel = match booking.channel {
        Channel::InPerson => json!({ "coding": [{
            "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel", "code": "In-person", "display": "In person"
        }] }),
        Channel::Video => words("Video"),
    };
    let mut members = json!({
        "extension": [{
            "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel",
            "valueCodeableConcept": channel,
        }],
        "status": "booked", "serviceType": [words(booking.kind)], "description": booking.kind,
        "start": t.booked(booking.days, booking.hour), "end": t.booked(booking.days, booking.hour + 1),
        "minutesDuration": 60, "created": t.moment(0),
        "participant": [
            { "actor": t.person(), "required": "required", "status": "accepted" },
            { "actor": booking.with, "status": "accepted" },
        ],
    });
    if let Some(request) = &booking.request {
        members["basedOn"] = json!([request]);
    }
    t.resource("Appointment", ordinal, members)
}
