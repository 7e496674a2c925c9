//! Communication: reminders of appointments.

use serde_json::json;

use super::appointment;
use super::datatype::{status_concept, words};
use super::id::Kind;
use super::instant::date_time;
use super::rendering::Rendering;

const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/communication-category";
const MEDIUM: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode";
/// Days before an appointment that its reminder goes out.
const BEFORE: i32 = crate::life::as_of::REMINDED;
/// Reminders are kept this many days: what the record's readers still ask about.
const KEPT: i32 = 90;

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    let person = &life.person;
    for (at, known) in life.appointments.iter().enumerate() {
        let sent = known.at.plus(-BEFORE * 1440);
        let is_kept = (0..=KEPT).contains(&(rendering.today.0 - sent.day.0));
        if !is_kept || known.cancelled || !appointment::is_known(rendering, at as u32) {
            continue;
        }
        let mut draft = rendering.open(
            "Communication",
            "Communication",
            Kind::Communication,
            at,
            sent.day,
        );
        draft.put("about", vec![appointment::pointer_to(rendering, at as u32)]);
        draft.put("status", "completed");
        draft.put("category", vec![status_concept(CATEGORY, "reminder")]);
        let by_letter = person.preferences.paper || person.mobile.is_empty();
        let medium = if by_letter {
            words("Letter")
        } else {
            status_concept(MEDIUM, "SMSWRIT")
        };
        draft.put("medium", vec![medium]);
        draft.put("subject", rendering.person());
        draft.put("sent", date_time(sent));
        draft.put("recipient", vec![rendering.person()]);
        draft.put("sender", rendering.organisation(known.organisation));
        // Messages name no service: whoever reads the telephone learns no more than that there is an appointment.
        let text = "You have an appointment in two days. Reply or ring us if you cannot come.";
        draft.put("payload", json!([{ "contentString": text }]));
        rendering.keep(draft);
    }
}
