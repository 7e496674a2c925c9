//! Who read a person's record: whoever must be told when it held what it should not have.

use ::record::audit::Reader;
use jiff::Timestamp;

use super::allowed::may_keep_records;
use crate::{ActionError, Actions, Actor};

/// Everyone to whom something of the person (or of whoever is read as one with them) was shown from `from` until before
/// `to`, by internal id, organisation, role and purpose.
///
/// # Errors
/// [`ActionError::Forbidden`], [`ActionError::NotFound`], [`ActionError::Unavailable`].
pub async fn readers(
    actions: &Actions,
    actor: &Actor,
    person: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Reader>, ActionError> {
    may_keep_records(actor)?;
    let identity = actions.record.identity(person).await?;
    let people: Vec<_> = identity.ok_or(ActionError::NotFound)?.people().collect();
    Ok(actions.record.readers_of(&people, from, to).await?)
}
