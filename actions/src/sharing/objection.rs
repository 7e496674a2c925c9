//! The person's objection to risk stratification: made and taken back by themself, or by those who treat them when they say so
//! (safety rule 21). A proxy cannot (safety rule 14): nothing here is about anybody else's record.
//!
//! It is a Consent of ours in the record. While one stands the columns leave the whole record out of every run for that purpose,
//! and the door reads nothing of it for it. The person's care is another purpose, and is as it was.

use ::record::{Change, Stored};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::acting::{own_patient, own_resources};
use super::consent::{keep, keep_for, made, put};
use super::decide::theirs;
use crate::risk::organisation;
use crate::{ActionError, Actions, Actor, FieldProblem};

/// The types of resource by which an objection is kept.
pub(super) const OBJECTIONS: [&str; 1] = ["Consent"];

/// An objection that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Objection {
    /// Since when; nothing when the Consent does not say.
    pub since: Option<Date>,
    /// Those who treat the person wrote it down for them.
    pub for_them: bool,
}

/// What the person said, as those who treat them write it down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Decision {
    /// They object; otherwise they take it back.
    pub objects: bool,
    /// The person said so themself, not somebody for them.
    pub said_by_person: bool,
}

/// The person's own objection, when one stands.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but the person; [`ActionError::Unavailable`].
pub async fn objection(actions: &Actions, actor: &Actor) -> Result<Option<Objection>, ActionError> {
    super::own(actions, actor).await?;
    Ok(oldest(&own_consents(actions, actor).await?))
}

/// The person objects. One that stands already is enough.
///
/// # Errors
/// As [`objection`].
pub async fn object(actions: &Actions, actor: &Actor) -> Result<(), ActionError> {
    if objection(actions, actor).await?.is_some() {
        return Ok(());
    }
    let patient = own_patient(actor).ok_or(ActionError::NotFound)?;
    let change = made(actions, &consent(actions, patient, None))?;
    keep_for(actions, actor, vec![change]).await
}

/// The person takes their objection back: every one that stands ends in one commit.
///
/// # Errors
/// As [`objection`]; [`ActionError::Conflict`] when somebody changed it meanwhile.
pub async fn take_back_objection(actions: &Actions, actor: &Actor) -> Result<(), ActionError> {
    super::own(actions, actor).await?;
    let changes = ended(actions, &own_consents(actions, actor).await?)?;
    keep_for(actions, actor, changes).await
}

/// Whether a person objects, for those of the staff who may write it down.
///
/// # Errors
/// [`ActionError::NotFound`] for whoever may not; [`ActionError::Unavailable`].
pub async fn objection_of(
    actions: &Actions,
    actor: &Actor,
    person: &str,
) -> Result<Option<Objection>, ActionError> {
    let (_, consents) = theirs(actions, actor, person, OBJECTIONS).await?;
    Ok(oldest(&consents))
}

/// Writes down what the person said.
///
/// # Errors
/// [`ActionError::Form`] when it was not the person who said so; [`ActionError::NotFound`] for whoever may not write it;
/// [`ActionError::Conflict`] when somebody changed it meanwhile; [`ActionError::Unavailable`].
pub async fn decide_objection(
    actions: &Actions,
    actor: &Actor,
    person: &str,
    decision: Decision,
) -> Result<(), ActionError> {
    let (patient, consents) = theirs(actions, actor, person, ["Consent"]).await?;
    if !decision.said_by_person {
        return Err(ActionError::Form(vec![FieldProblem {
            field: "said-by-person",
            words: "Confirm that the person said so themself: nobody who acts for them can".to_owned(),
        }]));
    }
    let changes = match (decision.objects, oldest(&consents)) {
        (true, Some(_)) => Vec::new(),
        (true, None) => vec![made(actions, &consent(actions, &patient, Some(actor)))?],
        (false, _) => ended(actions, &consents)?,
    };
    keep(actions, actor, changes).await
}

async fn own_consents(actions: &Actions, actor: &Actor) -> Result<Vec<Stored>, ActionError> {
    own_resources(actions, actor, |kind| kind.name() == "Consent").await
}

/// The Consent; `writer` is whoever of the staff writes it for the person.
fn consent(actions: &Actions, patient: &str, writer: Option<&Actor>) -> Value {
    let code = |code: &str| json!({ "system": codes::access::SYSTEM, "code": code });
    let person = json!({ "reference": format!("Patient/{patient}") });
    let now = actions.care_now().timestamp().to_string();
    let mut consent = json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [code(codes::access::OBJECTION)], "text": "Objection to risk stratification" }],
        "patient": person,
        "dateTime": now,
        "performer": [person],
        "policyRule": { "text": "The record is left out when people who may need help are looked for; care goes on as it was" },
        "provision": { "type": "deny", "purpose": [code(codes::access::RISK_STRATIFICATION)] },
    });
    if let Some(writer) = writer {
        consent["organization"] = json!([organisation(writer)]);
        consent["verification"] = json!([{
            "verified": true,
            "verifiedWith": person,
            "verificationDate": now,
        }]);
    }
    consent
}

/// The changes by which every objection that stands ends.
fn ended(actions: &Actions, consents: &[Stored]) -> Result<Vec<Change>, ActionError> {
    let all = consents
        .iter()
        .filter_map(|stored| Some((stored, standing(stored)?)));
    all.map(|(stored, mut consent)| {
        consent["status"] = json!("inactive");
        put(actions, stored, &consent)
    })
    .collect()
}

/// A Consent that is an objection to risk stratification and stands, as the columns read one.
fn standing(stored: &Stored) -> Option<Value> {
    let stands = ::population::facts::objects_to_stratification(&stored.json);
    stands
        .then(|| serde_json::from_slice(&stored.json).ok())
        .flatten()
}

/// Of those that stand, the one that has stood longest.
fn oldest(consents: &[Stored]) -> Option<Objection> {
    let all = consents.iter().filter_map(standing);
    all.map(|consent| Objection {
        since: consent["dateTime"].as_str().and_then(day),
        for_them: consent.get("verification").is_some(),
    })
    .min_by_key(|one| one.since)
}

/// The day in London of a moment, or a date as it stands.
fn day(text: &str) -> Option<Date> {
    match text.parse::<Timestamp>() {
        Ok(moment) => Some(care::london::date_of(moment)),
        Err(_) => text.parse().ok(),
    }
}
