//! `/me/details`: how to reach the person and how to talk with them, said and changed by the person.

mod form;
mod page;

pub(crate) use page::{DetailsView, change, show};
