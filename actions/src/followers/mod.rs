//! Watching over what follows the record: where each reactor, sender and view stands, and what is to become of what was
//! given up.

mod decide;
mod see;

pub use ::record::view::ViewStatus;
pub use ::record::{Bucket, Dead, DeadKind, FollowerStatus};
pub use decide::{Reason, decide};
pub use see::{Standing, ViewStanding, find, see};

use ::record::{Actor, Role};

use crate::ActionError;

/// The most of each kind of what was given up that is shown.
pub const MOST_SHOWN: usize = 200;

/// Whether somebody runs the service, and so sees this.
#[must_use]
pub fn may_operate(actor: &Actor) -> bool {
    match actor.role {
        Role::Operator | Role::Administrator | Role::Development => true,
        Role::Clinician | Role::Coordinator | Role::PrivacyOfficer | Role::Citizen | Role::System => false,
    }
}

/// For everybody else it is not there.
fn refuse_others(actor: &Actor) -> Result<(), ActionError> {
    may_operate(actor).then_some(()).ok_or(ActionError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_does_not_run_the_service_finds_nothing_here() {
        let may: Vec<&str> = Role::ALL
            .into_iter()
            .filter(|role| {
                let actor = Actor::new("somebody", *role, None);
                refuse_others(&actor).is_ok()
            })
            .map(Role::code)
            .collect();
        assert_eq!(may, ["development", "operator", "administrator"]);
    }
}
