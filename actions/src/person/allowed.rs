//! Who may do things to whole records: the privacy officer, and on synthetic data the development actor.

use ::record::{Deed, Reason, Role};
use care::access::scope::{Interaction, Level, Scopes};

use crate::audit::is_own;
use crate::{ActionError, Actions, Actor};

/// Refuses whoever is neither; whoever comes by an app or a system that was not granted everything, since a deed on a record is one on
/// all that stands in it; and an officer whose own record is among these Patients.
pub(super) async fn may_keep_records(
    actions: &Actions,
    actor: &Actor,
    patients: &[&str],
) -> Result<(), ActionError> {
    let refused = |words: &str| Err(ActionError::Forbidden(words.to_owned()));
    if !matches!(actor.role, Role::PrivacyOfficer | Role::Development) {
        return refused("only a privacy officer joins, parts, moves, holds or destroys records");
    }
    if !is_granted_everything(actor) {
        return refused(
            "the app was not granted everything (user/*.cruds): it joins, parts, moves, holds and destroys no records",
        );
    }
    for patient in patients {
        if is_own(actions, actor, Some(patient)).await? {
            return refused("nobody joins, parts, moves, holds, destroys or looks through their own record");
        }
    }
    Ok(())
}

/// Whether no scope limits the actor, or what was granted is everything, in everybody's record.
fn is_granted_everything(actor: &Actor) -> bool {
    let all = [
        Interaction::Create,
        Interaction::Read,
        Interaction::Update,
        Interaction::Delete,
        Interaction::Search,
    ];
    actor.standing.scopes.as_deref().is_none_or(|scopes| {
        let scopes = Scopes::parse(scopes);
        let mut resources = scopes.resources().iter();
        resources.any(|scope| {
            scope.level != Level::Patient
                && scope.resource_type.is_none()
                && all.iter().all(|one| scope.interactions.contains(*one))
        })
    })
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
