//! Who read a person's record: whoever must be told when it held what it should not have.

use ::record::audit::Reader;
use fhir::{LocalReference, ResourceType};
use jiff::Timestamp;

use super::allowed::may_keep_records;
use crate::{ActionError, Actions, Actor, Purpose};

/// Everyone to whom something of the person (or of whoever is read as one with them) was shown from `from` until before
/// `to`, by internal id, organisation, role and purpose. Who asked stands in the audit too.
///
/// # Errors
/// [`ActionError::Forbidden`], [`ActionError::NotFound`], [`ActionError::Unavailable`].
pub async fn readers(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    person: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Reader>, ActionError> {
    may_keep_records(actions, actor, &[person]).await?;
    if actions.record.identity(person).await?.is_none() {
        return Err(ActionError::NotFound);
    }
    let whose = LocalReference {
        resource_type: ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?,
        id: person.to_owned(),
    };
    let sight = actions.sight(actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let held = ask.readers(&[whose], (from, to)).await;
    let disclosed = ask.disclose().await?;
    Ok(held?.open(&disclosed))
}
