//! The versions of one resource, newest first.

use ::record::{Page, Stored};
use care::access::scope::Interaction;
use fhir::ResourceType;

use crate::sharing::read_by_app;
use crate::{ActionError, Actions, Actor, Purpose};

/// One page of the history of `resource_type/id`; a deletion is one of its versions.
///
/// # Errors
/// [`ActionError::NotFound`], [`ActionError::BadPage`], [`ActionError::Unavailable`].
pub async fn history(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    resource_type: ResourceType,
    id: &str,
    count: usize,
    page: Option<&str>,
) -> Result<Page<Stored>, ActionError> {
    actions.granted(actor, resource_type, Interaction::Read)?;
    let sight = actions.sight(actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let held = ask.history(resource_type, id, page, count).await;
    let disclosed = ask.disclose().await?;
    let page = held?.open(&disclosed);
    read_by_app(actions, actor, page.items.iter().map(|version| version.person)).await?;
    Ok(page)
}
