//! Who may do things to whole records: the privacy officer, and on synthetic data the development actor.

use ::record::{Deed, Reason, Role};

use crate::{ActionError, Actor};

/// Refuses whoever is neither.
pub(super) fn may_keep_records(actor: &Actor) -> Result<(), ActionError> {
    match actor.role {
        Role::PrivacyOfficer | Role::Development => Ok(()),
        _ => Err(ActionError::Forbidden(
            "only a privacy officer joins, parts, moves, holds or destroys records".to_owned(),
        )),
    }
}

/// The registered reason with this code.
pub(super) fn reason(deed: Deed, code: &str) -> Result<Reason, ActionError> {
    Reason::from_code(deed, code).ok_or_else(|| {
        let known: Vec<&str> = Reason::of(deed).map(Reason::code).collect();
        ActionError::Rule {
            about: "reason",
            words: format!("the reason is one of: {}", known.join(", ")),
        }
    })
}
