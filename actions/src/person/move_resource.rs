//! A fact that was filed to the wrong person is moved: it ends there, leaving its earlier versions to nobody else, and
//! begins with the right person, in one commit.

use ::record::audit::Reader;
use ::record::{Change, Deed, Expected, ReadError, Stored};
use fhir::{Document, HomeRule, Issue, IssueCode, LocalReference, ResourceType};
use serde_json::Value;

use super::allowed::{may_keep_records, reason};
use crate::record::{Precondition, Request, Written, kept, single};
use crate::{ActionError, Actions, Actor, Purpose};

/// A resource that was moved.
#[derive(Debug, Clone)]
pub struct Moved {
    /// As it is with the right person.
    pub written: Written,
    /// Everyone who read the wrong person's record since it was filed there: they may have acted on it and are to be
    /// told.
    pub readers: Vec<Reader>,
}

/// Moves `resource_type/id` to the record of the Patient `to`. Every reference to the wrong Patient becomes one to the
/// right one, without the display and identifier beside it; a generated narrative goes, because it may name the wrong
/// person. A resource that refers to others of the wrong person is refused: those are moved first.
///
/// # Errors
/// [`ActionError::Forbidden`], [`ActionError::NotFound`], [`ActionError::Gone`], [`ActionError::Conflict`];
/// [`ActionError::Rule`] when the reason is none, or it is about nobody or with that person already;
/// [`ActionError::Invalid`] naming each reference that holds it back; [`ActionError::Unavailable`].
#[expect(
    clippy::too_many_arguments,
    reason = "who, why, what, where, and on which version"
)]
pub async fn move_resource(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    (resource_type, id): (ResourceType, &str),
    to: &str,
    why: &str,
    precondition: Precondition,
) -> Result<Moved, ActionError> {
    may_keep_records(actions, actor, &[to]).await?;
    let reason = reason(Deed::Move, why)?;
    if actions.record.identity(to).await?.is_none() {
        return Err(rule("to", format!("no person is on record as Patient/{to}")));
    }
    let (stored, since) = filed(actions, actor, purpose, resource_type, id).await?;
    let wrong = wrong_person(actions, &stored)?;
    may_keep_records(actions, actor, &[&wrong.id]).await?;
    if wrong.id == to {
        return Err(rule("to", "it is with this person already".to_owned()));
    }
    let mut json: Value =
        serde_json::from_slice(&stored.json).map_err(|error| ActionError::Unavailable(error.to_string()))?;
    let mut others = Vec::new();
    rename(&mut json, resource_type.name(), &wrong.id, to, &mut others);
    let generated = json.pointer("/text/status").and_then(Value::as_str) == Some("generated");
    if let (true, Value::Object(members)) = (generated, &mut json) {
        members.shift_remove("text");
    }
    let held_back = held_back(actions, actor, purpose, &stored, others).await?;
    if !held_back.is_empty() {
        return Err(ActionError::Invalid(held_back));
    }
    let bytes = json.to_string().into_bytes();
    let prepared = actions.prepared(&bytes)?;
    let body = prepared.body.clone();
    let change = Change::Move {
        id: id.to_owned(),
        prepared,
        expected: match precondition {
            Precondition::None => Expected::Version(stored.version),
            said => said.expected(),
        },
        reason,
    };
    let what = format!("move {}/{id} {to} {why}", resource_type.name());
    let commit = single(request, request.idempotency(actor, &what, &[]), change);
    // The officer decides, and sees nothing of anybody's health: the house moves it in their name.
    let committed = actions.commit_in_name(actor, purpose, commit).await?;
    let written = kept(committed, Some(body))?;
    let readers = actions
        .record
        .readers_of(&[stored.person], since, written.updated)
        .await?;
    Ok(Moved { written, readers })
}

fn rule(about: &'static str, words: String) -> ActionError {
    ActionError::Rule { about, words }
}

/// The resource, and when its first version with this person was kept.
async fn filed(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    resource_type: ResourceType,
    id: &str,
) -> Result<(Stored, jiff::Timestamp), ActionError> {
    let sight = actions.house_sight(purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let held = ask.read(resource_type, id).await;
    let history = ask.history(resource_type, id, None, 1000).await;
    let disclosed = ask.disclose().await?;
    let stored = held?.open(&disclosed);
    let first = history?.open(&disclosed).items.pop();
    let since = first.map_or(stored.updated, |first| first.updated);
    Ok((stored, since))
}

/// Whom the resource is about.
fn wrong_person(actions: &Actions, stored: &Stored) -> Result<LocalReference, ActionError> {
    let document = Document::scan(&stored.json, &actions.limits).map_err(ActionError::Invalid)?;
    let home = document.root().home(&|_| None);
    match home {
        HomeRule::Person(people) => people.into_iter().next(),
        HomeRule::Unit(_) | HomeRule::Itself => None,
    }
    .ok_or_else(|| {
        let words =
            "it is about no person, or is a person itself; only what is in a person's record is moved";
        rule("resource", words.to_owned())
    })
}

/// Puts one person in the place of another, and lists the references to anything else with their places.
fn rename(value: &mut Value, place: &str, from: &str, to: &str, others: &mut Vec<(String, String)>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                rename(item, &format!("{place}[{index}]"), from, to, others);
            }
        }
        Value::Object(members) => {
            let reference = members
                .get("reference")
                .and_then(Value::as_str)
                .map(str::to_owned);
            match reference {
                Some(reference) if is_patient(&reference, from) => {
                    members.insert("reference".to_owned(), format!("Patient/{to}").into());
                    members.shift_remove("display");
                    members.shift_remove("identifier");
                }
                Some(reference) => others.push((format!("{place}.reference"), reference)),
                None => {}
            }
            for (name, member) in members {
                rename(member, &format!("{place}.{name}"), from, to, others);
            }
        }
        _ => {}
    }
}

/// `Patient/id`, also of a version.
fn is_patient(reference: &str, id: &str) -> bool {
    reference.strip_prefix("Patient/").is_some_and(|rest| {
        rest == id
            || rest
                .strip_prefix(id)
                .is_some_and(|rest| rest.starts_with("/_history/"))
    })
}

/// What the resource refers to and the wrong person keeps.
async fn held_back(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    stored: &Stored,
    others: Vec<(String, String)>,
) -> Result<Vec<Issue>, ActionError> {
    let sight = actions.house_sight(purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let mut held = Vec::new();
    for (place, reference) in others {
        let Some((kind, id)) = reference.split_once('/') else {
            continue;
        };
        let Some(kind) = ResourceType::from_name(kind) else {
            continue;
        };
        let id = id.split('/').next().unwrap_or_default();
        match ask.read(kind, id).await {
            Ok(found) => held.push((place, found)),
            Err(ReadError::Storage(error)) => return Err(error.into()),
            Err(_) => {}
        }
    }
    let disclosed = ask.disclose().await?;
    Ok(held
        .into_iter()
        .map(|(place, found)| (place, found.open(&disclosed)))
        .filter(|(_, found)| found.person == stored.person)
        .map(|(place, found)| {
            let words = format!(
                "it refers to {}/{}, which is in the wrong person's record; move that first, or take the reference out",
                found.resource_type.name(),
                found.id
            );
            Issue::error(IssueCode::BusinessRule, Some(place), words)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_to_the_wrong_person_changes_and_nothing_beside_it_names_them() {
        let text = r#"{"subject":{"reference":"Patient/a","display":"Ada","identifier":{"value":"9990548609"}},"performer":[{"reference":"Practitioner/p","display":"Dr P"},{"reference":"Patient/a/_history/3"}],"focus":{"reference":"Patient/ab"}}"#;
        let mut json: Value = serde_json::from_str(text).expect("JSON");
        let mut others = Vec::new();
        rename(&mut json, "Observation", "a", "b", &mut others);
        let expected = r#"{"subject":{"reference":"Patient/b"},"performer":[{"reference":"Practitioner/p","display":"Dr P"},{"reference":"Patient/b"}],"focus":{"reference":"Patient/ab"}}"#;
        assert_eq!(json.to_string(), expected);
        let places: Vec<_> = others.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(
            places,
            [
                "Observation.performer[0].reference",
                "Observation.focus.reference"
            ]
        );
    }
}
