//! Who may act for the person: listed, proposed by the person, withdrawn at once.
//!
//! A proposal gives nothing. The practice sees the person alone, finds out who it is that they named, and only then makes it active
//! (safety rule 14).

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use ::record::Stored;

use super::acting::{own_patient, own_resources};
use super::consent::{keep_for, made, put};
use crate::person::{page_id, patient_id};
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

const PURPOSE: Purpose = Purpose::DirectCare;
/// The longest name or relationship, in characters.
const LONGEST: usize = 100;

/// What a proxy can be given: code, and words for the person.
pub const SCOPES: [(&str, &str); 6] = [
    (
        codes::access::SEE_SUMMARY,
        "See my medicines, allergies and health conditions",
    ),
    (codes::access::SEE_RECORD, "See my whole record"),
    (codes::access::SEE_APPOINTMENTS, "See my appointments"),
    (
        codes::access::MANAGE_APPOINTMENTS,
        "Book, change and cancel my appointments",
    ),
    (codes::access::SEE_PLAN, "See my care plan"),
    (codes::access::SEND_MESSAGES, "Write messages for me"),
];

/// How it stands with a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyState {
    /// They act for the person now.
    Acts,
    /// The practice has to see the person alone first.
    WaitsForPractice,
    /// The time for which it was given is over, or has not come, or has no end and so never counts.
    NotNow,
}

/// Somebody who may act, or was proposed.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// The id for addresses.
    pub page: String,
    pub name: String,
    /// What they may do, by code.
    pub scopes: Vec<String>,
    pub until: Option<Date>,
    pub state: ProxyState,
    pub(super) id: String,
}

/// What the person proposes.
#[derive(Debug, Clone, Default)]
pub struct Proposal {
    pub name: String,
    pub relationship: String,
    /// Codes of [`SCOPES`].
    pub scopes: Vec<String>,
    pub until: Option<Date>,
}

/// Everybody who acts for the person, or was proposed; those that were withdrawn are not listed.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but the person; [`ActionError::Unavailable`].
pub async fn proxies(actions: &Actions, actor: &Actor) -> Result<Vec<Proxy>, ActionError> {
    let consents = own_resources(actions, actor, |kind| {
        matches!(kind.name(), "Consent" | "RelatedPerson")
    })
    .await?;
    let mut all = Vec::new();
    for stored in &consents {
        let Some(consent) = consent_of(stored) else {
            continue;
        };
        let state = state(&consent, actions.care_now().date());
        let Some(state) = state else { continue };
        all.push(Proxy {
            page: page_id(actions, actor, PURPOSE, &stored.id)?,
            name: name_of_consent(&consent, &consents),
            scopes: scopes(&consent),
            until: end(&consent),
            state,
            id: stored.id.clone(),
        });
    }
    all.sort_by(|a, b| (&a.name, &a.page).cmp(&(&b.name, &b.page)));
    Ok(all)
}

/// Takes back what was given or proposed; from this moment on the proxy sees nothing by it.
///
/// # Errors
/// [`ActionError::NotFound`] when it is none of the person's; [`ActionError::Conflict`]; [`ActionError::Unavailable`].
pub async fn withdraw(actions: &Actions, actor: &Actor, page: &str) -> Result<(), ActionError> {
    let id = patient_id(actions, actor, PURPOSE, page).ok_or(ActionError::NotFound)?;
    let own = own_resources(actions, actor, |kind| kind.name() == "Consent").await?;
    let stored = own.into_iter().find(|stored| stored.id == id);
    let stored = stored.ok_or(ActionError::NotFound)?;
    let mut consent = consent_of(&stored).ok_or(ActionError::NotFound)?;
    if consent["status"] == "inactive" {
        return Ok(());
    }
    consent["status"] = json!("inactive");
    keep_for(actions, actor, vec![put(actions, &stored, &consent)?]).await
}

/// Proposes that somebody may act for the person, for at most a year.
///
/// # Errors
/// [`ActionError::Form`] naming the fields; [`ActionError::NotFound`] for everybody but the person; [`ActionError::Unavailable`].
pub async fn propose(actions: &Actions, actor: &Actor, proposal: &Proposal) -> Result<(), ActionError> {
    let patient = super::own(actions, actor).await.and_then(|_| {
        let own = own_patient(actor);
        own.ok_or(ActionError::NotFound)
    })?;
    let today = actions.care_now().date();
    let until = check(proposal, today)?;
    let code = |code: &str| json!({ "coding": [{ "system": codes::access::SYSTEM, "code": code }] });
    let given: Vec<Value> = proposal.scopes.iter().map(|scope| code(scope)).collect();
    let consent = json!({
        "resourceType": "Consent",
        "status": "proposed",
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [code(codes::access::PROXY)],
        "patient": { "reference": format!("Patient/{patient}") },
        "dateTime": actions.care_now().timestamp().to_string(),
        "policyRule": { "text": "Somebody acts for the person, within what is given" },
        "provision": {
            "type": "permit",
            "period": { "start": today.to_string(), "end": until.to_string() },
            "actor": [{
                "role": { "text": proposal.relationship.trim() },
                "reference": { "display": proposal.name.trim() },
            }],
            "action": given,
        },
    });
    // The same proposal, sent twice by a double press, is one.
    let waits = proxies(actions, actor).await?.into_iter().any(|known| {
        known.state == ProxyState::WaitsForPractice
            && known.name == proposal.name.trim()
            && known.scopes == proposal.scopes
            && known.until == Some(until)
    });
    if waits {
        return Ok(());
    }
    keep_for(actions, actor, vec![made(actions, &consent)?]).await
}

/// The last day, when nothing is wrong.
fn check(proposal: &Proposal, today: Date) -> Result<Date, ActionError> {
    let mut problems = Vec::new();
    let mut problem = |field, words: &str| {
        problems.push(FieldProblem {
            field,
            words: words.to_owned(),
        });
    };
    for (field, text, missing, long) in [
        (
            "name",
            &proposal.name,
            "Enter who is to act for you",
            "The name must be 100 characters or fewer",
        ),
        (
            "relationship",
            &proposal.relationship,
            "Enter who they are to you, such as daughter or friend",
            "Who they are to you must be 100 characters or fewer",
        ),
    ] {
        let length = text.trim().chars().count();
        if length == 0 {
            problem(field, missing);
        } else if length > LONGEST || text.chars().any(char::is_control) {
            problem(field, long);
        }
    }
    let known = |scope: &String| SCOPES.iter().any(|(code, _)| code == scope);
    if proposal.scopes.is_empty() || !proposal.scopes.iter().all(known) {
        problem("scopes", "Choose what they may do");
    }
    let last = today.saturating_add(1.year());
    match proposal.until {
        None => problem("day", "Enter the last day on which they may act for you"),
        Some(until) if until <= today => problem("day", "The last day must be after today"),
        Some(until) if until > last => problem("day", "The last day must be within a year from today"),
        Some(_) => {}
    }
    match (proposal.until, problems.is_empty()) {
        (Some(until), true) => Ok(until),
        _ => Err(ActionError::Form(problems)),
    }
}

/// A Consent by which somebody acts for the person.
pub(super) fn consent_of(stored: &Stored) -> Option<Value> {
    let consent: Value = serde_json::from_slice(&stored.json).ok()?;
    let is_proxy = codes_of(&consent["category"]).any(|code| code == codes::access::PROXY);
    is_proxy.then_some(consent)
}

/// The codes of ours in a list of concepts.
pub(super) fn codes_of(concepts: &Value) -> impl Iterator<Item = &str> {
    let concepts = concepts.as_array().into_iter().flatten();
    let codings = concepts.flat_map(|concept| concept["coding"].as_array().into_iter().flatten());
    codings
        .filter(|coding| coding["system"] == codes::access::SYSTEM)
        .filter_map(|coding| coding["code"].as_str())
}

/// What a Consent gives, by code.
pub(super) fn scopes(consent: &Value) -> Vec<String> {
    let actions = codes_of(&consent["provision"]["action"]);
    actions.map(str::to_owned).collect()
}

pub(super) fn end(consent: &Value) -> Option<Date> {
    day(consent, "end")
}

pub(super) fn day(consent: &Value, edge: &str) -> Option<Date> {
    let text = consent["provision"]["period"][edge].as_str()?;
    match text.parse::<Timestamp>() {
        Ok(moment) => Some(care::london::date_of(moment)),
        Err(_) => text.parse().ok(),
    }
}

pub(super) fn state(consent: &Value, today: Date) -> Option<ProxyState> {
    let begun = day(consent, "start").is_none_or(|start| start <= today);
    match consent["status"].as_str() {
        Some("active") if begun && end(consent).is_some_and(|end| today <= end) => Some(ProxyState::Acts),
        Some("active") => Some(ProxyState::NotNow),
        Some("proposed") => Some(ProxyState::WaitsForPractice),
        _ => None,
    }
}

/// Who it is, as the Consent or somebody related among these resources says.
pub(super) fn name_of_consent(consent: &Value, resources: &[Stored]) -> String {
    let who = &consent["provision"]["actor"][0]["reference"];
    if let Some(name) = who["display"].as_str() {
        return name.to_owned();
    }
    let named = who["reference"]
        .as_str()
        .and_then(|text| text.strip_prefix("RelatedPerson/"));
    let related = resources
        .iter()
        .find(|stored| stored.resource_type.name() == "RelatedPerson" && Some(stored.id.as_str()) == named);
    related
        .and_then(|stored| {
            let record =
                mapping::Reading::of(std::iter::once(stored.json.as_slice())).record(std::iter::empty());
            record.contacts.first().map(|contact| contact.what.name_words())
        })
        .unwrap_or_else(|| "Somebody without a name here".to_owned())
}
