//! The two stories of the care model, told step by step as FHIR resources.
//!
//! The BSW care model (version 1.1, 2022) shows itself at work in two people, Clara and Jasek. Here each step of their
//! stories is told in our own words, with the facts that the teams of the story would have written. Both people are
//! invented, and whatever is told of them is tagged as such. The academy tells a story into a record of synthetic people
//! and never into any other.
//!
//! - `telling.rs`           which run of a story is told, when, and the ids and references that follow from it
//! - `people.rs`            who the stories are about, as Patient and RelatedPerson
//! - `appointment.rs`       what is booked
//! - `clara/`, `jasek/`     the stories, with their facts in the order of the steps

mod appointment;
mod clara;
mod jasek;
mod people;
mod telling;

use serde_json::Value;

pub use telling::{Directory, IDENTIFIER_SYSTEM, Telling, marker_id};

/// A story: somebody, and what happens.
#[derive(Debug, Clone, Copy)]
pub struct Story {
    /// Its short name in addresses and identifiers.
    pub key: &'static str,
    /// Its number among the stories, part of the ids: never renumber.
    pub number: u16,
    /// Whom it is about. Invented.
    pub name: &'static str,
    /// How old they are when it begins.
    pub age: u8,
    /// What it is about, in a sentence or two.
    pub summary: &'static str,
    /// Where the source tells it.
    pub source: &'static str,
    /// What happens, in order.
    pub steps: &'static [Step],
}

/// One step of a story.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Its short name.
    pub key: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What happens, in plain sentences.
    pub words: &'static str,
    /// Minutes since the story began: when the step is due.
    pub after: u32,
    /// Which part of the care model it shows.
    pub place: &'static str,
    /// What the step writes in the record; the first step's first resource is the Patient.
    pub resources: fn(&Telling<'_>) -> Vec<Value>,
}

/// The stories, in the order of the source.
pub const STORIES: [&Story; 2] = [&clara::STORY, &jasek::STORY];

/// The story of a short name.
#[must_use]
pub fn story(key: &str) -> Option<&'static Story> {
    STORIES.into_iter().find(|story| story.key == key)
}

/// Minutes of so many days, hours and minutes.
const fn minutes(days: u32, hours: u32, minutes: u32) -> u32 {
    (days * 24 + hours) * 60 + minutes
}
