//! A run that the operator makes beside the server, over the same record: it stands in the read audit as those of the pages do.

use ::record::audit::Run;

use crate::{ActionError, Actions, Actor, Purpose};

/// Keeps a run in the read audit, durably, before anything of it is told. It names nobody.
///
/// # Errors
/// [`ActionError::Unavailable`] when the audit cannot be written: then nothing may be told.
pub async fn note_run(actions: &Actions, purpose: Purpose, run: Run) -> Result<(), ActionError> {
    let operator = Actor::house("stratify");
    let sight = actions.house_sight(purpose);
    let request = actions.record.new_request();
    let mut ask = actions.record.ask(&sight, &operator, purpose, request);
    ask.population(run, false)?;
    ask.disclose().await?;
    Ok(())
}
