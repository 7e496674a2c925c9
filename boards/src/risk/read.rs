//! Memory from a person's resources.

use care::risk::memory::{Memory, Offer, Offered, View};
use care::score::efi::Frailty;
use codes::{plan_type, risk};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

/// SNOMED CT: patient referral (procedure).
const REFERRAL: &str = "3457005";

/// What is remembered, from a person's Tasks, RiskAssessments, CarePlans and ServiceRequests, as read.
pub fn remembered<'b>(resources: impl Iterator<Item = &'b [u8]>) -> Memory {
    let mut memory = Memory::default();
    for body in resources {
        if let Ok(resource) = serde_json::from_slice::<Value>(body) {
            memory = memory.with(&of(&resource));
        }
    }
    memory
}

fn of(resource: &Value) -> Memory {
    let mut memory = Memory::default();
    match resource["resourceType"].as_str() {
        Some("Task") => match own_code(&resource["code"]) {
            Some(risk::OFFER) => memory.offer = offered(resource),
            Some(risk::PAUSE) if resource["status"] == "on-hold" => {
                memory.paused_until = day(&resource["restriction"]["period"]["end"]);
            }
            _ => {}
        },
        Some("RiskAssessment")
            if own_code(&resource["method"]) == Some(risk::VIEW) && resource["status"] == "final" =>
        {
            let prediction = &resource["prediction"][0];
            let view = own_code(&prediction["qualitativeRisk"]).and_then(View::from_code);
            memory.view = view.zip(day(&resource["occurrenceDateTime"]));
        }
        Some("CarePlan") => memory.plan = resource["status"] == "active" && is_of_the_whole_person(resource),
        // Lists are for whoever cares for somebody; a referral that bears any label is told on the person's own page alone.
        Some("ServiceRequest") if is_open_referral(resource) && !bears_label(&resource["meta"]) => {
            memory.referred = day(&resource["authoredOn"]);
        }
        _ => {}
    }
    memory
}

/// Whether a plan is of the whole person: one for a single condition answers nothing that frailty asks. What does not say of what
/// sort it is counts for nothing either, so that somebody is asked once too often rather than never.
fn is_of_the_whole_person(plan: &Value) -> bool {
    let categories = plan["category"].as_array().into_iter().flatten();
    let mut codings = categories.flat_map(|category| category["coding"].as_array().into_iter().flatten());
    codings.any(|coding| {
        coding["system"] == codes::system::SNOMED_CT
            && coding["code"]
                .as_str()
                .is_some_and(plan_type::is_of_the_whole_person)
    })
}

/// A referral that waits to be done.
fn is_open_referral(request: &Value) -> bool {
    request["status"] == "active" && is_referral(request)
}

/// Whether a ServiceRequest, of whatever status, asks a service to see somebody; tests and procedures are none.
#[must_use]
pub fn is_referral(request: &Value) -> bool {
    let words = |concept: &Value| {
        let text = concept["text"].as_str().into_iter();
        let codings = concept["coding"].as_array().into_iter().flatten();
        text.chain(codings.filter_map(|coding| coding["display"].as_str()))
            .any(|words| words.to_ascii_lowercase().contains("referral"))
    };
    let codes = |concept: &Value| {
        let codings = concept["coding"].as_array().into_iter().flatten();
        codings
            .filter(|coding| coding["system"] == codes::system::SNOMED_CT)
            .any(|coding| coding["code"] == REFERRAL)
    };
    let mut concepts = request["category"]
        .as_array()
        .into_iter()
        .flatten()
        .chain([&request["code"]]);
    concepts.any(|concept| words(concept) || codes(concept))
}

fn bears_label(meta: &Value) -> bool {
    ["security", "tag"]
        .iter()
        .any(|name| meta[name].as_array().is_some_and(|labels| !labels.is_empty()))
}

fn offered(task: &Value) -> Option<Offered> {
    let state = Offer::from_status(task["status"].as_str()?)?;
    let made = day(&task["authoredOn"])?;
    let inputs = task["input"].as_array().into_iter().flatten();
    let band = inputs
        .filter(|input| own_code(&input["type"]) == Some(risk::BAND))
        .find_map(|input| band(input["valueString"].as_str()?));
    Some(Offered {
        state,
        made,
        since: day(&task["lastModified"]).unwrap_or(made),
        band,
        work: work(&task["groupIdentifier"]),
    })
}

/// The identifier of the cohort with which it was sent to work.
fn work(identifier: &Value) -> Option<u128> {
    let ours = identifier["system"] == risk::WORK;
    let value = identifier["value"].as_str().filter(|_| ours)?;
    let digits = value.replace('-', "");
    (digits.len() == 32)
        .then(|| u128::from_str_radix(&digits, 16).ok())
        .flatten()
}

fn band(name: &str) -> Option<Frailty> {
    [Frailty::Fit, Frailty::Mild, Frailty::Moderate, Frailty::Severe]
        .into_iter()
        .find(|band| band.name() == name)
}

/// Our code in a concept.
fn own_code(concept: &Value) -> Option<&str> {
    let mut codings = concept["coding"].as_array().into_iter().flatten();
    codings
        .find(|coding| coding["system"] == risk::SYSTEM)
        .and_then(|coding| coding["code"].as_str())
}

/// The day in London of a moment, or a date as it stands.
fn day(text: &Value) -> Option<Date> {
    let text = text.as_str()?;
    match text.parse::<Timestamp>() {
        Ok(moment) => Some(care::london::date_of(moment)),
        Err(_) => text.parse().ok(),
    }
}
