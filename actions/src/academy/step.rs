//! A story goes on by one step.

use jiff::{SignedDuration, Timestamp};
use synthetic::stories::Story;

use super::clock::{event, keep_clock};
use super::marker::Marker;
use super::tell::tell;
use super::{elsewhere, open, story};
use crate::{ActionError, Actions, Actor, Purpose};

/// When a step is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At the moment that the care clock shows.
    Now,
    /// When it is due in the story: the care clock is set forward to then first. Never back.
    Due,
}

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
    when: When,
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
    if let Some(words) = refused {
        return Err(elsewhere(story, words));
    }
    let now = actions.care_clock.now();
    let ahead = due(story, &marker).filter(|due| when == When::Due && *due > now);
    let Some(due) = ahead else {
        return tell(actions, actor, purpose, story, marker, now, None).await;
    };
    // That the clock is set is kept together with the step, or neither is done.
    let event = event(actions, actor, "set-forward")?;
    tell(actions, actor, purpose, story, marker, due, Some(event)).await?;
    actions.care_clock.set(due);
    tracing::info!(turn = "set-forward", "the care clock was turned");
    keep_clock(actions).await
}

/// When the next step happens in a story that began when this one did.
fn due(story: &Story, marker: &Marker) -> Option<Timestamp> {
    let next = story.steps.get(marker.told.len())?;
    let after = SignedDuration::from_mins(i64::from(next.after));
    marker.told.first()?.checked_add(after).ok()
}
