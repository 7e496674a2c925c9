//! Finding the right person.

mod asked;
pub(crate) mod results;
pub(crate) mod search;

pub(crate) use asked::Asked;
pub(crate) use results::SearchResultsView;
pub(crate) use search::SearchView;
