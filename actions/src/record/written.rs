//! What every write shares: the request it came in, the one commit it becomes, and what was kept.

use ::record::{Change, Commit, Committed, Idempotency, Outcome};
use fhir::{Body, Document, Issue, IssueCode, Resource, ResourceType};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::as_sent::commit_as_sent;
use crate::{ActionError, Actions, Actor, Purpose};

/// Where a write came from.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The system or page that sent it, as audit names it.
    pub source: String,
    /// The client's own key for this request: sent twice, it is done once.
    pub idempotency_key: Option<String>,
}

impl Request {
    pub(crate) fn idempotency(&self, actor: &Actor, what: &str, body: &[u8]) -> Option<Idempotency> {
        let key = self.idempotency_key.clone()?;
        let digest = Sha256::new()
            .chain_update(what)
            .chain_update([0])
            .chain_update(body)
            .finalize()
            .into();
        Some(Idempotency {
            client: actor.id.clone(),
            key,
            digest,
            note: Vec::new(),
        })
    }
}

/// One resource as it was kept.
#[derive(Debug, Clone)]
pub struct Written {
    pub resource_type: ResourceType,
    pub id: String,
    pub version: u64,
    pub updated: Timestamp,
    /// The write made a resource where there was none.
    pub created: bool,
    /// The answer of an earlier request with the same idempotency key; nothing was written now.
    pub replayed: bool,
    /// The resource as a read would now give it.
    pub json: Vec<u8>,
}

/// The document of a single-resource request, checked against the address it was sent to.
pub(super) fn resource_of<'d>(
    document: &'d Document<'_>,
    resource_type: ResourceType,
) -> Result<Resource<'d>, ActionError> {
    let resource = document.root();
    if resource.resource_type() == resource_type {
        return Ok(resource);
    }
    Err(ActionError::Invalid(vec![Issue::error(
        IssueCode::Invalid,
        Some("resourceType".to_owned()),
        format!(
            "the address is for {}, the document is a {}",
            resource_type.name(),
            resource.resource_type().name()
        ),
    )]))
}

/// Commits one change and answers with the resource as it was sent.
pub(super) async fn commit_one(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    make: impl Fn() -> Commit,
    body: Option<Body>,
) -> Result<Written, ActionError> {
    let committed = commit_as_sent(actions, actor, purpose, make).await?;
    kept(committed, body)
}

/// The one thing that a commit kept.
pub(crate) fn kept(committed: Committed, body: Option<Body>) -> Result<Written, ActionError> {
    let replayed = committed.replayed;
    let Some(outcome) = committed.outcomes.into_iter().next() else {
        return Err(ActionError::Unavailable(
            "the commit kept nothing; nothing was changed".to_owned(),
        ));
    };
    let json = match body {
        Some(body) => render(&body, &outcome),
        None => Vec::new(),
    };
    Ok(written(outcome, replayed, json))
}

/// The answer that a single write was given before with the same key.
pub(super) async fn replayed(
    actions: &Actions,
    asked: Option<&Idempotency>,
    body: &Body,
) -> Result<Option<Written>, ActionError> {
    let Some(asked) = asked else { return Ok(None) };
    let kept = actions.record.kept_answer(asked).await?;
    let outcome = kept.and_then(|kept| kept.outcomes.into_iter().next());
    Ok(outcome.map(|outcome| {
        let json = render(body, &outcome);
        written(outcome, true, json)
    }))
}

pub(super) fn written(outcome: Outcome, replayed: bool, json: Vec<u8>) -> Written {
    Written {
        resource_type: outcome.resource_type,
        id: outcome.id,
        version: outcome.version,
        updated: outcome.updated,
        created: outcome.created,
        replayed,
        json,
    }
}

pub(super) fn render(body: &Body, outcome: &Outcome) -> Vec<u8> {
    let mut json = Vec::with_capacity(body.text.len() + 96);
    body.render(
        &outcome.id,
        outcome.version,
        &::record::instant(outcome.updated),
        &mut json,
    );
    json
}

pub(crate) fn single(request: &Request, idempotency: Option<Idempotency>, change: Change) -> Commit {
    Commit {
        idempotency,
        ..Commit::new(&request.source, vec![change])
    }
}
