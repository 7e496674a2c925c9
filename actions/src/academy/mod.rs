//! The academy: the stories of the care model told into the record step by step, and the care clock that they go by.
//!
//! For training and demonstrations, on records of synthetic people alone: unless whoever wires the house says that its record is
//! one ([`crate::Actions::with_academy`]), everything here is refused. A story is told through the ordinary commit, so that
//! every page, board and follower takes it as it takes anything; where it stands is read from the record, not remembered.
//! Nothing here may move the system clock: `lastUpdated`, audit and sessions go by it.
//!
//! - `marker.rs`  the resource that says where a story stands
//! - `see.rs`     where the stories and the clock stand
//! - `start.rs`, `step.rs`, `reset.rs`  begin, go on, take back
//! - `tell.rs`    the commit of a step
//! - `clock.rs`   pause the care clock, let it run, set it back; keep how it stands

mod clock;
mod marker;
mod reset;
mod see;
mod start;
mod step;
mod tell;

pub use ::record::clock::Pace;
pub use clock::{Turn, go_on, keep_clock, turn};
pub use reset::reset;
pub use see::{ClockStanding, Standing, StepStanding, StoryStanding, see};
pub use start::start;
pub use step::{When, step};
pub use synthetic::stories::Directory;

use ::record::Role;
use synthetic::stories::Story;

use crate::{ActionError, Actions, Actor};

/// The door through which the academy's commits come.
const SOURCE: &str = "academy";

/// That the record is one of synthetic people, so that stories may be told into it.
#[derive(Debug, Clone, Default)]
pub struct Academy {
    directory: Option<Directory>,
}

impl Academy {
    /// An academy whose teams are names alone.
    #[must_use]
    pub fn new() -> Academy {
        Academy::default()
    }

    /// The same on a record that holds the directory of a synthetic region: the stories' teams are the directory's own.
    #[must_use]
    pub fn with_directory(mut self, directory: Directory) -> Academy {
        self.directory = Some(directory);
        self
    }
}

/// Whether somebody may use the academy: staff of every kind.
#[must_use]
pub fn may_teach(actor: &Actor) -> bool {
    match actor.role {
        Role::Development
        | Role::Clinician
        | Role::Coordinator
        | Role::Operator
        | Role::Administrator
        | Role::PrivacyOfficer => true,
        Role::Citizen | Role::System => false,
    }
}

/// The academy, if this actor may use it and this record has one. For people and systems it is not there.
fn open<'a>(actions: &'a Actions, actor: &Actor) -> Result<&'a Academy, ActionError> {
    if !may_teach(actor) {
        return Err(ActionError::NotFound);
    }
    actions.academy.as_deref().ok_or_else(|| {
        ActionError::Forbidden(
            "the academy is open only on a record of synthetic people; nothing was changed".to_owned(),
        )
    })
}

/// The story of a short name.
fn story(key: &str) -> Result<&'static Story, ActionError> {
    synthetic::stories::story(key).ok_or(ActionError::NotFound)
}

/// The refusal when a story is not where the request took it to be.
fn elsewhere(story: &Story, words: &str) -> ActionError {
    ActionError::Conflict {
        target: story.key.to_owned(),
        words: words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_no_staff_finds_nothing_here() {
        let may = Role::ALL
            .into_iter()
            .filter(|role| may_teach(&Actor::new("somebody", *role, None)));
        let codes: Vec<&str> = may.map(Role::code).collect();
        let staff = [
            "development",
            "clinician",
            "coordinator",
            "operator",
            "administrator",
            "privacy-officer",
        ];
        assert_eq!(codes, staff);
    }
}
