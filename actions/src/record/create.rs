//! Create: a new resource under an id that we make; or, under a condition, only if there is none yet.

use ::record::Change;
use fhir::{Document, ResourceType, search::Query};

use super::search::matching_ids;
use super::written::{commit_one, resource_of, single};
use super::{Request, Written, read};
use crate::{ActionError, Actions, Actor, Purpose};

/// `If-None-Exist`: create only when this search finds nothing.
#[derive(Debug)]
pub struct Condition(pub Query);

/// Keeps `bytes` as a new resource of `resource_type`.
///
/// With a condition that one resource meets already, that resource is answered and nothing is written.
///
/// # Errors
/// [`ActionError::Invalid`] with an issue per broken rule; [`ActionError::Precondition`] when the condition finds more
/// than one; [`ActionError::IdempotencyMismatch`]; [`ActionError::Unavailable`].
pub async fn create(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    resource_type: ResourceType,
    bytes: &[u8],
    condition: Option<Condition>,
) -> Result<Written, ActionError> {
    let (prepared, body) = {
        let document = Document::scan(bytes, &actions.limits).map_err(ActionError::Invalid)?;
        let prepared = resource_of(&document, resource_type)?.prepare(&|_| None);
        let body = prepared.body.clone();
        (prepared, body)
    };
    if let Some(Condition(query)) = condition {
        match matching_ids(actions, actor, purpose, &query).await?.as_slice() {
            [] => {}
            [one] => {
                let found = read(actions, actor, purpose, resource_type, one).await?;
                return Ok(Written {
                    resource_type,
                    id: found.id,
                    version: found.version,
                    updated: found.updated,
                    created: false,
                    replayed: false,
                    json: found.json,
                });
            }
            _ => {
                return Err(ActionError::Precondition(
                    "If-None-Exist finds more than one resource; make the condition narrower".to_owned(),
                ));
            }
        }
    }
    let idempotency = request.idempotency(actor, resource_type.name(), bytes);
    let change = Change::Create { id: None, prepared };
    commit_one(
        actions,
        actor,
        purpose,
        single(request, idempotency, change),
        Some(body),
    )
    .await
}
