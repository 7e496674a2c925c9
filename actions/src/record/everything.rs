//! `Patient/$everything`: the person's whole record, in pages.

use ::record::SearchPage;

use crate::sharing::read_by_app;
use crate::{ActionError, Actions, Actor, Purpose};

/// One page of all current resources of the person, the Patient first.
///
/// # Errors
/// [`ActionError::NotFound`], [`ActionError::Gone`], [`ActionError::BadPage`], [`ActionError::Unavailable`].
pub async fn everything(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    patient_id: &str,
    count: usize,
    page: Option<&str>,
) -> Result<SearchPage, ActionError> {
    let sight = actions.sight(actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let held = ask.everything(patient_id, page, count).await;
    let disclosed = ask.disclose().await?;
    let page = held?.open(&disclosed);
    read_by_app(actions, actor, page.hits.iter().map(|hit| hit.person)).await?;
    Ok(page)
}
