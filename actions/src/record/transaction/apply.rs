//! One commit for a whole transaction, and its answers.

use std::collections::BTreeMap;

use ::record::{Change, Commit, Committed, Lane, Outcome};
use fhir::Bundle;

use super::EntryAnswer;
use super::assign::{Assigned, assign};
use super::batch::{read_entry, refusal};
use super::found::{self, Found};
use super::plan::{Ask, plan};
use crate::record::Request;
use crate::record::as_sent::commit_as_sent;
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
    for ask in &asks {
        let (kind, interaction) = ask.interaction();
        actions.granted(actor, kind, interaction)?;
    }
    let mut idempotency = request.idempotency(actor, "transaction", bytes);
    let conditions = asks.iter().filter_map(|ask| match ask {
        Ask::Create { condition, .. } => condition.as_ref(),
        _ => None,
    });
    // Held until the commit has ended.
    let held = actions.conditions.hold(conditions).await;
    let kept = match &idempotency {
        Some(asked) => actions.record.kept_answer(asked).await?,
        None => None,
    };
    let (committed, decided) = match kept {
        // A repeated request is not decided again: its conditions would find what its first run made.
        Some(kept) => (Some(kept), BTreeMap::new()),
        None => {
            let assigned = assign(actions, actor, purpose, bundle, &asks).await?;
            if order(&asks, &assigned.found).is_empty() {
                (None, assigned.found)
            } else {
                if let Some(asked) = &mut idempotency {
                    asked.note = found::store(&assigned.found);
                }
                let make = || Commit {
                    lane,
                    transaction: true,
                    idempotency: idempotency.clone(),
                    ..Commit::new(&request.source, changes(bundle, &asks, &assigned))
                };
                let committed = commit_as_sent(actions, actor, purpose, make).await?;
                (Some(committed), assigned.found)
            }
        }
    };
    drop(held);
    let mut answers = match committed {
        Some(committed) => {
            // What the first run found, when this is its answer again.
            let found = if committed.replayed {
                found::load(&committed.note).ok_or_else(unreadable)?
            } else {
                decided
            };
            written_answers(&asks, &found, &committed)?
        }
        None => found_answers(&asks, &decided),
    };
    for (position, ask) in asks.iter().enumerate() {
        if matches!(ask, Ask::Read { .. } | Ask::Search { .. }) {
            // The commit stands, whatever a read says now: a refusal is this entry's own.
            answers[position] = read_entry(actions, actor, purpose, ask)
                .await
                .unwrap_or_else(|error| refusal(&error));
        }
    }
    Ok(answers)
}

/// The entries that are committed, in the commit's own order: deletions, then creations, then updates (FHIR R4,
/// transaction processing rules). What a condition found is not written.
fn order(asks: &[Ask], found: &BTreeMap<usize, Found>) -> Vec<usize> {
    let rank = |position: &usize| match asks[*position] {
        Ask::Delete { .. } => Some(0),
        Ask::Create { .. } if found.contains_key(position) => None,
        Ask::Create { .. } => Some(1),
        Ask::Put { .. } => Some(2),
        Ask::Read { .. } | Ask::Search { .. } => None,
    };
    let mut order: Vec<usize> = (0..asks.len())
        .filter(|position| rank(position).is_some())
        .collect();
    order.sort_by_key(rank);
    order
}

fn changes(bundle: &Bundle<'_>, asks: &[Ask], assigned: &Assigned) -> Vec<Change> {
    let mut changes = Vec::with_capacity(asks.len());
    for position in order(asks, &assigned.found) {
        let entry = &bundle.entries[position];
        let rewrite = |reference: &str| assigned.rewrite(entry.full_url.as_deref(), reference);
        let change = match (&asks[position], entry.resource) {
            (Ask::Create { .. }, Some(resource)) => Change::Create {
                id: assigned.ids[position].clone(),
                prepared: resource.prepare(&rewrite),
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
        changes.push(change);
    }
    changes
}

fn written_answers(
    asks: &[Ask],
    found: &BTreeMap<usize, Found>,
    committed: &Committed,
) -> Result<Vec<EntryAnswer>, ActionError> {
    let mut answers = found_answers(asks, found);
    let order = order(asks, found);
    if order.len() != committed.outcomes.len() {
        return Err(unreadable());
    }
    for (position, outcome) in order.into_iter().zip(&committed.outcomes) {
        answers[position] = answer(&asks[position], outcome, committed.replayed);
    }
    Ok(answers)
}

fn found_answers(asks: &[Ask], found: &BTreeMap<usize, Found>) -> Vec<EntryAnswer> {
    let mut answers = vec![EntryAnswer::default(); asks.len()];
    for (&position, found) in found {
        if let Some(Ask::Create { resource_type, .. }) = asks.get(position) {
            answers[position] = EntryAnswer {
                status: 200,
                location: Some(format!(
                    "{}/{}/_history/{}",
                    resource_type.name(),
                    found.id,
                    found.version
                )),
                version: Some(found.version),
                updated: Some(found.updated),
                ..EntryAnswer::default()
            };
        }
    }
    answers
}

/// The kept answer of an earlier request cannot be told entry by entry.
fn unreadable() -> ActionError {
    ActionError::Unavailable(
        "this request was carried out before with the same key, but its answer cannot be given again; nothing was \
         changed now"
            .to_owned(),
    )
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
