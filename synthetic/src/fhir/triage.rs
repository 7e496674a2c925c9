//! ClinicalImpression: what was thought at a call to 111 or 999.

use super::datatype::{period, words};
use super::id::Kind;
use super::instant::date_time;
use super::rendering::Rendering;
use crate::life::{Contact, ContactKind};

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    let calls = life.contacts.iter().enumerate();
    for (at, _) in calls.filter(|(_, contact)| is_call(contact.kind)) {
        let Some((at, contact)) = rendering.contact(Some(at as u32)) else {
            continue;
        };
        let day = contact.start.day;
        let ordinal = at as usize;
        let mut draft = rendering.open("ClinicalImpression", "", Kind::ClinicalImpression, ordinal, day);
        let status = if contact.end.is_some() {
            "completed"
        } else {
            "in-progress"
        };
        draft.put("status", status);
        draft.put("code", words(super::encounter::words_of(contact.kind)));
        draft.put("subject", rendering.person());
        draft.put_some("encounter", rendering.encounter(Some(at)));
        let end = contact.end.map(date_time);
        draft.put("effectivePeriod", period(Some(date_time(contact.start)), end));
        draft.put("date", date_time(contact.start));
        draft.put("assessor", rendering.worker(rendering.gave(at, contact)));
        draft.put("summary", outcome(rendering, at, contact));
        let problem = rendering.problem_of(contact.reason, day);
        draft.put_some("problem", rendering.problem(problem).map(|problem| vec![problem]));
        rendering.keep(draft);
    }
}

fn is_call(kind: ContactKind) -> bool {
    matches!(kind, ContactKind::Call111 | ContactKind::Call999)
}

/// What the call led to, told by the first contact that came after it.
fn outcome(rendering: &Rendering<'_>, at: u32, contact: &Contact) -> String {
    let later = rendering.life.contacts.iter().skip(at as usize + 1);
    let next = later.take(8).find(|later| later.after == Some(at));
    let reason = contact
        .reason
        .and_then(|at| rendering.parameters.conditions.get(usize::from(at)));
    let about = reason.map_or("Symptoms as told", |reason| reason.name.as_str());
    let led = match next.map(|next| next.kind) {
        Some(ContactKind::Emergency) => "taken or sent to an emergency department",
        Some(ContactKind::UrgentTreatment) => "sent to an urgent treatment centre",
        Some(ContactKind::RapidResponse) => "urgent community response within two hours",
        Some(ContactKind::Call999) => "passed to the ambulance service",
        Some(ContactKind::Doctor | ContactKind::Nurse | ContactKind::Telephone | ContactKind::HomeVisit) => {
            "contact with the practice"
        }
        Some(_) => "passed to another service",
        None => "advice, and what to watch for",
    };
    format!("{about}. Outcome: {led}.")
}
