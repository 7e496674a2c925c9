//! Create: a new resource under an id that we make; or, under a condition, only if there is none yet.

use ::record::Change;
use care::access::scope::Interaction;
use fhir::{Document, ResourceType, search::Query};

use super::condition::{matching, words};
use super::written::{commit_one, replayed, resource_of, single};
use super::{Request, Written};
use crate::{ActionError, Actions, Actor, Purpose};

/// `If-None-Exist`: create only when this search finds nothing.
#[derive(Debug)]
pub struct Condition(pub Query);

/// Keeps `bytes` as a new resource of `resource_type`.
///
/// With a condition that one resource meets already, that resource is answered and nothing is written. A request that is
/// repeated with its key is answered as the first was, whatever its condition would find now.
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
    actions.granted(actor, resource_type, Interaction::Create)?;
    let (prepared, body) = {
        let document = Document::scan(bytes, &actions.limits).map_err(ActionError::Invalid)?;
        let prepared = resource_of(&document, resource_type)?.prepare(&|_| None);
        let body = prepared.body.clone();
        (prepared, body)
    };
    let condition = condition.map(|Condition(query)| query);
    let what = match &condition {
        Some(query) => format!("POST {} if none exists {}", resource_type.name(), words(query)),
        None => format!("POST {}", resource_type.name()),
    };
    let idempotency = request.idempotency(actor, &what, bytes);
    // Held until the commit has ended.
    let _held = actions.conditions.hold(condition.iter()).await;
    if let Some(query) = &condition {
        if let Some(again) = replayed(actions, idempotency.as_ref(), &body).await? {
            return Ok(again);
        }
        let mut found = matching(actions, actor, purpose, query).await?.into_iter();
        match (found.next(), found.next()) {
            (None, _) => {}
            (Some(found), None) => {
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
            (Some(_), Some(_)) => {
                return Err(ActionError::Precondition(
                    "If-None-Exist finds more than one resource; make the condition narrower".to_owned(),
                ));
            }
        }
    }
    let make = || {
        let change = Change::Create {
            id: None,
            prepared: prepared.clone(),
        };
        single(request, idempotency.clone(), change)
    };
    commit_one(actions, actor, purpose, make, Some(body)).await
}
