//! A story begins: its person comes into the record, and its first step with them.

use super::marker::Marker;
use super::tell::tell;
use super::{elsewhere, open, story};
use crate::{ActionError, Actions, Actor, Purpose};

/// Begins a story as a new run: a new Patient, and the first step's facts.
///
/// # Errors
/// [`ActionError::NotFound`] for a story that is none and for whoever is no staff; [`ActionError::Forbidden`] on a record
/// that is not synthetic; [`ActionError::Conflict`] when the story is under way; [`ActionError::Unavailable`].
pub async fn start(actions: &Actions, actor: &Actor, purpose: Purpose, key: &str) -> Result<(), ActionError> {
    open(actions, actor)?;
    let story = story(key)?;
    let mut marker = Marker::read(actions, actor, purpose, story).await?;
    if !marker.told.is_empty() {
        return Err(elsewhere(
            story,
            "this story has been started already; nothing was started twice",
        ));
    }
    marker.run += 1;
    let now = actions.care_clock.now();
    tell(actions, actor, purpose, story, marker, now, None).await
}
