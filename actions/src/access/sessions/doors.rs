//! Sessions begin, change role and end here, so that none does without an entry in the audit.

use super::open::{NewSession, Renewed};
use crate::access::smart;
use crate::audit::{came_in, left};
use crate::{ActionError, Actions, Actor};

/// Begins a session under this secret, once the audit says so.
///
/// # Errors
/// When the audit or the record cannot be written; then there is no session.
pub async fn begin(actions: &Actions, secret: &str, new: NewSession) -> Result<(), ActionError> {
    came_in(actions, &new.actor).await?;
    actions.sessions.begin(secret, new).await
}

/// Goes on under a new secret, perhaps in another role. False when the session has ended.
///
/// # Errors
/// When the audit or the record cannot be written.
pub async fn renew(
    actions: &Actions,
    key: &str,
    secret: &str,
    renewed: Renewed,
) -> Result<bool, ActionError> {
    if let Some((actor, ..)) = &renewed.role {
        came_in(actions, actor).await?;
    }
    actions.sessions.renew(key, secret, renewed).await
}

/// Ends a session at once. What the audit cannot take does not keep anybody in: the session ends first.
///
/// # Errors
/// When the record or the audit cannot be written.
pub async fn end(actions: &Actions, key: &str, holder: &str) -> Result<(), ActionError> {
    let actor = actions.sessions.actor_of(key).await?;
    actions.sessions.end(key, holder).await?;
    is_out(actions, actor).await
}

/// As [`end`], by whoever is not in the browser of the session: it is told, when it asks, to forget what it kept.
///
/// # Errors
/// When the record or the audit cannot be written.
pub async fn end_elsewhere(actions: &Actions, key: &str, holder: &str) -> Result<(), ActionError> {
    let actor = actions.sessions.actor_of(key).await?;
    actions.sessions.end_elsewhere(key, holder).await?;
    is_out(actions, actor).await
}

async fn is_out(actions: &Actions, actor: Option<Actor>) -> Result<(), ActionError> {
    match actor {
        Some(actor) => left(actions, &actor).await,
        None => Ok(()),
    }
}

/// Ends all of somebody's sessions but one, which is where they are, and what they granted to apps; gives how many sessions.
///
/// # Errors
/// When the record or the audit cannot be written.
pub async fn end_all(actions: &Actions, holder: &str, but: Option<&str>) -> Result<usize, ActionError> {
    smart::end_grants_of(actions, holder).await?;
    let mut ended = 0;
    for key in actions.sessions.keys(holder).await? {
        if but != Some(key.as_str()) {
            end_elsewhere(actions, &key, holder).await?;
            ended += 1;
        }
    }
    Ok(ended)
}
