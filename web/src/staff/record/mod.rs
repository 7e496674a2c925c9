//! A person's record: the first two minutes, and the full story section by section.
//!
//! Each page is made from one read of one person by the pure views of `care`; nothing here decides anything clinical.
//! What is not recorded is said in words; what could not be shown is listed; each fact carries its source and dates.

mod allergies;
mod banner;
mod documents;
mod encounters;
mod first_two_minutes;
mod list;
mod medicines;
pub(crate) mod open;
mod origin;
mod other;
mod plans;
mod problems;
mod results;
pub(crate) mod samples;
mod series;
mod story;
mod timeline;

pub(crate) use banner::{age_words, nhs_number_words};
pub(crate) use story::base;
