//! A batch: each entry on its own, as if it had been sent alone; one refusal does not touch the others.

use fhir::{Bundle, BundleEntry, ResourceType};

use super::EntryAnswer;
use super::plan::{Ask, ask};
use crate::record::{Condition, Request, SearchAsk, Written, create, delete, read, search, update};
use crate::{ActionError, Actions, Actor, Purpose};

pub(super) async fn batch(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    bundle: &Bundle<'_>,
) -> Vec<EntryAnswer> {
    let mut answers = Vec::with_capacity(bundle.entries.len());
    for (position, entry) in bundle.entries.iter().enumerate() {
        let request = Request {
            source: request.source.clone(),
            idempotency_key: request
                .idempotency_key
                .as_ref()
                .map(|key| format!("{key}#{position}")),
        };
        let answer = match ask(entry, position) {
            Err(issue) => Err(ActionError::Invalid(vec![*issue])),
            Ok(ask) => carry_out(actions, actor, purpose, &request, entry, ask).await,
        };
        answers.push(answer.unwrap_or_else(|error| refusal(&error)));
    }
    answers
}

async fn carry_out(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    entry: &BundleEntry<'_>,
    ask: Ask,
) -> Result<EntryAnswer, ActionError> {
    let source = entry
        .resource
        .map(|resource| resource.source())
        .unwrap_or_default();
    match ask {
        Ask::Create {
            resource_type,
            condition,
        } => {
            let condition = condition.map(Condition);
            create(actions, actor, purpose, request, resource_type, source, condition)
                .await
                .map(|w| answer(&w))
        }
        Ask::Put {
            resource_type,
            id,
            precondition,
        } => update(
            actions,
            actor,
            purpose,
            request,
            resource_type,
            &id,
            source,
            precondition,
        )
        .await
        .map(|w| answer(&w)),
        Ask::Delete {
            resource_type,
            id,
            precondition,
        } => match delete(actions, actor, purpose, request, resource_type, &id, precondition).await {
            Ok(written) => Ok(EntryAnswer {
                status: 204,
                ..answer(&written)
            }),
            Err(ActionError::Gone { .. }) => Ok(EntryAnswer {
                status: 204,
                ..EntryAnswer::default()
            }),
            Err(error) => Err(error),
        },
        Ask::Read { .. } | Ask::Search { .. } => read_entry(actions, actor, purpose, &ask).await,
    }
}

/// A GET entry's answer, in a batch or after a transaction's commit.
pub(super) async fn read_entry(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    ask: &Ask,
) -> Result<EntryAnswer, ActionError> {
    match ask {
        Ask::Read { resource_type, id } => {
            let stored = read(actions, actor, purpose, *resource_type, id).await?;
            Ok(EntryAnswer {
                status: 200,
                location: Some(format!(
                    "{}/{id}/_history/{}",
                    resource_type.name(),
                    stored.version
                )),
                version: Some(stored.version),
                updated: Some(stored.updated),
                resource: Some(stored.json),
                ..EntryAnswer::default()
            })
        }
        Ask::Search {
            resource_type,
            params,
        } => {
            let found = search(
                actions,
                actor,
                purpose,
                *resource_type,
                SearchAsk::Query(params.clone()),
            )
            .await?;
            let hits: Vec<Vec<u8>> = found.hits.into_iter().map(|stored| stored.json).collect();
            Ok(EntryAnswer {
                status: 200,
                resource: Some(search_set(
                    *resource_type,
                    &hits,
                    found.total,
                    found.next.as_deref(),
                )),
                ..EntryAnswer::default()
            })
        }
        Ask::Create { .. } | Ask::Put { .. } | Ask::Delete { .. } => Ok(EntryAnswer::default()),
    }
}

/// A searchset Bundle around resources that are JSON already; `next` is the token of the page that follows.
fn search_set(
    resource_type: ResourceType,
    hits: &[Vec<u8>],
    total: Option<u64>,
    next: Option<&str>,
) -> Vec<u8> {
    let mut json = br#"{"resourceType":"Bundle","type":"searchset""#.to_vec();
    if let Some(total) = total {
        json.extend_from_slice(format!(",\"total\":{total}").as_bytes());
    }
    if let Some(token) = next {
        // Tokens are base64url: nothing in them needs escaping.
        let url = format!("{}?_page={token}", resource_type.name());
        json.extend_from_slice(format!(",\"link\":[{{\"relation\":\"next\",\"url\":\"{url}\"}}]").as_bytes());
    }
    for (position, hit) in hits.iter().enumerate() {
        json.extend_from_slice(if position == 0 { b",\"entry\":[" } else { b"," });
        json.extend_from_slice(b"{\"resource\":");
        json.extend_from_slice(hit);
        json.extend_from_slice(b",\"search\":{\"mode\":\"match\"}}");
    }
    json.extend_from_slice(if hits.is_empty() { b"}" } else { b"]}" });
    json
}

fn answer(written: &Written) -> EntryAnswer {
    EntryAnswer {
        status: if written.created { 201 } else { 200 },
        location: Some(format!(
            "{}/{}/_history/{}",
            written.resource_type.name(),
            written.id,
            written.version
        )),
        version: Some(written.version),
        updated: Some(written.updated),
        replayed: written.replayed,
        ..EntryAnswer::default()
    }
}

pub(super) fn refusal(error: &ActionError) -> EntryAnswer {
    let issues = error.issues();
    EntryAnswer {
        status: error.status(),
        issues,
        ..EntryAnswer::default()
    }
}
