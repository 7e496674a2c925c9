//! Finding the right person.

mod page_id;
mod search;

pub use page_id::page_id;
pub(crate) use page_id::patient_id;
pub use search::{PersonMatch, PersonMatches, PersonQuery, search};
