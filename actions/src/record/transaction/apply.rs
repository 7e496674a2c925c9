//! One commit for a whole transaction, and its answers.

use std::collections::HashMap;

use ::record::{Change, Commit, Lane, Outcome};
use fhir::{Bundle, ResourceType};

use super::EntryAnswer;
use super::assign::assign;
use super::batch::read_entry;
use super::plan::{Ask, plan};
use crate::record::Request;
use crate::{ActionError, Actions, Actor, Purpose};

pub(super) async fn transaction(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    lane: Lane,
    bundle: &Bundle<'_>,
    bytes: &[u8],
) -> Result<Vec<EntryAnswer>, ActionError> {
    let asks = plan(bundle).map_err(ActionError::Invalid)?;
    let assigned = assign(actions, actor, purpose, bundle, &asks).await?;
    let mut changes = Vec::with_capacity(asks.len());
    // The commit's own order: deletions, then creations, then updates (FHIR R4, transaction processing rules).
    let mut order: Vec<usize> = (0..asks.len()).collect();
    order.sort_by_key(|&position| match asks[position] {
        Ask::Delete { .. } => 0,
        Ask::Create { .. } => 1,
        Ask::Put { .. } => 2,
        Ask::Read { .. } | Ask::Search { .. } => 3,
    });
    let mut written = Vec::new();
    for &position in &order {
        let rewrite = |reference: &str| assigned.rewrite(reference);
        let resource = bundle.entries[position].resource;
        let change = match (&asks[position], resource) {
            (Ask::Create { .. }, Some(resource)) => match &assigned.ids[position] {
                Some(id) => Change::Create {
                    id: Some(id.clone()),
                    prepared: resource.prepare(&rewrite),
                },
                None => continue,
            },
            (Ask::Put { id, precondition, .. }, Some(resource)) => Change::Put {
                id: id.clone(),
                prepared: resource.prepare(&rewrite),
                expected: precondition.expected(),
            },
            (
                Ask::Delete {
                    resource_type,
                    id,
                    precondition,
                },
                _,
            ) => Change::Delete {
                resource_type: *resource_type,
                id: id.clone(),
                expected: precondition.expected(),
            },
            _ => continue,
        };
        written.push(position);
        changes.push(change);
    }
    let mut answers = vec![EntryAnswer::default(); asks.len()];
    if !changes.is_empty() {
        let commit = Commit {
            source: request.source.clone(),
            lane,
            transaction: true,
            idempotency: request.idempotency(actor, "transaction", bytes),
            changes,
        };
        let lens = actions.lens(actor, purpose);
        let committed = actions.record.commit(&lens, actor, purpose, commit).await?;
        let replayed = committed.replayed;
        for (position, outcome) in written.into_iter().zip(committed.outcomes) {
            answers[position] = answer(&asks[position], &outcome, replayed);
        }
    }
    let mut found: HashMap<usize, ResourceType> = HashMap::new();
    for (position, ask) in asks.iter().enumerate() {
        match ask {
            Ask::Create { resource_type, .. } if assigned.found[position].is_some() => {
                found.insert(position, *resource_type);
            }
            Ask::Read { .. } | Ask::Search { .. } => {
                answers[position] = read_entry(actions, actor, purpose, ask).await?;
            }
            Ask::Create { .. } | Ask::Put { .. } | Ask::Delete { .. } => {}
        }
    }
    for (position, resource_type) in found {
        if let Some(id) = &assigned.found[position] {
            let ask = Ask::Read {
                resource_type,
                id: id.clone(),
            };
            let mut read = read_entry(actions, actor, purpose, &ask).await?;
            read.resource = None;
            answers[position] = read;
        }
    }
    Ok(answers)
}

fn answer(ask: &Ask, outcome: &Outcome, replayed: bool) -> EntryAnswer {
    let status = match ask {
        Ask::Delete { .. } => 204,
        _ if outcome.created => 201,
        _ => 200,
    };
    EntryAnswer {
        status,
        location: Some(format!(
            "{}/{}/_history/{}",
            outcome.resource_type.name(),
            outcome.id,
            outcome.version
        )),
        version: Some(outcome.version),
        updated: Some(outcome.updated),
        replayed,
        ..EntryAnswer::default()
    }
}
