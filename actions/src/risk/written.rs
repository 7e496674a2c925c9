//! How what is kept of a risk is made: as FHIR in the person's record, by whoever does it, through the door.

use ::record::{Change, Commit, Expected, Idempotency, Stored};
use codes::risk;
use fhir::ResourceType;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::error::is_writable;
use crate::record::read;
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

/// What is done for one person is their care.
pub(super) const PURPOSE: Purpose = Purpose::DirectCare;
/// The longest words, in characters.
pub(super) const MOST_WORDS: usize = 500;

/// A concept with one of our codes and its words.
pub(super) fn concept(code: &str, words: &str) -> Value {
    json!({ "coding": [{ "system": risk::SYSTEM, "code": code }], "text": words })
}

/// Whether a concept has this code of ours.
pub(super) fn is(concept: &Value, code: &str) -> bool {
    let mut codings = concept["coding"].as_array().into_iter().flatten();
    codings.any(|coding| coding["system"] == risk::SYSTEM && coding["code"] == code)
}

/// Our code in a concept.
pub(super) fn code_of(concept: &Value) -> Option<&str> {
    let mut codings = concept["coding"].as_array().into_iter().flatten();
    codings
        .find(|coding| coding["system"] == risk::SYSTEM)
        .and_then(|coding| coding["code"].as_str())
}

/// Whoever does it, as the record names them.
pub(super) fn who(actor: &Actor) -> Value {
    let worker = actor.standing.parties.iter();
    let worker = worker
        .filter(|party| ["PractitionerRole", "Practitioner"].contains(&party.resource_type.name()))
        .max_by_key(|party| party.resource_type.name() == "PractitionerRole");
    match worker {
        Some(party) => json!({ "reference": format!("{}/{}", party.resource_type.name(), party.id) }),
        None => json!({ "identifier": { "system": codes::access::ACTOR, "value": actor.id } }),
    }
}

/// The organisation of whoever does it: the owner of a task for its team.
pub(crate) fn organisation(actor: &Actor) -> Value {
    let parties = actor.standing.parties.iter();
    let own = parties
        .into_iter()
        .find(|party| party.resource_type.name() == "Organization");
    match (own, &actor.organisation) {
        (Some(party), _) => json!({ "reference": format!("Organization/{}", party.id) }),
        (None, Some(code)) => {
            json!({ "identifier": { "system": codes::system::ODS_ORGANISATION, "value": code } })
        }
        (None, None) => who(actor),
    }
}

/// Words that may be left out, within their length.
pub(super) fn words(field: &'static str, typed: &str, fewest: usize) -> Result<String, FieldProblem> {
    let typed = typed.trim();
    let length = typed.chars().count();
    let problem = |words: String| Err(FieldProblem { field, words });
    if length < fewest {
        return problem(format!("Say why in at least {fewest} characters"));
    }
    if length > MOST_WORDS || !is_writable(typed) {
        return problem(format!(
            "Use at most {MOST_WORDS} characters, without control characters"
        ));
    }
    Ok(typed.to_owned())
}

/// Keeps something new. The door decides whether this actor may.
pub(super) async fn create(actions: &Actions, actor: &Actor, resource: &Value) -> Result<(), ActionError> {
    let prepared = actions.prepared(resource.to_string().as_bytes())?;
    let commit = Commit::new("risk", vec![Change::Create { id: None, prepared }]);
    actions.commit(actor, PURPOSE, commit).await?;
    Ok(())
}

/// As [`create`], once however often it is asked for under this key, whatever the day.
pub(super) async fn create_once(
    actions: &Actions,
    actor: &Actor,
    resource: &Value,
    key: String,
) -> Result<(), ActionError> {
    let prepared = actions.prepared(resource.to_string().as_bytes())?;
    let commit = Commit {
        idempotency: Some(Idempotency {
            client: actor.id.clone(),
            digest: Sha256::digest(key.as_bytes()).into(),
            key,
            note: Vec::new(),
        }),
        ..Commit::new("risk", vec![Change::Create { id: None, prepared }])
    };
    actions.commit(actor, PURPOSE, commit).await?;
    Ok(())
}

/// Puts a resource in the place of the version that was read.
pub(super) async fn put(
    actions: &Actions,
    actor: &Actor,
    stored: &Stored,
    resource: &Value,
) -> Result<(), ActionError> {
    let commit = Commit::new(
        "risk",
        vec![Change::Put {
            id: stored.id.clone(),
            prepared: actions.prepared(resource.to_string().as_bytes())?,
            expected: Expected::Version(stored.version),
        }],
    );
    actions.commit(actor, PURPOSE, commit).await?;
    Ok(())
}

/// A Task of ours with this code in the record of this person, as it is now.
pub(super) async fn task(
    actions: &Actions,
    actor: &Actor,
    patient: &str,
    id: &str,
    code: &str,
) -> Result<(Stored, Value), ActionError> {
    let kind = ResourceType::from_name("Task").ok_or(ActionError::NotFound)?;
    let stored = read(actions, actor, PURPOSE, kind, id).await?;
    let task: Value = serde_json::from_slice(&stored.json).map_err(|_| ActionError::NotFound)?;
    let theirs = task["for"]["reference"] == format!("Patient/{patient}");
    if !theirs || !is(&task["code"], code) {
        return Err(ActionError::NotFound);
    }
    Ok((stored, task))
}
