//! Two records of one person are read as one, and come apart again. Nothing moves: facts stay with the number they name.

use ::record::{Commit, Deed, Identity, WholeRecord};

use super::allowed::{may_keep_records, reason};
use crate::record::Request;
use crate::{ActionError, Actions, Actor, Purpose};

/// Reasons that somebody may give and that are no merge: the old identity is to be unsearchable and unlinked.
const NO_MERGE: [&str; 4] = ["adoption", "gender", "gender-change", "protected-identity"];

/// From here on the record of `superseded` is read with the survivor's, whichever of the two is asked for, and what
/// Sarsen makes names the survivor.
///
/// # Errors
/// [`ActionError::Forbidden`]; [`ActionError::Rule`] when the reason is none, the two are one, either is joined to
/// another already, or one is unknown; [`ActionError::Unavailable`]. Adoption, gender and protected-identity changes are
/// refused: they are not merges.
pub async fn join(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    superseded: &str,
    survivor: &str,
    why: &str,
) -> Result<Identity, ActionError> {
    may_keep_records(actions, actor, &[superseded, survivor]).await?;
    if NO_MERGE.contains(&why) {
        return Err(ActionError::Rule {
            about: "reason",
            words: format!(
                "{why} is not a merge: joining would lead from the new identity to the old one, which must stay \
                 unsearchable and unlinked; nothing was changed"
            ),
        });
    }
    let deed = WholeRecord::Join {
        superseded: superseded.to_owned(),
        survivor: survivor.to_owned(),
        reason: reason(Deed::Join, why)?,
    };
    let what = format!("join {superseded} {survivor} {why}");
    done(actions, actor, purpose, request, &what, deed).await?;
    identity(actions, survivor).await
}

/// The record of `superseded` stands alone again, with everything that names it.
///
/// # Errors
/// [`ActionError::Forbidden`]; [`ActionError::Rule`] when the reason is none or nothing was joined;
/// [`ActionError::Unavailable`].
pub async fn part(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    superseded: &str,
    why: &str,
) -> Result<Identity, ActionError> {
    may_keep_records(actions, actor, &[superseded]).await?;
    let deed = WholeRecord::Part {
        superseded: superseded.to_owned(),
        reason: reason(Deed::Part, why)?,
    };
    let what = format!("part {superseded} {why}");
    done(actions, actor, purpose, request, &what, deed).await?;
    identity(actions, superseded).await
}

/// Commits a deed.
pub(super) async fn done(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    what: &str,
    deed: WholeRecord,
) -> Result<::record::Committed, ActionError> {
    let commit = Commit {
        idempotency: request.idempotency(actor, what, &[]),
        ..Commit::of_deed(&request.source, deed)
    };
    Ok(actions.commit(actor, purpose, commit).await?)
}

async fn identity(actions: &Actions, patient: &str) -> Result<Identity, ActionError> {
    actions
        .record
        .identity(patient)
        .await?
        .ok_or(ActionError::NotFound)
}
