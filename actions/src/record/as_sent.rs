//! Commits of documents as somebody sent them: a label that only whoever set it takes away is put back where the sender's copy lacks
//! it, so that a correction from a hospital does not undo what the person decided about sharing.

use std::collections::HashMap;

use ::record::{Change, Commit, CommitError, Committed};
use codes::access::SHARING_LABELS;
use fhir::{HomeRule, Label, Prepared, ResourceType};
use serde_json::Value;

use crate::sharing::written_by_app;
use crate::{ActionError, Actions, Actor, Purpose, Role};

/// How often a commit is tried while labels are set meanwhile.
const TRIES: usize = 3;

/// The codings of a resource that stay: labels, and tags that say who sealed it.
#[derive(Default)]
struct Stays {
    labels: Vec<Value>,
    tags: Vec<Value>,
}

/// Commits the documents that `make` gives; it is asked again when labels have to be put back.
///
/// # Errors
/// As [`Actions::commit`].
pub(super) async fn commit_as_sent(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    make: impl Fn() -> Commit,
) -> Result<Committed, ActionError> {
    let mut stays = HashMap::new();
    for _ in 0..TRIES {
        let mut commit = Commit {
            as_sent: true,
            ..make()
        };
        for change in &mut commit.changes {
            if let Change::Put { id, prepared, .. } = change
                && let Some(stays) = stays.get(&(prepared.resource_type, id.clone()))
            {
                *prepared = put_back(actions, id, prepared, stays)?;
            }
        }
        let targets: Vec<(ResourceType, String)> = commit.changes.iter().filter_map(target).collect();
        let of_a_citizen = actor.role == Role::Citizen;
        let homes: Vec<HomeRule> = commit
            .changes
            .iter()
            .filter(|_| of_a_citizen)
            .filter_map(home)
            .collect();
        match actions.commit(actor, purpose, commit).await {
            Err(CommitError::LabelsDropped { .. }) => {
                for (kind, id) in targets {
                    let kept = what_stays(actions, actor, purpose, kind, &id).await?;
                    stays.insert((kind, id), kept);
                }
            }
            done => {
                let done = done?;
                // It is kept, whatever becomes of the note.
                if let Err(error) = written_by_app(actions, actor, &homes).await {
                    tracing::warn!(%error, "that a proxy used what they were given was not noted");
                }
                return Ok(done);
            }
        }
    }
    Err(ActionError::Busy)
}

fn target(change: &Change) -> Option<(ResourceType, String)> {
    match change {
        Change::Put { id, prepared, .. } => Some((prepared.resource_type, id.clone())),
        Change::Create { .. } | Change::Move { .. } | Change::Delete { .. } => None,
    }
}

/// In whose record a document goes.
fn home(change: &Change) -> Option<HomeRule> {
    match change {
        Change::Create { prepared, .. } | Change::Put { prepared, .. } => Some(prepared.home.clone()),
        Change::Move { .. } | Change::Delete { .. } => None,
    }
}

/// What stays of a resource as it is kept now, whoever may see it: nothing of it is told to anybody.
async fn what_stays(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    kind: ResourceType,
    id: &str,
) -> Result<Stays, ActionError> {
    let house = Actor::house("sarsen");
    let sight = actions.house_sight(purpose);
    let mut ask = actions
        .record
        .ask(&sight, &house, purpose, actions.record.new_request());
    let held = ask.read(kind, id).await;
    let disclosed = ask.disclose().await?;
    let Ok(held) = held else {
        return Ok(Stays::default());
    };
    let stored = held.open(&disclosed);
    let json: Value = serde_json::from_slice(&stored.json).unwrap_or_default();
    // A system reads nothing back of strangers: whatever is set here it cannot have known.
    let all = actor.role == Role::System;
    let is_ours = |coding: &&Value| {
        let mut labels = Label::all().iter();
        labels.any(|label| {
            coding["system"] == label.system
                && coding["code"] == label.code
                && label.system == codes::access::LABELS
                && (all || SHARING_LABELS.contains(&label.name))
        })
    };
    let of = |path: &str| json.pointer(path).and_then(Value::as_array).into_iter().flatten();
    Ok(Stays {
        labels: of("/meta/security").filter(is_ours).cloned().collect(),
        tags: of("/meta/tag")
            .filter(|tag| all && tag["system"] == codes::access::SEALED_BY)
            .cloned()
            .collect(),
    })
}

/// The document with what stays.
fn put_back(
    actions: &Actions,
    id: &str,
    prepared: &Prepared,
    stays: &Stays,
) -> Result<Prepared, ActionError> {
    let mut sent = Vec::with_capacity(prepared.body.text.len() + 96);
    // Version and time are the record's own, and are not kept in the text.
    prepared.body.render(id, 1, "2000-01-01T00:00:00Z", &mut sent);
    let unreadable =
        || ActionError::Unavailable("the document cannot be read again; nothing was changed".to_owned());
    let mut json: Value = serde_json::from_slice(&sent).map_err(|_| unreadable())?;
    for (member, codings) in [("security", &stays.labels), ("tag", &stays.tags)] {
        for coding in codings {
            let there = &mut json["meta"][member];
            if there.is_null() {
                *there = Value::Array(Vec::new());
            }
            let there = there.as_array_mut().ok_or_else(unreadable)?;
            let same = |one: &Value| one["system"] == coding["system"] && one["code"] == coding["code"];
            if !there.iter().any(same) {
                there.push(coding.clone());
            }
        }
    }
    actions.prepared(json.to_string().as_bytes())
}
