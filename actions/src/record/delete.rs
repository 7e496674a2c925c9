//! Delete: the resource's last version says that it is gone; its history stays.

use ::record::Change;
use care::access::scope::Interaction;
use fhir::ResourceType;

use super::written::{commit_one, single};
use super::{Precondition, Request, Written};
use crate::{ActionError, Actions, Actor, Purpose, audit};

/// Deletes `resource_type/id`. Deleting what is deleted already answers [`ActionError::Gone`] and writes nothing.
///
/// # Errors
/// [`ActionError::NotFound`], [`ActionError::Gone`], [`ActionError::Conflict`], [`ActionError::Unavailable`].
pub async fn delete(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    resource_type: ResourceType,
    id: &str,
    precondition: Precondition,
) -> Result<Written, ActionError> {
    actions.granted(actor, resource_type, Interaction::Delete)?;
    audit::refuse_write(resource_type, id)?;
    let what = format!("DELETE {}/{id} {}", resource_type.name(), precondition.expected());
    let idempotency = request.idempotency(actor, &what, &[]);
    let make = || {
        let change = Change::Delete {
            resource_type,
            id: id.to_owned(),
            expected: precondition.expected(),
        };
        single(request, idempotency.clone(), change)
    };
    commit_one(actions, actor, purpose, make, None).await
}
