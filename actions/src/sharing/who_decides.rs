//! Who decides about the record, as a clinician found: whether a person under 16 is competent (Gillick), whether somebody lacks
//! capacity for this decision, who their attorneys are, and (`parents`) who has parental responsibility.
//!
//! An attorney for health and welfare acts only while the person lacks capacity for the decision (Mental Capacity Act 2005, section
//! 11(7)(a)); one for property and financial affairs never sees a record (safety rule 14). Every finding has its reason in words, and
//! whoever found it; a want of capacity has a day on which somebody looks again.

use std::sync::Arc;

use ::record::access::Facts;
use ::record::{Change, Role, Stored};
use codes::nhs_number::NhsNumber;
use fhir::{LocalReference, ResourceType};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::consent::{keep, made, put, related_to};
use super::decide::{refuse_oneself, theirs};
use super::parents::{Parent, ParentLine, birthday, entered, parents};
use super::proxies::{SCOPES, codes_of, day, scopes};
use crate::error::is_writable;
use crate::person::{page_id, patient_id};
use crate::risk::organisation;
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

const PURPOSE: Purpose = Purpose::DirectCare;
/// The types of resource by which it is kept.
pub(super) const TYPES: [&str; 2] = ["Consent", "RelatedPerson"];
/// A finding in words, in characters.
const WORDS: std::ops::RangeInclusive<usize> = 10..=500;
/// From this age capacity goes by the Mental Capacity Act 2005 (section 2(5)); below it, by competence.
const CAPACITY_FROM: u8 = care::access::children::ADULT_CONSENT;
/// From this age a person can give a lasting power of attorney (section 9(2)(c)).
const ATTORNEY_FROM: u8 = 18;

/// What a clinician found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub since: Option<Date>,
    /// The day on which somebody looks again, of a want of capacity.
    pub until: Option<Date>,
    pub words: String,
}

/// An attorney for health and welfare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttorneyLine {
    /// The Consent's id for addresses.
    pub page: String,
    pub name: String,
    /// What they may do while they act, by code of [`SCOPES`].
    pub scopes: Vec<String>,
    pub until: Option<Date>,
    /// The person lacks capacity now, so they act.
    pub acts: bool,
}

/// How it stands with who decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhoDecides {
    /// Whole years, 18 for everyone older; nothing when the birth date is not known.
    pub age: Option<u8>,
    /// Found competent under 16.
    pub competent: Option<Found>,
    /// Lacks capacity, until a day.
    pub lacks_capacity: Option<Found>,
    pub attorneys: Vec<AttorneyLine>,
    /// Those with parental responsibility on record.
    pub parents: Vec<ParentLine>,
    /// The 16th birthday, on which that ends; nothing when the birth date is not known.
    pub sixteenth: Option<Date>,
}

/// An attorney, as a clinician enters one.
#[derive(Debug, Clone, Default)]
pub struct Attorney {
    pub name: String,
    /// Their own NHS number, by which they are known when they sign in.
    pub nhs_number: String,
    /// The number under which the Office of the Public Guardian registered the power: 12 digits.
    pub registered: String,
    /// `health-and-welfare` or `property`, as the power says.
    pub power: String,
    /// Codes of [`SCOPES`].
    pub scopes: Vec<String>,
    pub until: Option<Date>,
    /// The registered power was seen, and the attorney showed who they are.
    pub seen: bool,
}

/// What a clinician says.
#[derive(Debug, Clone)]
pub enum Said {
    /// The person under 16 decides for themself; the finding in words.
    Competent(String),
    /// That is over.
    NotCompetent,
    /// The person lacks capacity for this decision: the finding in words, and the day on which somebody looks again.
    LacksCapacity(String, Option<Date>),
    /// That is over.
    HasCapacity,
    /// There is an attorney.
    Attorney(Attorney),
    /// Of whom this is the id: they are attorney no longer.
    NoAttorney(String),
    /// Somebody has parental responsibility.
    Parent(Parent),
    /// Of whom this is the id: they have it no longer.
    NoParent(String),
}

/// How it stands, for clinicians who may write it down.
///
/// # Errors
/// [`ActionError::NotFound`] for whoever may not; [`ActionError::Unavailable`].
pub async fn who_decides(actions: &Actions, actor: &Actor, person: &str) -> Result<WhoDecides, ActionError> {
    let (patient, resources) = of_person(actions, actor, person).await?;
    let (age, facts) = age(actions, actor, &patient).await?;
    let today = actions.care_now().date();
    let lacks_capacity = standing(&resources, codes::access::LACKS_CAPACITY)
        .map(|(_, consent)| found(&consent))
        .filter(|found| found.until.is_some_and(|until| today <= until))
        .max_by_key(|found| found.until);
    let mut attorneys = Vec::new();
    for (stored, consent) in standing(&resources, codes::access::ATTORNEY) {
        let until = day(&consent, "end");
        let name = &consent["provision"]["actor"][0]["reference"]["display"];
        attorneys.push(AttorneyLine {
            page: page_id(actions, actor, PURPOSE, &stored.id)?,
            name: name.as_str().unwrap_or_default().to_owned(),
            scopes: scopes(&consent),
            until,
            acts: lacks_capacity.is_some() && until.is_some_and(|until| today <= until),
        });
    }
    attorneys.sort_by(|a, b| (&a.name, &a.page).cmp(&(&b.name, &b.page)));
    Ok(WhoDecides {
        age,
        competent: standing(&resources, codes::access::COMPETENT)
            .map(|(_, consent)| found(&consent))
            .next(),
        lacks_capacity,
        attorneys,
        parents: parents(actions, actor, &facts, &resources)?,
        sixteenth: birthday(&facts, CAPACITY_FROM),
    })
}

/// Writes down what a clinician found.
///
/// # Errors
/// [`ActionError::Form`] naming the fields; [`ActionError::NotFound`] for whoever may not, and of an attorney who is none;
/// [`ActionError::Conflict`] when somebody changed it meanwhile; [`ActionError::Unavailable`].
pub async fn decide_capacity(
    actions: &Actions,
    actor: &Actor,
    person: &str,
    said: &Said,
) -> Result<(), ActionError> {
    let (patient, resources) = of_person(actions, actor, person).await?;
    let (age, facts) = age(actions, actor, &patient).await?;
    let today = actions.care_now().date();
    let end = |category, only: Option<&str>| ended(actions, &resources, category, only);
    let changes = match said {
        Said::Competent(words) => {
            check_words(words, age.is_some_and(|age| age < CAPACITY_FROM), UNDER_16)?;
            let code = codes::access::COMPETENT;
            let mut changes = end(code, None)?;
            changes.push(made(
                actions,
                &finding(actions, actor, &patient, code, words, None),
            )?);
            changes
        }
        Said::NotCompetent => end(codes::access::COMPETENT, None)?,
        Said::LacksCapacity(words, until) => {
            check_words(words, age.is_none_or(|age| age >= CAPACITY_FROM), FROM_16)?;
            let until = check_until(*until, today, "capacity-until")?;
            let code = codes::access::LACKS_CAPACITY;
            let mut changes = end(code, None)?;
            changes.push(made(
                actions,
                &finding(actions, actor, &patient, code, words, Some(until)),
            )?);
            changes
        }
        Said::HasCapacity => end(codes::access::LACKS_CAPACITY, None)?,
        Said::Attorney(attorney) => {
            let (number, until) = check_attorney(attorney, age, today)?;
            refuse_oneself(actions, actor, &patient, &number).await?;
            let (role, name) = (json!({ "text": ATTORNEY }), attorney.name.trim());
            let (party, new) = related_to(actions, &patient, &resources, &number, &role, name).await?;
            let consent = attorney_consent(actions, actor, &patient, attorney, &party, until);
            new.into_iter().chain([made(actions, &consent)?]).collect()
        }
        Said::Parent(parent) => entered(actions, actor, &patient, (age, &facts), &resources, parent).await?,
        Said::NoAttorney(page) | Said::NoParent(page) => {
            let id = patient_id(actions, actor, PURPOSE, page).ok_or(ActionError::NotFound)?;
            let category = match said {
                Said::NoParent(_) => codes::access::PARENT,
                _ => codes::access::ATTORNEY,
            };
            let changes = end(category, Some(&id))?;
            if changes.is_empty() {
                return Err(ActionError::NotFound);
            }
            changes
        }
    };
    keep(actions, actor, changes).await
}

/// Who an attorney is to the person, in words.
const ATTORNEY: &str = "Attorney for health and welfare";
const UNDER_16: &str = "Competence is found of somebody under 16; from 16 on a person decides for themself";
const FROM_16: &str = "Capacity is assessed from 16 on; of somebody younger say whether they are competent";

/// Who decides is a clinician's finding.
pub(super) fn is_clinician(actor: &Actor) -> bool {
    matches!(actor.role, Role::Clinician | Role::Development)
}

/// The Patient and what is kept of who decides, for a clinician who may write it.
async fn of_person(
    actions: &Actions,
    actor: &Actor,
    person: &str,
) -> Result<(String, Vec<Stored>), ActionError> {
    if !is_clinician(actor) {
        return Err(ActionError::NotFound);
    }
    theirs(actions, actor, person, TYPES).await
}

/// How old the person is in whole years, and what else the rules know of them.
async fn age(
    actions: &Actions,
    actor: &Actor,
    patient: &str,
) -> Result<(Option<u8>, Arc<Facts>), ActionError> {
    let reference = LocalReference {
        resource_type: ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?,
        id: patient.to_owned(),
    };
    let facts = actions.record.facts_of(&reference).await?;
    Ok((actions.judge(actor, PURPOSE).situation(&facts).age, facts))
}

/// The active Consents with this category of ours.
pub(super) fn standing<'r>(
    resources: &'r [Stored],
    category: &'r str,
) -> impl Iterator<Item = (&'r Stored, Value)> {
    let consents = resources
        .iter()
        .filter(|stored| stored.resource_type.name() == "Consent");
    consents.filter_map(move |stored| {
        let consent: Value = serde_json::from_slice(&stored.json).ok()?;
        let stands =
            consent["status"] == "active" && codes_of(&consent["category"]).any(|code| code == category);
        stands.then_some((stored, consent))
    })
}

/// The changes by which those that stand end; of one alone where its id is given.
fn ended(
    actions: &Actions,
    resources: &[Stored],
    category: &str,
    only: Option<&str>,
) -> Result<Vec<Change>, ActionError> {
    standing(resources, category)
        .filter(|(stored, _)| only.is_none_or(|id| stored.id == id))
        .map(|(stored, mut consent)| {
            consent["status"] = json!("inactive");
            put(actions, stored, &consent)
        })
        .collect()
}

fn found(consent: &Value) -> Found {
    let words = &consent["provision"]["code"][0]["text"];
    Found {
        since: day(consent, "start"),
        until: day(consent, "end"),
        words: words.as_str().unwrap_or_default().to_owned(),
    }
}

/// A Consent by which a finding of ours is kept.
fn finding(
    actions: &Actions,
    actor: &Actor,
    patient: &str,
    category: &str,
    words: &str,
    until: Option<Date>,
) -> Value {
    let mut consent = consent(actions, actor, patient, category);
    consent["policyRule"] = json!({ "text": "What a clinician found of who decides about the record" });
    consent["provision"]["code"] = json!([{ "text": words.trim() }]);
    if let Some(until) = until {
        consent["provision"]["period"]["end"] = json!(until.to_string());
    }
    consent
}

pub(super) fn consent(actions: &Actions, actor: &Actor, patient: &str, category: &str) -> Value {
    let now = actions.care_now();
    json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": codes::access::SYSTEM, "code": category }] }],
        "patient": { "reference": format!("Patient/{patient}") },
        "dateTime": now.timestamp().to_string(),
        "organization": [organisation(actor)],
        "performer": [{ "identifier": { "system": codes::access::ACTOR, "value": actor.id } }],
        "provision": { "type": "permit", "period": { "start": now.date().to_string() } },
    })
}

fn attorney_consent(
    actions: &Actions,
    actor: &Actor,
    patient: &str,
    attorney: &Attorney,
    party: &LocalReference,
    until: Date,
) -> Value {
    let mut consent = consent(actions, actor, patient, codes::access::ATTORNEY);
    let code = |code: &String| json!({ "coding": [{ "system": codes::access::SYSTEM, "code": code }] });
    let given: Vec<Value> = attorney.scopes.iter().map(code).collect();
    consent["policyRule"] =
        json!({ "text": "An attorney acts while the person lacks capacity, within what is given" });
    consent["sourceReference"] = json!({ "display": format!(
        "Lasting power of attorney for health and welfare, registered as {}", digits(&attorney.registered)) });
    consent["provision"]["period"]["end"] = json!(until.to_string());
    consent["provision"]["actor"] = json!([{
        "role": { "text": ATTORNEY },
        "reference": { "reference": format!("RelatedPerson/{}", party.id), "display": attorney.name.trim() },
    }]);
    consent["provision"]["action"] = json!(given);
    consent
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

pub(super) fn wrong(field: &'static str, words: &str) -> FieldProblem {
    FieldProblem {
        field,
        words: words.to_owned(),
    }
}

fn check_words(words: &str, of_this_age: bool, otherwise: &str) -> Result<(), ActionError> {
    let words = words.trim();
    let mut problems = Vec::new();
    if !of_this_age {
        problems.push(wrong("words", otherwise));
    } else if !WORDS.contains(&words.chars().count()) || !is_writable(words) {
        problems.push(wrong(
            "words",
            "Say in 10 to 500 characters how you found it, without control characters",
        ));
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(ActionError::Form(problems))
}

/// A day within a year from today on.
fn check_until(until: Option<Date>, today: Date, field: &'static str) -> Result<Date, ActionError> {
    match until {
        Some(until) if today < until && until <= today.saturating_add(1.year()) => Ok(until),
        _ => Err(ActionError::Form(vec![wrong(
            field,
            "Enter a day after today and within a year from today",
        )])),
    }
}

fn check_attorney(
    attorney: &Attorney,
    age: Option<u8>,
    today: Date,
) -> Result<(NhsNumber, Date), ActionError> {
    let mut problems = Vec::new();
    if age.is_some_and(|age| age < ATTORNEY_FROM) {
        problems.push(wrong(
            "name",
            "Nobody under 18 can have given a lasting power of attorney",
        ));
    }
    match attorney.power.as_str() {
        "health-and-welfare" => {}
        "property" => problems.push(wrong(
            "power",
            "An attorney for property and financial affairs never sees a health record",
        )),
        _ => problems.push(wrong("power", "Choose what the power is for")),
    }
    let length = attorney.name.trim().chars().count();
    if !(1..=100).contains(&length) || !is_writable(attorney.name.trim()) {
        problems.push(wrong(
            "name",
            "Enter the attorney's name, in 100 characters or fewer",
        ));
    }
    let number = NhsNumber::parse(attorney.nhs_number.trim());
    if number.is_err() {
        problems.push(wrong(
            "nhs-number",
            "Enter the attorney's own NHS number: 10 digits, the last of which checks the others",
        ));
    }
    if digits(&attorney.registered).len() != 12 {
        problems.push(wrong(
            "registered",
            "Enter the 12 digits under which the Office of the Public Guardian registered the power",
        ));
    }
    let known = |scope: &String| SCOPES.iter().any(|(code, _)| code == scope);
    if attorney.scopes.is_empty() || !attorney.scopes.iter().all(known) {
        problems.push(wrong("scopes", "Choose what they may do"));
    }
    let until = match check_until(attorney.until, today, "attorney-until") {
        Ok(until) => Some(until),
        Err(ActionError::Form(more)) => {
            problems.extend(more);
            None
        }
        Err(error) => return Err(error),
    };
    if !attorney.seen {
        problems.push(wrong(
            "seen",
            "Confirm that you saw the registered power and that the attorney showed who they are",
        ));
    }
    match (number, until) {
        (Ok(number), Some(until)) if problems.is_empty() => Ok((number, until)),
        _ => Err(ActionError::Form(problems)),
    }
}
