//! Where the stories and the care clock stand.

use ::record::clock::Pace;
use jiff::{SignedDuration, Timestamp};
use synthetic::stories::STORIES;

use super::marker::Marker;
use super::open;
use crate::{ActionError, Actions, Actor, Purpose};

/// The care clock and every story.
#[derive(Debug, Clone)]
pub struct Standing {
    pub clock: ClockStanding,
    pub stories: Vec<StoryStanding>,
}

/// What the care clock shows, and how it runs.
#[derive(Debug, Clone, Copy)]
pub struct ClockStanding {
    pub now: Timestamp,
    pub pace: Pace,
    /// It shows the time of day.
    pub is_system: bool,
}

/// Where a story stands.
#[derive(Debug, Clone)]
pub struct StoryStanding {
    pub key: &'static str,
    pub name: &'static str,
    pub age: u8,
    pub summary: &'static str,
    pub source: &'static str,
    /// The last run that was begun; 0 before the first.
    pub run: u32,
    /// The id of the run's Patient, while the story is under way.
    pub person: Option<String>,
    pub steps: Vec<StepStanding>,
}

/// Where one step stands.
#[derive(Debug, Clone)]
pub struct StepStanding {
    pub title: &'static str,
    pub words: &'static str,
    pub place: &'static str,
    /// How long after the story's beginning it happens.
    pub after: SignedDuration,
    /// When it was told, by the care clock; none while it is to come.
    pub told: Option<Timestamp>,
    /// When it is due by the care clock, in a story under way.
    pub due: Option<Timestamp>,
}

impl StoryStanding {
    /// How many steps were told.
    #[must_use]
    pub fn told(&self) -> usize {
        self.steps.iter().filter(|step| step.told.is_some()).count()
    }
}

/// Where everything stands, read from the record.
///
/// # Errors
/// [`ActionError::NotFound`] for whoever is no staff; [`ActionError::Forbidden`] on a record that is not synthetic;
/// [`ActionError::Unavailable`].
pub async fn see(actions: &Actions, actor: &Actor, purpose: Purpose) -> Result<Standing, ActionError> {
    open(actions, actor)?;
    let mut stories = Vec::with_capacity(STORIES.len());
    for story in STORIES {
        let marker = Marker::read(actions, actor, purpose, story).await?;
        let begun = marker.told.first().copied();
        let telling = marker.telling(actions, story, 0, actions.care_clock.now());
        let steps = story.steps.iter().enumerate();
        let steps = steps.map(|(at, step)| {
            let after = SignedDuration::from_mins(i64::from(step.after));
            StepStanding {
                title: step.title,
                words: step.words,
                place: step.place,
                after,
                told: marker.told.get(at).copied(),
                due: begun.and_then(|begun| begun.checked_add(after).ok()),
            }
        });
        stories.push(StoryStanding {
            key: story.key,
            name: story.name,
            age: story.age,
            summary: story.summary,
            source: story.source,
            run: marker.run,
            person: begun.map(|_| telling.person_id()),
            steps: steps.collect(),
        });
    }
    let clock = &actions.care_clock;
    Ok(Standing {
        clock: ClockStanding {
            now: clock.now(),
            pace: clock.pace(),
            is_system: clock.is_system(),
        },
        stories,
    })
}
