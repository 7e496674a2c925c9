//! How what somebody decided is kept: Consents made and changed, and whoever they name as somebody related. Whoever decides has been
//! looked at before; no document of another system can say the same (`keepAccess`), so nothing here goes by way of one.

use ::record::{Change, Commit, Expected, Stored};
use codes::nhs_number::NhsNumber;
use fhir::{LocalReference, ResourceType};
use serde_json::{Value, json};

use crate::{ActionError, Actions, Actor, Purpose};

const PURPOSE: Purpose = Purpose::DirectCare;

/// Makes a resource.
pub(super) fn made(actions: &Actions, json: &Value) -> Result<Change, ActionError> {
    Ok(Change::Create {
        id: None,
        prepared: actions.prepared(json.to_string().as_bytes())?,
    })
}

/// Puts a resource in the place of the version that was read.
pub(super) fn put(actions: &Actions, stored: &Stored, json: &Value) -> Result<Change, ActionError> {
    Ok(Change::Put {
        id: stored.id.clone(),
        prepared: actions.prepared(json.to_string().as_bytes())?,
        expected: Expected::Version(stored.version),
    })
}

/// Keeps, in one commit, what a member of staff decided: as much as they may write.
pub(super) async fn keep(actions: &Actions, actor: &Actor, changes: Vec<Change>) -> Result<(), ActionError> {
    if !changes.is_empty() {
        actions
            .commit(actor, PURPOSE, Commit::new("sharing", changes))
            .await?;
    }
    Ok(())
}

/// Keeps, in one commit, what a person decided about their own record. No citizen writes a Consent by themselves: the house does, in
/// their name, what was decided here.
pub(super) async fn keep_for(
    actions: &Actions,
    person: &Actor,
    changes: Vec<Change>,
) -> Result<(), ActionError> {
    if !changes.is_empty() {
        actions
            .commit_in_name(person, PURPOSE, Commit::new("sharing", changes))
            .await?;
    }
    Ok(())
}

/// Somebody related to a person, by their own NHS number: who is on record, or what makes them.
pub(super) async fn related_to(
    actions: &Actions,
    patient: &str,
    resources: &[Stored],
    number: &NhsNumber,
    role: &Value,
    name: &str,
) -> Result<(LocalReference, Option<Change>), ActionError> {
    let resource_type = ResourceType::from_name("RelatedPerson").ok_or(ActionError::NotFound)?;
    if let Some(known) = resources.iter().find(|stored| is_known_by(stored, number)) {
        let id = known.id.clone();
        return Ok((LocalReference { resource_type, id }, None));
    }
    let related = json!({
        "resourceType": "RelatedPerson",
        "identifier": [{ "system": codes::system::NHS_NUMBER, "value": number.digits() }],
        "active": true,
        "patient": { "reference": format!("Patient/{patient}") },
        "relationship": [role],
        "name": [{ "text": name }],
    });
    let prepared = actions.prepared(related.to_string().as_bytes())?;
    let id = actions
        .record
        .new_id(actions.record.bucket_for(&prepared.home).await);
    let change = Change::Create {
        id: Some(id.clone()),
        prepared,
    };
    Ok((LocalReference { resource_type, id }, Some(change)))
}

/// Whether this is somebody related who bears the number, and no other: whoever bears two would let two people act.
fn is_known_by(stored: &Stored, number: &NhsNumber) -> bool {
    if stored.resource_type.name() != "RelatedPerson" {
        return false;
    }
    let related: Value = serde_json::from_slice(&stored.json).unwrap_or_default();
    let identifiers = related["identifier"].as_array().into_iter().flatten();
    let mut numbers = identifiers.filter(|one| one["system"] == codes::system::NHS_NUMBER);
    related["active"] != false
        && numbers.next().is_some_and(|one| one["value"] == number.digits())
        && numbers.next().is_none()
}
