//! Read one resource: its current version, or one version of its history.

use ::record::Stored;
use care::access::scope::Interaction;
use fhir::ResourceType;

use crate::sharing::read_by_app;
use crate::{ActionError, Actions, Actor, Purpose, audit};

/// The current version of `resource_type/id`.
///
/// # Errors
/// [`ActionError::NotFound`], [`ActionError::Gone`], [`ActionError::Unavailable`]; [`ActionError::Forbidden`] for an AuditEvent
/// of ours. A refusal is audited too.
pub async fn read(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    resource_type: ResourceType,
    id: &str,
) -> Result<Stored, ActionError> {
    actions.granted(actor, resource_type, Interaction::Read)?;
    if audit::is_rendered(resource_type, id) {
        return audit::read(actions, actor, resource_type, id).await;
    }
    let sight = actions.sight(actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let held = ask.read(resource_type, id).await;
    let disclosed = ask.disclose().await?;
    let stored = held?.open(&disclosed);
    read_by_app(actions, actor, [stored.person]).await?;
    Ok(stored)
}

/// Version `version` of `resource_type/id`.
///
/// # Errors
/// As [`read`]; [`ActionError::Gone`] when that version is the deletion.
pub async fn vread(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    resource_type: ResourceType,
    id: &str,
    version: u64,
) -> Result<Stored, ActionError> {
    actions.granted(actor, resource_type, Interaction::Read)?;
    let sight = actions.sight(actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let held = ask.vread(resource_type, id, version).await;
    let disclosed = ask.disclose().await?;
    let stored = held?.open(&disclosed);
    read_by_app(actions, actor, [stored.person]).await?;
    Ok(stored)
}
