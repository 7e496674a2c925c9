//! Appointment: booked, kept, missed and cancelled.

use serde_json::{Value, json};

use super::datatype::{concept, extension, pointer, words};
use super::id::Kind;
use super::instant::date_time;
use super::referral;
use super::rendering::Rendering;
use super::worker::whom;
use crate::life::{Appointment, ContactKind, Organisation};

const DELIVERY: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel";

/// Whether the record knows of an appointment.
pub(super) fn is_known(rendering: &Rendering<'_>, at: u32) -> bool {
    let appointment = rendering.life.appointments.get(at as usize);
    appointment.is_some_and(|one| !rendering.is_silent(one.organisation, one.at.day))
}

/// A reference to an appointment.
pub(super) fn pointer_to(rendering: &Rendering<'_>, at: u32) -> Value {
    let day = rendering.life.appointments[at as usize].at.day;
    pointer(&format!(
        "Appointment/{}",
        rendering.id(Kind::Appointment, at, day)
    ))
}

pub(super) fn appointment(rendering: &mut Rendering<'_>, at: u32, appointment: &Appointment) {
    if !is_known(rendering, at) {
        return;
    }
    let day = appointment.at.day;
    let mut draft = rendering.open("Appointment", "Appointment", Kind::Appointment, at as usize, day);
    let by_telephone = rendering
        .contact(appointment.contact)
        .is_some_and(|(_, contact)| contact.kind == ContactKind::Telephone);
    let channel = if by_telephone {
        concept(DELIVERY, "Telephone", "Telephone")
    } else {
        concept(DELIVERY, "In-person", "In person")
    };
    draft.put(
        "extension",
        vec![extension("DeliveryChannel", "valueCodeableConcept", &channel)],
    );
    let status = status(rendering, appointment);
    draft.put("status", status);
    if status == "cancelled" {
        draft.put(
            "cancelationReason",
            words("Cancelled by the person or the service"),
        );
    }
    if let Some(specialty) = appointment.specialty {
        draft.put("specialty", vec![referral::specialty(rendering, specialty)]);
    }
    draft.put("start", date_time(appointment.at));
    draft.put(
        "end",
        date_time(appointment.at.plus(i32::from(appointment.minutes.max(1)))),
    );
    draft.put("minutesDuration", appointment.minutes.max(1));
    if let Some(referral) = appointment
        .referral
        .filter(|at| referral::is_known(rendering, *at))
    {
        draft.put("basedOn", vec![referral::pointer_to(rendering, referral)]);
    }
    let answer = if status == "cancelled" {
        "declined"
    } else {
        "accepted"
    };
    let mut participants =
        vec![json!({ "actor": rendering.person(), "required": "required", "status": answer })];
    participants.push(json!({ "actor": with_whom(rendering, at, appointment), "status": "accepted" }));
    if let Some(location) = rendering.location(appointment.organisation) {
        participants.push(json!({ "actor": location, "status": "accepted" }));
    }
    draft.put("participant", participants);
    rendering.keep(draft);
}

/// The worker of the contact that it became, else who would have been there.
fn with_whom(rendering: &Rendering<'_>, at: u32, appointment: &Appointment) -> Value {
    rendering.worker_of(appointment.contact).unwrap_or_else(|| {
        let index = rendering.life.person.index;
        let choice = match appointment.organisation {
            Organisation::Practice(_) => index,
            Organisation::Site(_) | Organisation::Council(_) | Organisation::Service(_) => {
                index.wrapping_add(at)
            }
        };
        rendering.worker(whom(rendering.place, appointment.organisation, false, choice))
    })
}

fn status(rendering: &Rendering<'_>, appointment: &Appointment) -> &'static str {
    if appointment.cancelled {
        "cancelled"
    } else if appointment.missed {
        "noshow"
    } else if rendering.is_to_come(appointment.at) {
        "booked"
    } else {
        "fulfilled"
    }
}
