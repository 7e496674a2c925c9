//! The care model from outside, on invented people.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own fixture must stop"
)]

mod allergies;
mod dates;
mod eligibility;
mod eligibility_rows;
mod first_two_minutes;
mod immunisation;
mod latest_results;
mod made;
mod medicines;
mod numbers;
mod person;
mod problems;
mod restricted;
mod results;
mod retention;
mod risk;
mod safety;
mod scopes;
mod score;
mod segment;
mod timeline;
mod trend;
mod waiting_list;
