//! The care model from outside, on invented people.

mod allergies;
mod dates;
mod first_two_minutes;
mod made;
mod medicines;
mod numbers;
mod person;
mod problems;
mod restricted;
mod results;
mod timeline;
mod trend;
