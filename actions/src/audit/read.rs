//! One rendered AuditEvent, by its id.

use ::record::Stored;
use ::record::audit::AuditPlace;
use fhir::ResourceType;

use super::{event, may_read_audit};
use crate::{ActionError, Actions, Actor, Purpose};

/// The AuditEvent with this id, which names a place of the audit.
///
/// # Errors
/// [`ActionError::Forbidden`], [`ActionError::NotFound`] (also for a read that another process audited),
/// [`ActionError::Unavailable`].
pub(crate) async fn read(
    actions: &Actions,
    actor: &Actor,
    resource_type: ResourceType,
    id: &str,
) -> Result<Stored, ActionError> {
    // Whoever looks at the audit does not care for anybody thereby.
    let purpose = Purpose::ServiceManagement;
    let sight = actions.sight(actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    if !may_read_audit(actor) {
        ask.audit_refused()?;
        ask.disclose().await?;
        return Err(ActionError::Forbidden(
            "only a privacy officer reads the audit".to_owned(),
        ));
    }
    let Some(place) = AuditPlace::of_id(id) else {
        // Nothing can stand there; that it was asked for is on record all the same.
        ask.audit_refused()?;
        ask.disclose().await?;
        return Err(ActionError::NotFound);
    };
    let held = ask.audited(place).await;
    let disclosed = ask.disclose().await?;
    event::rendered(resource_type, &held?.open(&disclosed))
}
