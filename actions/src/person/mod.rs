//! Finding the right person.

mod search;

pub use search::{PersonMatch, PersonMatches, PersonQuery, search};
