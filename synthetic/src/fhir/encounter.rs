//! Encounter: each meeting with a service, with the appointment and the referral that it came of before it.

use codes::system::ACT_CODE;
use serde_json::{Map, Value, json};

use super::datatype::{coding, concept, extension, period, words};
use super::discharge;
use super::id::Kind;
use super::instant::date_time;
use super::rendering::Rendering;
use super::{appointment, referral};
use crate::life::{Admission, Contact, ContactKind};

const ADMISSION_METHOD: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-AdmissionMethodEngland";

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let mut chain = Chain::new(rendering);
    for at in 0..rendering.life.contacts.len() {
        chain.contact(rendering, at as u32);
    }
    for at in 0..rendering.life.referrals.len() {
        chain.referral(rendering, at as u32);
    }
    for at in 0..rendering.life.appointments.len() {
        chain.appointment(rendering, at as u32);
    }
}

/// What was rendered of contacts, referrals and appointments: a contact comes of an appointment, which comes of a
/// referral, which was made at a contact, and each stands after what it came of.
struct Chain {
    contacts: Vec<bool>,
    referrals: Vec<bool>,
    appointments: Vec<bool>,
    /// The appointment that became each contact.
    kept: Vec<Option<u32>>,
}

impl Chain {
    fn new(rendering: &Rendering<'_>) -> Chain {
        let life = rendering.life;
        let mut kept = vec![None; life.contacts.len()];
        for (at, appointment) in life.appointments.iter().enumerate() {
            let slot = appointment
                .contact
                .and_then(|contact| kept.get_mut(contact as usize));
            if let Some(slot) = slot {
                *slot = Some(at as u32);
            }
        }
        Chain {
            contacts: vec![false; life.contacts.len()],
            referrals: vec![false; life.referrals.len()],
            appointments: vec![false; life.appointments.len()],
            kept,
        }
    }

    fn contact(&mut self, rendering: &mut Rendering<'_>, at: u32) {
        let Some((at, contact)) = rendering.contact(Some(at)) else {
            return;
        };
        if !is_first(&mut self.contacts, at) {
            return;
        }
        if let Some(after) = contact.after {
            self.contact(rendering, after);
        }
        let appointment = self.kept[at as usize];
        if let Some(appointment) = appointment {
            self.appointment(rendering, appointment);
        }
        encounter(rendering, at, contact, appointment);
    }

    fn referral(&mut self, rendering: &mut Rendering<'_>, at: u32) {
        let Some(known) = rendering.life.referrals.get(at as usize) else {
            return;
        };
        if !is_first(&mut self.referrals, at) {
            return;
        }
        if let Some(contact) = known.contact {
            self.contact(rendering, contact);
        }
        referral::referral(rendering, at, known);
    }

    fn appointment(&mut self, rendering: &mut Rendering<'_>, at: u32) {
        let Some(known) = rendering.life.appointments.get(at as usize) else {
            return;
        };
        if !is_first(&mut self.appointments, at) {
            return;
        }
        if let Some(referral) = known.referral {
            self.referral(rendering, referral);
        }
        appointment::appointment(rendering, at, known);
    }
}

/// Whether it is rendered for the first time; from now on it is not.
fn is_first(rendered: &mut [bool], at: u32) -> bool {
    let slot = &mut rendered[at as usize];
    !std::mem::replace(slot, true)
}

fn encounter(rendering: &mut Rendering<'_>, at: u32, contact: &Contact, appointment: Option<u32>) {
    let mut draft = rendering.open(
        "Encounter",
        "Encounter",
        Kind::Encounter,
        at as usize,
        contact.start.day,
    );
    let mut extensions = Vec::new();
    if let Some(admission) = contact.admission {
        extensions.extend(discharge::extensions(&admission, contact.end.is_some()));
    }
    draft.put_list("extension", extensions);
    let status = match contact.end {
        Some(_) => "finished",
        None if rendering.is_to_come(contact.start) => "planned",
        None => "in-progress",
    };
    draft.put("status", status);
    let (class, display) = class(contact.kind);
    draft.put("class", coding(ACT_CODE, class, display));
    draft.put("type", types(contact));
    draft.put("subject", rendering.person());
    if let Some(appointment) = appointment.filter(|at| appointment::is_known(rendering, *at)) {
        draft.put(
            "appointment",
            vec![appointment::pointer_to(rendering, appointment)],
        );
    }
    let worker = rendering.worker(rendering.gave(at, contact));
    draft.put("participant", json!([{ "individual": worker }]));
    draft.put(
        "period",
        period(Some(date_time(contact.start)), contact.end.map(date_time)),
    );
    draft.put_some(
        "reasonCode",
        rendering
            .condition_concept(contact.reason)
            .map(|reason| vec![reason]),
    );
    let problem = rendering.problem_of(contact.reason, contact.start.day);
    draft.put_some(
        "reasonReference",
        rendering.problem(problem).map(|problem| vec![problem]),
    );
    draft.put_some("hospitalization", hospitalization(contact));
    if let Some(location) = rendering
        .location(contact.organisation)
        .filter(|_| !is_elsewhere(contact.kind))
    {
        draft.put("location", json!([{ "location": location }]));
    }
    draft.put("serviceProvider", rendering.organisation(contact.organisation));
    draft.put_some("partOf", part_of(rendering, contact));
    rendering.keep(draft);
}

/// The visit to the emergency department or the call that a stay or a visit began with, when it follows at once.
fn part_of(rendering: &Rendering<'_>, contact: &Contact) -> Option<Value> {
    let (at, before) = rendering.contact(contact.after)?;
    let is_same = contact.start.minutes_since(before.start) < 24 * 60 && before.start <= contact.start;
    is_same.then(|| rendering.encounter(Some(at))).flatten()
}

fn hospitalization(contact: &Contact) -> Option<Value> {
    let mut members = Map::new();
    if let Some(admission) = contact.admission {
        let (code, display) = method(&admission);
        let method = concept(ADMISSION_METHOD, code, display);
        let extension = extension("AdmissionMethod", "valueCodeableConcept", &method);
        members.insert("extension".to_owned(), json!([extension]));
        if contact.end.is_some() {
            members.insert(
                "dischargeDisposition".to_owned(),
                discharge::destination(&admission),
            );
        }
    }
    if let Some(attendance) = contact.attendance {
        let arrival = if attendance.ambulance {
            "Arrived by ambulance"
        } else {
            "Arrived by own means"
        };
        members.insert("admitSource".to_owned(), words(arrival));
        if contact.end.is_some() {
            let to = if attendance.admitted {
                "Admitted to hospital"
            } else {
                "Sent home"
            };
            members.insert("dischargeDisposition".to_owned(), words(to));
        }
    }
    (!members.is_empty()).then_some(Value::Object(members))
}

/// Admission method of the NHS Data Dictionary.
fn method(admission: &Admission) -> (&'static str, &'static str) {
    match admission.method {
        11 => ("11", "Elective Admission: Waiting list"),
        12 => ("12", "Elective Admission: Booked"),
        13 => ("13", "Elective Admission: Planned"),
        21 => (
            "21",
            "Emergency Admission: Emergency Care Department or dental casualty department of the Health Care Provider",
        ),
        22 => (
            "22",
            "Emergency Admission: General Practitioner: after a request for immediate admission has been made direct to \
             a Hospital Provider, i.e. not through a Bed bureau, by a General Practitioner or deputy",
        ),
        23 => ("23", "Emergency Admission: Bed bureau"),
        31 => ("31", "Maternity Admission: Admitted ante partum"),
        32 => ("32", "Maternity Admission: Admitted post partum"),
        _ => ("2D", "Emergency Admission: Other emergency admission"),
    }
}

fn class(kind: ContactKind) -> (&'static str, &'static str) {
    match kind {
        ContactKind::Doctor | ContactKind::Nurse | ContactKind::Outpatient | ContactKind::MentalHealth => {
            ("AMB", "ambulatory")
        }
        ContactKind::Telephone | ContactKind::Call111 => ("VR", "virtual"),
        ContactKind::HomeVisit
        | ContactKind::Community
        | ContactKind::SocialCare
        | ContactKind::Maternity
        | ContactKind::RapidResponse => ("HH", "home health"),
        ContactKind::Call999 => ("FLD", "field"),
        ContactKind::Emergency | ContactKind::UrgentTreatment => ("EMER", "emergency"),
        ContactKind::EmergencyAdmission | ContactKind::PlannedAdmission | ContactKind::MaternityAdmission => {
            ("IMP", "inpatient encounter")
        }
    }
}

/// What a person would call the meeting.
pub(super) fn words_of(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::Doctor => "Appointment with a GP",
        ContactKind::Nurse => "Appointment with a practice nurse",
        ContactKind::Telephone => "Telephone consultation with the practice",
        ContactKind::HomeVisit => "Home visit by the practice",
        ContactKind::Call111 => "NHS 111 call",
        ContactKind::Call999 => "Ambulance attendance after a 999 call",
        ContactKind::Emergency => "Emergency department attendance",
        ContactKind::UrgentTreatment => "Urgent treatment centre attendance",
        ContactKind::EmergencyAdmission => "Emergency admission",
        ContactKind::PlannedAdmission => "Planned admission",
        ContactKind::MaternityAdmission => "Maternity admission",
        ContactKind::Outpatient => "Outpatient appointment",
        ContactKind::Community => "Community health visit",
        ContactKind::SocialCare => "Social care visit",
        ContactKind::MentalHealth => "Mental health appointment",
        ContactKind::Maternity => "Midwife or health visitor visit",
        ContactKind::RapidResponse => "Urgent community response visit",
    }
}

fn types(contact: &Contact) -> Vec<Value> {
    let mut found = vec![words(words_of(contact.kind))];
    if contact.admission.is_some_and(|admission| admission.day_case) {
        found.push(words("Day case"));
    }
    found
}

/// Whether the meeting is not where its organisation has its rooms.
fn is_elsewhere(kind: ContactKind) -> bool {
    matches!(
        kind,
        ContactKind::Telephone
            | ContactKind::HomeVisit
            | ContactKind::Call111
            | ContactKind::Call999
            | ContactKind::Community
            | ContactKind::SocialCare
            | ContactKind::RapidResponse
    )
}
