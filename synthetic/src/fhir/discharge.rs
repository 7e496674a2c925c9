//! The end of a hospital stay: method, destination, and the wait for what comes after.

use serde_json::{Value, json};

use super::datatype::{concept, extension, words};
use super::instant::date;
use crate::life::Admission;

const METHOD: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-DischargeMethodEngland";
const DESTINATION: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-DischargeDestinationEngland";
/// When a person was ready to leave, for what they waited, and the discharge-to-assess pathway: no UK Core extension
/// has them. Parts: `ready` (date), `delayReason` (CodeableConcept), `pathway` (code, 0 to 3).
pub const DISCHARGE: &str = "https://sarsen.example/StructureDefinition/discharge-to-assess";

/// Reasons for delay in the acute discharge situation report, in the order of
/// `reference/standards/discharge_delay_reasons.csv`.
const DELAYS: [&str; 37] = [
    "Awaiting restart of existing social care arrangements",
    "Bed-based rehabilitation, reablement or recovery services not yet available",
    "End of life care inc Fast-Track CHC not yet available",
    "Equipment and associated training not yet delivered",
    "Home-based rehabilitation, reablement or recovery services not yet available",
    "Housing adaptations not yet completed",
    "Housing provision not yet available",
    "Mental health admitted patient care not yet available",
    "Other home-based community health services not yet available",
    "Other home-based social care service not yet available",
    "Residential/nursing home care not yet available",
    "Awaiting confirmation of funding eligibility",
    "Awaiting necessary referrals by care transfer hub",
    "Waiting for confirmation of immediate care needs and pathway",
    "Awaiting formal decision to discharge (inc diagnostic test results)",
    "Awaiting medical review of need for supported discharge",
    "Awaiting medicines to take home, discharge letter or other discharge documentation",
    "Awaiting patient transport services",
    "Awaiting referral to care transfer hub for supported discharge",
    "Awaiting therapy review of need for supported discharge",
    "Remaining in hospital due to infection prevention and control restrictions",
    "Bed-based rehabilitation, reablement or recovery service arrangements still underway",
    "End of life care inc Fast-Track CHC arrangement still underway",
    "Further action requested by agreed provider",
    "Home based rehabilitation, reablement or recovery service arrangements still underway",
    "Homeless with no recourse to public funds",
    "Housing provision arrangement for homelessness still underway",
    "Other home-based community health service arrangements still underway",
    "Other home-based social care service arrangements still underway",
    "Out of area discharge arrangements requested but not completed",
    "Patient/family/carer choice discussions on package still underway",
    "Residential/nursing home care arrangements still underway",
    "Self-funded care package arrangements still underway",
    "Awaiting determination of mental capacity",
    "Issues with discharge destination readiness",
    "Ongoing safeguarding concern",
    "Patient /family/carer concerns over discharge readiness",
];

/// The reason that discharge waited, in words.
pub(super) fn delay(place: u8) -> &'static str {
    DELAYS.get(usize::from(place)).copied().unwrap_or(DELAYS[15])
}

/// Extensions of the Encounter of a stay.
pub(super) fn extensions(admission: &Admission, has_ended: bool) -> Vec<Value> {
    let mut found = Vec::new();
    if has_ended {
        let method = if admission.died {
            concept(METHOD, "4", "Patient died")
        } else {
            concept(
                METHOD,
                "1",
                "Patient discharged on clinical advice or with clinical consent",
            )
        };
        found.push(extension("DischargeMethod", "valueCodeableConcept", &method));
    }
    if admission.ready.is_some() || (has_ended && !admission.day_case && !admission.died) {
        let mut parts = Vec::new();
        if let Some(ready) = admission.ready {
            parts.push(json!({ "url": "ready", "valueDate": date(ready) }));
            let reason = words(delay(admission.delay_reason));
            parts.push(json!({ "url": "delayReason", "valueCodeableConcept": reason }));
        }
        parts.push(json!({ "url": "pathway", "valueCode": admission.pathway.0.min(3).to_string() }));
        found.push(json!({ "url": DISCHARGE, "extension": parts }));
    }
    found
}

/// Where the person went.
pub(super) fn destination(admission: &Admission) -> Value {
    if admission.died {
        return concept(DESTINATION, "79", "Not applicable - Patient died or stillbirth");
    }
    match admission.pathway.0 {
        2 => concept(
            DESTINATION,
            "51",
            "NHS other Hospital Provider - Ward for general patients or the younger physically disabled",
        ),
        3 => concept(
            DESTINATION,
            "85",
            "Non-NHS (other than Local Authority) run Care Home",
        ),
        _ => json!({
            "coding": [{ "system": DESTINATION, "code": "19" }], "text": "Usual place of residence"
        }),
    }
}
