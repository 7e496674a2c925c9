//! Update: the next version of a resource, or the first under an id that the client chose.

use ::record::{Change, Expected};
use care::access::scope::Interaction;
use fhir::{Document, Issue, IssueCode, ResourceType};

use super::written::{commit_one, resource_of, single};
use super::{Request, Written};
use crate::{ActionError, Actions, Actor, Purpose, audit};

/// What the client decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing was said: the last writer wins, and history keeps both.
    None,
    /// `If-Match: W/"n"`.
    Version(u64),
    /// `If-None-Match: *`: only if there is none.
    Absent,
}

impl Precondition {
    pub(crate) fn expected(self) -> Expected {
        match self {
            Precondition::None => Expected::Any,
            Precondition::Version(version) => Expected::Version(version),
            Precondition::Absent => Expected::Absent,
        }
    }
}

/// Keeps `bytes` as the next version of `resource_type/id`.
///
/// # Errors
/// [`ActionError::Invalid`] (also when the document's id is not the address's); [`ActionError::Conflict`] naming both
/// versions; [`ActionError::Forbidden`] under the id of an AuditEvent of ours; [`ActionError::Unavailable`].
#[expect(
    clippy::too_many_arguments,
    reason = "who, why, whence, what, on which version: each is a different thing"
)]
pub async fn update(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    resource_type: ResourceType,
    id: &str,
    bytes: &[u8],
    precondition: Precondition,
) -> Result<Written, ActionError> {
    actions.granted(actor, resource_type, Interaction::Update)?;
    audit::refuse_write(resource_type, id)?;
    let (prepared, body) = {
        let document = Document::scan(bytes, &actions.limits).map_err(ActionError::Invalid)?;
        let resource = resource_of(&document, resource_type)?;
        same_id(resource.id(), id, resource_type)?;
        let prepared = resource.prepare(&|_| None);
        let body = prepared.body.clone();
        (prepared, body)
    };
    let what = format!("PUT {}/{id} {}", resource_type.name(), precondition.expected());
    let idempotency = request.idempotency(actor, &what, bytes);
    let make = || {
        let change = Change::Put {
            id: id.to_owned(),
            prepared: prepared.clone(),
            expected: precondition.expected(),
        };
        single(request, idempotency.clone(), change)
    };
    commit_one(actions, actor, purpose, make, Some(body)).await
}

pub(super) fn same_id(found: Option<&str>, id: &str, resource_type: ResourceType) -> Result<(), ActionError> {
    let name = resource_type.name();
    let (code, words) = match found {
        Some(found) if found == id => return Ok(()),
        Some(_) => (
            IssueCode::Invalid,
            format!("the document's id is not the address's; both must be \"{id}\""),
        ),
        None => (
            IssueCode::Required,
            format!("an update carries its id; add \"id\": \"{id}\""),
        ),
    };
    Err(ActionError::Invalid(vec![Issue::error(
        code,
        Some(format!("{name}.id")),
        words,
    )]))
}
