//! Consent: what is wished about resuscitation, and sharing of the record with those who give care.

use codes::system::ACT_CODE;
use serde_json::json;

use super::datatype::{concept, period};
use super::id::Kind;
use super::instant::date;
use super::plan::stands;
use super::rendering::Rendering;
use crate::life::{Plan, PlanKind};

const SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/consentcategorycodes";
/// Whose wording the consent follows; FHIR asks for a policy or its rule (invariant ppc-1).
const POLICY: &str = "https://sarsen.example/policy/shared-care";

/// Ordinal of the consent to sharing: past those of the plans, and the same however many there are.
const SHARING: usize = 100_000;

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, plan) in life.plans.iter().enumerate() {
        if plan.resuscitation > 0 {
            resuscitation(rendering, at, plan);
        }
    }
    if let Some(first) = life.plans.iter().find(|plan| plan.kind != PlanKind::Maternity) {
        sharing(rendering, SHARING, first);
    }
}

/// What a plan recommends about resuscitation, agreed with the person.
fn resuscitation(rendering: &mut Rendering<'_>, at: usize, plan: &Plan) {
    let mut draft = rendering.open("Consent", "Consent", Kind::Consent, at, plan.start);
    draft.put(
        "status",
        if stands(rendering, plan) {
            "active"
        } else {
            "inactive"
        },
    );
    draft.put("scope", concept(SCOPE, "adr", "Advanced Care Directive"));
    let category = if plan.resuscitation == 1 {
        concept(CATEGORY, "dnr", "Do Not Resuscitate")
    } else {
        concept(CATEGORY, "acd", "Advance Directive")
    };
    draft.put("category", vec![category]);
    draft.put("patient", rendering.person());
    draft.put("dateTime", date(plan.start));
    draft.put("performer", vec![rendering.person()]);
    draft.put_some(
        "organization",
        rendering.practice().map(|at| vec![rendering.organisation(at)]),
    );
    draft.put("policy", json!([{ "uri": POLICY }]));
    let decision = if plan.resuscitation == 1 { "deny" } else { "permit" };
    draft.put(
        "provision",
        json!({ "type": decision, "period": period(Some(date(plan.start)), plan.end.map(date)) }),
    );
    rendering.keep(draft);
}

/// That those who give care see the plan.
fn sharing(rendering: &mut Rendering<'_>, at: usize, plan: &Plan) {
    let mut draft = rendering.open("Consent", "Consent", Kind::Consent, at, plan.start);
    draft.put(
        "status",
        if rendering.life.person.death.is_none() {
            "active"
        } else {
            "inactive"
        },
    );
    draft.put("scope", concept(SCOPE, "patient-privacy", "Privacy Consent"));
    draft.put("category", vec![concept(ACT_CODE, "INFA", "information access")]);
    draft.put("patient", rendering.person());
    draft.put("dateTime", date(plan.start));
    draft.put("performer", vec![rendering.person()]);
    draft.put_some(
        "organization",
        rendering.practice().map(|at| vec![rendering.organisation(at)]),
    );
    draft.put("policy", json!([{ "uri": POLICY }]));
    draft.put(
        "provision",
        json!({ "type": "permit", "period": period(Some(date(plan.start)), None) }),
    );
    rendering.keep(draft);
}
