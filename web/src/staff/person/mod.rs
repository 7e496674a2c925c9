//! Finding the right person.

mod asked;
mod results;
mod search;

pub(crate) use asked::Asked;
pub(crate) use results::{FoundPerson, SearchResultsView};
pub(crate) use search::SearchView;
