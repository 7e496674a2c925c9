//! A story goes on by one step.

use super::marker::Marker;
use super::tell::tell;
use super::{elsewhere, open, story};
use crate::{ActionError, Actions, Actor, Purpose};

/// Tells the next step of a story. `run` and `step` (from 0) are what whoever asks saw as the next: when the story stands
/// elsewhere by now, nothing is told.
///
/// # Errors
/// [`ActionError::NotFound`] for a story that is none and for whoever is no staff; [`ActionError::Forbidden`] on a record
/// that is not synthetic; [`ActionError::Conflict`] when the story was not started, is at its end, or stands elsewhere;
/// [`ActionError::Unavailable`].
pub async fn step(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    key: &str,
    run: u32,
    step: u16,
) -> Result<(), ActionError> {
    open(actions, actor)?;
    let story = story(key)?;
    let marker = Marker::read(actions, actor, purpose, story).await?;
    let refused = if marker.told.is_empty() {
        Some("this story has not been started; start it first")
    } else if marker.run != run || marker.steps() != step {
        Some("this story stands elsewhere than on the page that was sent; nothing was told twice")
    } else if marker.told.len() >= story.steps.len() {
        Some("this story has been told to its end; start it again to tell it anew")
    } else {
        None
    };
    match refused {
        Some(words) => Err(elsewhere(story, words)),
        None => tell(actions, actor, purpose, story, marker).await,
    }
}
