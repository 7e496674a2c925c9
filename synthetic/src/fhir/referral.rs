//! ServiceRequest: referrals.

use serde_json::{Value, json};

use super::datatype::{concept, pointer, words};
use super::id::Kind;
use super::instant::date_time;
use super::organisation::{Unit, is_acute};
use super::rendering::Rendering;
use crate::life::{Referral, ReferralState};

/// Treatment functions of the NHS Data Dictionary, as UK Core has them.
pub(super) const TREATMENT_FUNCTION: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-PracticeSettingCode";

/// Whether the record knows of a referral: one that was made at a contact that never came is lost with it.
pub(super) fn is_known(rendering: &Rendering<'_>, at: u32) -> bool {
    let referral = rendering.life.referrals.get(at as usize);
    referral.is_some_and(|referral| !rendering.is_lost(referral.contact))
}

/// A reference to a referral.
pub(super) fn pointer_to(rendering: &Rendering<'_>, at: u32) -> Value {
    let made = rendering.life.referrals[at as usize].made.day;
    pointer(&format!(
        "ServiceRequest/{}",
        rendering.id(Kind::ServiceRequest, at, made)
    ))
}

/// The words of a specialty.
pub(super) fn specialty(rendering: &Rendering<'_>, at: u8) -> Value {
    match rendering.parameters.specialties.get(usize::from(at)) {
        Some(specialty) => concept(TREATMENT_FUNCTION, &specialty.code, &specialty.name),
        None => words("Outpatients"),
    }
}

pub(super) fn referral(rendering: &mut Rendering<'_>, at: u32, referral: &Referral) {
    if !is_known(rendering, at) {
        return;
    }
    let day = referral.made.day;
    let mut draft = rendering.open(
        "ServiceRequest",
        "ServiceRequest",
        Kind::ServiceRequest,
        at as usize,
        day,
    );
    let status = match referral.state {
        ReferralState::Waiting => "active",
        ReferralState::Seen | ReferralState::Advised => "completed",
        ReferralState::Withdrawn => "revoked",
    };
    draft.put("status", status);
    draft.put("intent", "order");
    let category = if referral.urgent {
        "Suspected cancer referral"
    } else {
        "Referral"
    };
    draft.put("category", vec![words(category)]);
    draft.put("priority", if referral.urgent { "urgent" } else { "routine" });
    let named = rendering
        .parameters
        .specialties
        .get(usize::from(referral.specialty));
    let named = named.map_or("Outpatients", |specialty| specialty.name.as_str());
    draft.put("code", words(&format!("Referral to {named}")));
    draft.put("subject", rendering.person());
    draft.put_some("encounter", rendering.encounter(referral.contact));
    draft.put("authoredOn", date_time(referral.made));
    let requester = rendering
        .worker_of(referral.contact)
        .or_else(|| rendering.own_doctor());
    draft.put_some("requester", requester);
    draft.put("performerType", specialty(rendering, referral.specialty));
    draft.put("performer", performers(rendering, referral));
    let reason = rendering.condition_concept(referral.reason);
    draft.put_some("reasonCode", reason.map(|reason| vec![reason]));
    let problem = rendering.problem_of(referral.reason, day);
    draft.put_some(
        "reasonReference",
        rendering.problem(problem).map(|problem| vec![problem]),
    );
    if referral.state == ReferralState::Advised {
        draft.put(
            "note",
            json!([{ "text": "Answered with advice; no appointment needed." }]),
        );
    }
    rendering.keep(draft);
}

fn performers(rendering: &Rendering<'_>, referral: &Referral) -> Vec<Value> {
    let mut found = vec![rendering.organisation(referral.to)];
    let is_listed = usize::from(referral.specialty) < rendering.parameters.specialties.len();
    if is_listed && is_acute(rendering.place, referral.to) {
        let ordinal = u32::from(referral.specialty);
        let id = Unit::from(referral.to).id(rendering.seed, Kind::HealthcareService, ordinal);
        found.push(pointer(&format!("HealthcareService/{id}")));
    }
    found
}
