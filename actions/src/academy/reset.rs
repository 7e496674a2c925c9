//! A story is taken back: everything in its person's record is deleted, so that it can begin anew.
//!
//! Ordinary deletions: the history stays and tells what was shown. What others wrote into the record meanwhile is deleted
//! too, for it is about somebody who is not there any more.

use ::record::{Change, Expected, ReadError, Stored};
use fhir::ResourceType;
use synthetic::stories::Story;

use super::marker::{Marker, kind};
use super::tell::{commit, current, put};
use super::{elsewhere, open, story};
use crate::{ActionError, Actions, Actor, Purpose};

/// Takes back the run of a story that whoever asks saw as the current one.
///
/// # Errors
/// [`ActionError::NotFound`] for a story that is none and for whoever is no staff; [`ActionError::Forbidden`] on a record
/// that is not synthetic; [`ActionError::Conflict`] when no run is under way, another one is, or the record changed
/// meanwhile; [`ActionError::Rule`] when the person was joined with another record or the record is on legal hold;
/// [`ActionError::Unavailable`].
pub async fn reset(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    key: &str,
    run: u32,
) -> Result<(), ActionError> {
    open(actions, actor)?;
    let story = story(key)?;
    let mut marker = Marker::read(actions, actor, purpose, story).await?;
    if marker.told.is_empty() || marker.run != run {
        return Err(elsewhere(
            story,
            "this run of the story has been taken back already; nothing was changed",
        ));
    }
    let stored = of_person(actions, actor, purpose, story, &marker).await?;
    not_held(actions, &stored).await?;
    let mut changes: Vec<Change> = stored
        .into_iter()
        .map(|stored| Change::Delete {
            resource_type: stored.resource_type,
            id: stored.id,
            expected: Expected::Version(stored.version),
        })
        .collect();
    let expected = marker.expected();
    marker.told.clear();
    changes.push(put(actions, &marker.resource(story), expected)?);
    commit(actions, actor, purpose, story, changes).await
}

/// What is on legal hold stays as it stands, also in a story: whoever takes it back would change what is held.
async fn not_held(actions: &Actions, stored: &[Stored]) -> Result<(), ActionError> {
    let mut asked = Vec::new();
    for person in stored.iter().map(|one| one.person) {
        if asked.contains(&person) {
            continue;
        }
        if actions.record.held(person).await?.is_some() {
            return Err(ActionError::Rule {
                about: "person",
                words: "the record of the story's person is on legal hold, so nothing of it is taken back; lift the hold first, then take the story back".to_owned(),
            });
        }
        asked.push(person);
    }
    Ok(())
}

/// What is in the record of the run's person.
async fn of_person(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    story: &'static Story,
    marker: &Marker,
) -> Result<Vec<Stored>, ActionError> {
    let patient = marker
        .telling(actions, story, 0, actions.care_clock.now())
        .person_id();
    let sight = actions.house_sight(purpose);
    let request = actions.record.new_request();
    let mut ask = actions.record.ask(&sight, actor, purpose, request);
    let held = ask.person(&patient, &|_| true).await;
    let disclosed = ask.disclose().await?;
    match held {
        Ok(held) => {
            let read = held.open(&disclosed);
            if !read.identity.joined.is_empty() || read.identity.id != patient {
                return Err(ActionError::Rule {
                    about: "person",
                    words: "the person of the story was joined with another record; part the two first, then take the story back".to_owned(),
                });
            }
            let own = |stored: &Stored| stored.person == read.person;
            Ok(read.resources.into_iter().filter(own).collect())
        }
        // Somebody deleted the Patient by hand: what the steps told is looked for one by one.
        Err(ReadError::NotFound | ReadError::Gone { .. } | ReadError::Destroyed) => {
            let told = told(actions, story, marker)?;
            let asked: Vec<(ResourceType, &str)> =
                told.iter().map(|(kind, id)| (*kind, id.as_str())).collect();
            let found = current(actions, actor, purpose, &asked).await?;
            Ok(found.into_iter().flatten().collect())
        }
        Err(error) => Err(error.into()),
    }
}

/// Types and ids of what the steps told, each once.
fn told(
    actions: &Actions,
    story: &'static Story,
    marker: &Marker,
) -> Result<Vec<(ResourceType, String)>, ActionError> {
    let mut found = Vec::new();
    for (step, at) in marker.told.iter().enumerate() {
        let step = u16::try_from(step).unwrap_or(u16::MAX);
        let telling = marker.telling(actions, story, step, *at);
        for resource in telling.resources() {
            let text = |key: &str| resource[key].as_str().unwrap_or_default().to_owned();
            let id = text("id");
            if telling.is_new(&id) {
                found.push((kind(&text("resourceType"))?, id));
            }
        }
    }
    Ok(found)
}
