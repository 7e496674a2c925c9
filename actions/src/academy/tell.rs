//! The commit of a step: its resources and the marker that says that it was told, all or nothing.

use ::record::{Change, Commit, CommitError, Expected, ReadError, Stored};
use fhir::ResourceType;
use jiff::Timestamp;
use serde_json::Value;
use synthetic::stories::{Story, Telling};

use super::marker::{Marker, kind};
use super::{SOURCE, elsewhere};
use crate::{ActionError, Actions, Actor, Purpose};

/// Somebody else was quicker.
const QUICKER: &str = "somebody else has moved this story on; nothing was told twice";

/// Tells the next step at a moment: `marker` stands before it and is kept standing after it, together with `besides`.
pub(super) async fn tell(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    story: &'static Story,
    marker: Marker,
    now: Timestamp,
    besides: Option<Change>,
) -> Result<(), ActionError> {
    // A clock that was set back does not tell the story backwards.
    let at = marker.told.last().map_or(now, |last| now.max(*last));
    let telling = marker.telling(actions, story, marker.steps(), at);
    let mut changes = Vec::new();
    let resources = telling.resources();
    let earlier = earlier(actions, actor, purpose, &telling, &resources).await?;
    for (resource, expected) in resources.iter().zip(earlier) {
        changes.push(put(actions, resource, expected)?);
    }
    let expected = marker.expected();
    let after = after(marker, at);
    changes.push(put(actions, &after.resource(story), expected)?);
    changes.extend(besides);
    commit(actions, actor, purpose, story, changes).await
}

fn after(mut marker: Marker, at: Timestamp) -> Marker {
    marker.told.push(at);
    marker
}

/// Commits, and says a lost race in words that an operator understands.
pub(super) async fn commit(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    story: &Story,
    changes: Vec<Change>,
) -> Result<(), ActionError> {
    match actions
        .commit_in_name(actor, purpose, Commit::new(SOURCE, changes))
        .await
    {
        Ok(_) => Ok(()),
        Err(CommitError::Conflict { .. } | CommitError::Exists { .. }) => Err(elsewhere(story, QUICKER)),
        Err(error) => Err(error.into()),
    }
}

/// The change that keeps a resource.
pub(super) fn put(actions: &Actions, resource: &Value, expected: Expected) -> Result<Change, ActionError> {
    Ok(Change::Put {
        id: named(resource).1.to_owned(),
        prepared: actions.prepared(resource.to_string().as_bytes())?,
        expected,
    })
}

/// The type and the id of a resource.
fn named(resource: &Value) -> (&str, &str) {
    let text = |key: &str| resource.get(key).and_then(Value::as_str).unwrap_or_default();
    (text("resourceType"), text("id"))
}

/// What each resource is decided on: a new one that it is not there yet; one told anew the version it has now, so that what
/// somebody writes meanwhile is not lost unseen.
async fn earlier(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    telling: &Telling<'_>,
    resources: &[Value],
) -> Result<Vec<Expected>, ActionError> {
    let mut asked = Vec::new();
    for resource in resources {
        let (name, id) = named(resource);
        if !telling.is_new(id) {
            asked.push((kind(name)?, id));
        }
    }
    let mut found = current(actions, actor, purpose, &asked).await?.into_iter();
    let of = |resource: &Value| {
        if telling.is_new(named(resource).1) {
            return Expected::Absent;
        }
        let stored = found.next().flatten();
        stored.map_or(Expected::Absent, |stored| Expected::Version(stored.version))
    };
    Ok(resources.iter().map(of).collect())
}

/// The current versions of resources, in the order asked; none where there is none (any more).
pub(super) async fn current(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    asked: &[(ResourceType, &str)],
) -> Result<Vec<Option<Stored>>, ActionError> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let sight = actions.house_sight(purpose);
    let request = actions.record.new_request();
    let mut ask = actions.record.ask(&sight, actor, purpose, request);
    let mut held = Vec::with_capacity(asked.len());
    for (kind, id) in asked {
        held.push(match ask.read(*kind, id).await {
            Ok(held) => Some(held),
            Err(ReadError::Storage(error)) => return Err(error.into()),
            Err(_) => None,
        });
    }
    let disclosed = ask.disclose().await?;
    let opened = held
        .into_iter()
        .map(|held| held.map(|held| held.open(&disclosed)));
    Ok(opened.collect())
}
