//! Where every follower stands, and what was given up.

use ::record::{Actor, Dead, DeadKind, FollowerStatus};

use crate::followers::{MOST_SHOWN, refuse_others};
use crate::{ActionError, Actions};

/// Every follower, and what was given up (at most [`MOST_SHOWN`] of each kind). No data of people stand in it.
///
/// # Errors
/// For whoever may not see it, and when the record cannot be read.
pub async fn see(actions: &Actions, actor: &Actor) -> Result<(Vec<FollowerStatus>, Vec<Dead>), ActionError> {
    refuse_others(actor)?;
    let followers = actions.record.followers().await?;
    let dead = actions.record.dead(MOST_SHOWN).await?;
    Ok((followers, dead))
}

/// One thing that was given up.
///
/// # Errors
/// For whoever may not see it, when it is not there any more, and when the record cannot be read.
pub async fn find(
    actions: &Actions,
    actor: &Actor,
    kind: DeadKind,
    follower: &str,
    bucket: u16,
    key: &str,
) -> Result<Dead, ActionError> {
    let (_, dead) = see(actions, actor).await?;
    let is_it = |one: &Dead| {
        one.kind == kind && one.follower == follower && one.bucket.number() == bucket && one.key == key
    };
    dead.into_iter().find(is_it).ok_or(ActionError::NotFound)
}
