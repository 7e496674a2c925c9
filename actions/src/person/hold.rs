//! A legal hold: while it stands, nobody can destroy the record.

use ::record::{Deed, WholeRecord};

use super::allowed::{may_keep_records, reason};
use super::join::done;
use crate::record::Request;
use crate::{ActionError, Actions, Actor, Purpose};

/// Places a hold.
///
/// # Errors
/// [`ActionError::Forbidden`]; [`ActionError::Rule`] when the reason is none, the person unknown or held already;
/// [`ActionError::Unavailable`].
pub async fn hold(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    person: &str,
    why: &str,
) -> Result<(), ActionError> {
    may_keep_records(actions, actor, &[person]).await?;
    let deed = WholeRecord::Hold {
        person: person.to_owned(),
        reason: reason(Deed::Hold, why)?,
    };
    let what = format!("hold {person} {why}");
    done(actions, actor, purpose, request, &what, deed)
        .await
        .map(drop)
}

/// Lifts it.
///
/// # Errors
/// [`ActionError::Forbidden`]; [`ActionError::Rule`] when there is none; [`ActionError::Unavailable`].
pub async fn release(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    person: &str,
) -> Result<(), ActionError> {
    may_keep_records(actions, actor, &[person]).await?;
    let deed = WholeRecord::Release {
        person: person.to_owned(),
    };
    let what = format!("release {person}");
    done(actions, actor, purpose, request, &what, deed)
        .await
        .map(drop)
}
